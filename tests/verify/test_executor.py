"""Programs of the target run without a shell, in a clean environment, within limits."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from backwright.errors import BadInput
from backwright.executor import Limits, Outcome, Running, clean_environment, execute

posix = pytest.mark.skipif(sys.platform == "win32", reason="process groups and rlimits are POSIX")


def run(code: str, folder: Path, **limits: float) -> Outcome:
    return execute(
        [sys.executable, "-c", code],
        cwd=folder,
        env=clean_environment(folder / "scratch"),
        limits=Limits(**limits),  # type: ignore[arg-type]
    )


def is_alive(pid: int) -> bool:
    state = Path(f"/proc/{pid}/stat")
    if state.exists():
        return state.read_text().rpartition(")")[2].split()[0] != "Z"
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return not Path("/proc").exists()


def until_gone(pid: int) -> bool:
    deadline = time.monotonic() + 5
    while is_alive(pid) and time.monotonic() < deadline:
        time.sleep(0.01)
    return not is_alive(pid)


def test_it_returns_both_streams_and_the_status(tmp_path: Path) -> None:
    outcome = run("import sys; print('out'); print('err', file=sys.stderr); sys.exit(3)", tmp_path)
    assert (outcome.stdout, outcome.stderr, outcome.status) == (b"out\n", b"err\n", 3)
    assert not outcome.ok
    assert outcome.text == "out\nerr"


def test_nothing_is_read_by_a_shell(tmp_path: Path) -> None:
    words = ["$HOME", "`id`", "; echo x", "*", "a b"]
    outcome = execute(
        [sys.executable, "-c", "import sys; print(sys.argv[1:])", *words],
        cwd=tmp_path,
        env=clean_environment(tmp_path / "scratch"),
    )
    assert outcome.stdout.decode().strip() == repr(words)


def test_keys_and_tokens_of_ours_are_not_visible(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ANTHROPIC_API_KEY", "AWS_SECRET_ACCESS_KEY", "GITHUB_TOKEN", "PYTHONPATH", "MY_OWN"):
        monkeypatch.setenv(name, "secret-value")
    outcome = run("import os; print(dict(os.environ))", tmp_path)
    assert b"secret-value" not in outcome.stdout
    assert outcome.ok


def test_home_and_temporary_files_go_to_the_scratch_folder(tmp_path: Path) -> None:
    outcome = run("import pathlib, tempfile; print(pathlib.Path.home(), tempfile.mkdtemp())", tmp_path)
    home, temporary = outcome.stdout.decode().split()
    assert Path(home) == tmp_path / "scratch" / "home"
    assert tmp_path / "scratch" in Path(temporary).parents


def test_standard_input_is_closed(tmp_path: Path) -> None:
    assert run("import sys; print(repr(sys.stdin.read()))", tmp_path).stdout == b"''\n"


def test_a_flood_is_cut_off_and_said(tmp_path: Path) -> None:
    outcome = run("import sys; sys.stdout.write('x' * 3_000_000); sys.exit(0)", tmp_path, output=1000)
    assert outcome.stdout == b"x" * 1000
    assert outcome.dropped == 2_999_000
    assert "2999000 more bytes" in outcome.text
    assert outcome.status == 0


def test_output_streams_as_it_comes(tmp_path: Path) -> None:
    pieces: list[tuple[float, bytes]] = []
    execute(
        [sys.executable, "-c", "import time; print(1, flush=True); time.sleep(0.4); print(2)"],
        cwd=tmp_path,
        env=clean_environment(tmp_path / "scratch"),
        on_output=lambda piece: pieces.append((time.monotonic(), piece)),
    )
    assert b"".join(piece for _, piece in pieces) == b"1\n2\n"
    assert pieces[-1][0] - pieces[0][0] > 0.3


@posix
def test_a_timeout_ends_the_whole_group(tmp_path: Path) -> None:
    code = (
        "import subprocess, sys, time; c = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']);"
        "print(c.pid, flush=True); time.sleep(60)"
    )
    outcome = run(code, tmp_path, seconds=1)
    assert outcome.timed_out
    assert outcome.seconds < 5
    assert "stopped after" in outcome.text
    assert until_gone(int(outcome.stdout))


@posix
def test_what_it_left_running_ends_with_it(tmp_path: Path) -> None:
    code = (
        "import subprocess, sys; c = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']);"
        "print(c.pid, flush=True)"
    )
    outcome = run(code, tmp_path)
    assert outcome.ok
    assert outcome.seconds < 5
    assert until_gone(int(outcome.stdout))


@posix
def test_leaving_the_context_early_ends_it(tmp_path: Path) -> None:
    env = clean_environment(tmp_path / "scratch")
    argv = [sys.executable, "-c", "import os, time; print(os.getpid(), flush=True); time.sleep(60)"]
    seen: list[bytes] = []
    with Running(argv, cwd=tmp_path, env=env, limits=Limits(), on_output=seen.append):
        while not seen:
            time.sleep(0.01)
    assert until_gone(int(seen[0]))


@posix
def test_ctrl_c_ends_the_group_and_goes_on_up(tmp_path: Path) -> None:
    script = tmp_path / "caller.py"
    script.write_text(
        "import signal, sys; from pathlib import Path; from backwright.executor import *\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)  # what runs the tests may have it ignored\n"
        f"env = clean_environment(Path({str(tmp_path / 'scratch')!r}))\n"
        "code = 'import os, time; print(os.getpid(), flush=True); time.sleep(60)'\n"
        "execute([sys.executable, '-c', code], cwd=Path('.'), env=env,"
        " on_output=lambda b: (sys.stdout.buffer.write(b), sys.stdout.flush()))\n"
    )
    with subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as caller:
        assert caller.stdout is not None
        pid = int(caller.stdout.readline())
        caller.send_signal(signal.SIGINT)
        try:
            _, errors = caller.communicate(timeout=10)
        finally:
            caller.kill()
    assert b"KeyboardInterrupt" in errors
    assert until_gone(pid)


@pytest.mark.skipif(sys.platform != "linux", reason="RLIMIT_DATA counts private mappings on Linux only")
def test_memory_is_limited(tmp_path: Path) -> None:
    outcome = run("x = bytearray(600_000_000)", tmp_path, memory=300_000_000)
    assert b"MemoryError" in outcome.stderr


@posix
def test_files_are_limited_in_size_and_number(tmp_path: Path) -> None:
    big = run("open('big', 'wb').write(b'x' * 100_000)", tmp_path, file_size=50_000)
    many = run("held = [open('/dev/null') for _ in range(100)]", tmp_path, open_files=40)
    assert b"File too large" in big.stderr
    assert b"Too many open files" in many.stderr


@pytest.mark.parametrize("argv", ["ls -l", [], ["a\0b"]])
def test_a_command_line_is_not_taken(argv: list[str], tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="not a program and its arguments"):
        execute(argv, cwd=tmp_path, env={})


def test_a_program_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no-such-program cannot be started"):
        execute(["no-such-program"], cwd=tmp_path, env={"PATH": "/usr/bin"})
