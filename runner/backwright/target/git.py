"""Git, hardened: the one place that starts it.

GitPython's command runner starts the processes. Nothing that a repository or the caller's environment says can make
git run another program or look at another repository: hooks, the file-system monitor, filters, text conversion,
external diffs, pagers, prompts, replacement objects and every network protocol are off. Text of a person never
becomes an option: callers put it after ``--`` or hand it over on standard input.
"""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from subprocess import PIPE
from typing import IO, Any, Protocol, cast

from backwright.errors import BackwrightError, BadInput

OLDEST_GIT = (2, 38)
"""The first release whose ``git merge-tree`` merges without a work tree."""

EMPTY_TREE = {
    "sha1": "4b825dc642cb6eb9a060e54bf8d69288fbee4904",
    "sha256": "6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321",
}
"""The id of the empty tree, which every repository knows, per object format."""

_KEPT = ("GIT_AUTHOR_", "GIT_COMMITTER_", "GIT_CEILING_DIRECTORIES", "GIT_DISCOVERY_ACROSS_FILESYSTEM", "GIT_EXEC_PATH")
_KEPT_EXACTLY = ("GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_CONFIG_NOSYSTEM")

_ENVIRONMENT = {
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_ATTR_NOSYSTEM": "1",
    "GIT_LITERAL_PATHSPECS": "1",
    "GIT_PAGER": "cat",
    "GIT_EDITOR": "false",
    "GIT_ASKPASS": "",
    "SSH_ASKPASS": "",
}

_CONFIGURATION = (
    f"core.hooksPath={os.devnull}",
    f"core.attributesFile={os.devnull}",
    "core.fsmonitor=false",
    "core.untrackedCache=false",
    "core.splitIndex=false",
    "core.autocrlf=false",
    "core.safecrlf=false",
    "core.quotePath=false",
    "core.alternateRefsCommand=false",
    "core.sshCommand=false",
    "core.fsync=committed,index",
    "credential.helper=",
    "commit.gpgSign=false",
    "gpg.program=false",
    "diff.noprefix=false",
    "diff.mnemonicPrefix=false",
    f"diff.orderFile={os.devnull}",
    "diff.ignoreSubmodules=all",
    "submodule.recurse=false",
    "color.ui=false",
    "gc.auto=0",
    "maintenance.auto=false",
    "protocol.allow=never",
    *(f"protocol.{name}.allow=never" for name in ("ext", "file", "git", "http", "https", "ssh")),
)

_PATIENCE = 5
"""Seconds given to git to finish when we are interrupted."""

_spawning = threading.Lock()


class GitFailed(BackwrightError):
    """Git ended with a status nobody expected; its own message is kept."""

    def __init__(self, command: str, status: int, said: str) -> None:
        """Keep the subcommand, its exit status and what it wrote to standard error."""
        super().__init__(f"git {command} failed: {said.strip() or f'exit status {status}'}")
        self.command = command
        self.status = status
        self.said = said


@dataclass(frozen=True)
class Answer:
    """What a git command gave back: exit status, standard output, standard error."""

    status: int
    out: bytes
    said: str

    def text(self) -> str:
        """Return standard output as text without its last newline."""
        return self.out.decode("utf-8", "surrogateescape").removesuffix("\n")

    def records(self) -> list[str]:
        """Return the NUL-separated records of standard output."""
        return [part.decode("utf-8", "surrogateescape") for part in self.out.split(b"\0") if part]


class Process(Protocol):
    """A running git, with pipes on all three ends."""

    stdin: IO[bytes]
    stdout: IO[bytes]
    stderr: IO[bytes]
    returncode: int

    def communicate(self, input: bytes | None = None, timeout: float | None = None) -> tuple[bytes, bytes]:  # noqa: A002 - subprocess's own name
        """Send all input and read all output."""
        ...

    def kill(self) -> None:
        """End the process at once."""
        ...


@dataclass(frozen=True)
class Git:
    """Git in one folder.

    With ``git_dir`` the repository is that one and nothing is searched for; ``work_tree`` and ``index`` go with it.
    ``settings`` are further ``key=value`` settings for every command.
    """

    folder: Path
    git_dir: Path | None = None
    work_tree: Path | None = None
    index: Path | None = None
    settings: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)

    def run(self, *arguments: str, stdin: bytes = b"", expected: tuple[int, ...] = (0,)) -> bytes:
        """Run git and return its standard output; an exit status that is not expected raises ``GitFailed``."""
        answer = self.answer(*arguments, stdin=stdin)
        if answer.status not in expected:
            raise GitFailed(arguments[0], answer.status, answer.said)
        return answer.out

    def text(self, *arguments: str, stdin: bytes = b"") -> str:
        """Run git and return its standard output as text without its last newline."""
        return self.run(*arguments, stdin=stdin).decode("utf-8", "surrogateescape").removesuffix("\n")

    def records(self, *arguments: str, stdin: bytes = b"") -> list[str]:
        """Run git and return the NUL-separated records of its standard output (for ``-z``)."""
        return Answer(0, self.run(*arguments, stdin=stdin), "").records()

    def answer(self, *arguments: str, stdin: bytes = b"") -> Answer:
        """Run git and return whatever came of it, its exit status too."""
        process = self.start(*arguments)
        out, said = _communicate(process, stdin)
        return Answer(process.returncode, out, said.decode("utf-8", "replace"))

    def start(self, *arguments: str) -> Process:
        """Start git with pipes on all three ends, for commands that talk (``cat-file --batch``)."""
        executable = _executable()
        from git.cmd import Git as Runner

        command = [executable, "--no-pager", *self._settings(), *arguments]
        own_session: dict[str, Any] = {} if os.name == "nt" else {"start_new_session": True}
        with _spawning, _without_callers_repository():
            process = Runner(self.folder).execute(
                command, istream=PIPE, as_process=True, env=self._environment(), **own_session
            )
        return cast("Process", process)

    def _settings(self) -> Iterator[str]:
        for setting in (*_CONFIGURATION, *self.settings):
            yield "-c"
            yield setting

    def _environment(self) -> dict[str, str]:
        places = {"GIT_DIR": self.git_dir, "GIT_WORK_TREE": self.work_tree, "GIT_INDEX_FILE": self.index}
        return _ENVIRONMENT | {name: str(path) for name, path in places.items() if path} | dict(self.environment)


def require_git() -> tuple[int, ...]:
    """Return git's version, or raise ``BadInput`` where there is none or it is older than ``OLDEST_GIT``."""
    version = _version(_executable())
    if version < OLDEST_GIT:
        raise BadInput(f"git {_dotted(version)} is too old: {_dotted(OLDEST_GIT)} or newer is needed")
    return version


def unfiltered(git: Git) -> Git:
    """Return the same git with every configured content filter switched off.

    Whatever compares the work tree with the index, or writes the index, would run them.
    """
    listed = git.answer("config", "--null", "--name-only", "--get-regexp", r"^filter\.").records()
    drivers = {name.rpartition(".")[0] for name in listed}
    off = (
        f"{driver}.{key}" for driver in sorted(drivers) for key in ("clean=", "smudge=", "process=", "required=false")
    )
    return Git(git.folder, git.git_dir, git.work_tree, git.index, (*git.settings, *off), git.environment)


def leaking(names: Iterable[str]) -> tuple[str, ...]:
    """Return those environment variables that would point our git somewhere else."""
    return tuple(
        name for name in names if name.startswith("GIT_") and not name.startswith(_KEPT) and name not in _KEPT_EXACTLY
    )


def _dotted(version: tuple[int, ...]) -> str:
    return ".".join(map(str, version))


@cache
def _version(executable: str) -> tuple[int, ...]:
    from git.cmd import Git as Runner

    words = str(Runner().execute([executable, "--version"])).split()
    number = next((word for word in words if word[:1].isdigit()), "0")
    return tuple(int(part) for part in number.split(".")[:3] if part.isdigit())


def _executable() -> str:
    found = shutil.which("git")
    if found is None:
        raise BadInput("git is not installed, or not on the PATH", hint=f"install git {_dotted(OLDEST_GIT)} or newer")
    return str(Path(found).absolute())


@contextmanager
def _without_callers_repository() -> Iterator[None]:
    """Hide ``GIT_DIR`` and its kin while a process starts: GitPython can add to the environment, not take away."""
    hidden = {name: os.environ.pop(name) for name in leaking(os.environ)}
    try:
        yield
    finally:
        os.environ.update(hidden)


def _communicate(process: Process, stdin: bytes) -> tuple[bytes, bytes]:
    """Talk to the end. An interrupt waits for git to finish its (short) work, so that it leaves no lock behind."""
    try:
        return process.communicate(stdin)
    except BaseException:
        try:
            with suppress(OSError):
                process.stdin.close()
            process.communicate(timeout=_PATIENCE)
        except BaseException:  # noqa: BLE001 - the first error is the one that counts
            process.kill()
        raise
