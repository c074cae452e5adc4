"""Verification of a whole tree, by the worker and by what reads the tree alone."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import sysconfig
import time
import venv
from collections.abc import Callable
from pathlib import Path, PurePosixPath

import pytest
from backwright.errors import BadInput, Place
from backwright.event import Event, Found, Said
from backwright.executor import Limits
from backwright.finding import Finding, Severity
from backwright.spec.model import BackendSpec, RelationSpec, ResourceSpec, ServiceSpec
from backwright.verify.check import Purpose, verify
from backwright.verify.result import Level, Verification, summarise
from backwright.verify.running import Task, started

posix = pytest.mark.skipif(sys.platform == "win32", reason="needs fork")
SPEC = BackendSpec(
    service=ServiceSpec(name="shop"),
    resources=(
        ResourceSpec(name="products", singular="product"),
        ResourceSpec(name="reviews", singular="review", relations=(RelationSpec(name="product", target="products"),)),
    ),
)
WITHOUT_TESTS = Purpose(spec=SPEC)
"""With nothing changed, quick verification runs no tests."""


def run(
    root: Path,
    level: Level = Level.FULL,
    changed: tuple[str, ...] = (),
    *,
    python: Path | None = None,
    env_file: Path | None = None,
    purpose: Purpose | None = None,
    own: bool = True,
) -> Verification:
    return verify(
        root,
        PurePosixPath(),
        level,
        python=python,
        env_file=env_file,
        changed=frozenset(PurePosixPath(path) for path in changed),
        listener=lambda _event: None,
        own=own,
        purpose=purpose,
    )


def without_tests(root: Path) -> Path:
    for path in root.joinpath("tests").glob("test_*.py"):
        path.unlink()
    return root


def edit(root: Path, path: str, old: str, new: str) -> None:
    text = (root / path).read_text()
    assert old in text
    (root / path).write_text(text.replace(old, new))


def digests(root: Path) -> dict[str, str]:
    return {str(p): hashlib.sha256(p.read_bytes()).hexdigest() for p in root.rglob("*") if p.is_file()}


def check(verification: Verification, name: str) -> tuple[bool, str]:
    found = next(check for check in verification.checks if check.name == name)
    return found.ok, found.summary


def test_a_good_tree_passes_and_stays_as_it_is(shop: Path) -> None:
    before = digests(shop)
    verification = run(shop, changed=("app/main.py", "app/models/product.py"))
    assert verification.passed, verification.log
    names = [c.name for c in verification.checks]
    assert names == ["compile", "format", "lint", "import", "openapi", "tests", "migrations"]
    assert dict(verification.tests) == {"passed": 8, "failed": 0, "errors": 0, "skipped": 0}
    assert verification.openapi is not None
    assert json.loads(verification.openapi)["info"]["title"] == "Shop"
    assert digests(shop) == before
    assert "ok   tests" in summarise(verification)


def test_the_backend_may_lie_in_a_folder_of_the_repository(shop: Path, tmp_path: Path) -> None:
    without_tests(shop)
    (shop / "app/api/reviews.py").write_text('"""Endpoints."""\nx=1\n')
    events: list[Event] = []
    verification = verify(
        tmp_path,
        PurePosixPath("staged"),
        Level.QUICK,
        python=None,
        env_file=None,
        changed=frozenset({PurePosixPath("staged/app/api/reviews.py"), PurePosixPath("app/other.py")}),
        listener=events.append,
    )
    assert not verification.passed
    assert verification.findings[0].place.path == "staged/app/api/reviews.py"
    assert Found(verification.findings[0]) in events
    assert any(isinstance(event, Said) and event.text.startswith("import: ") for event in events)


def test_none_compiles_the_changed_files_and_runs_nothing(shop: Path) -> None:
    (shop / "app/main.py").write_text("raise SystemExit(3)\n")
    verification = run(shop, Level.NONE, ("app/main.py", "gone.py"))
    assert [c.name for c in verification.checks] == ["compile"]
    assert verification.passed
    assert verification.openapi is None


def test_a_file_that_does_not_compile_is_named_with_its_line(shop: Path) -> None:
    (shop / "app/main.py").write_text("x = 1\ndef f(:\n")
    verification = run(shop, Level.NONE, ("app/main.py",))
    assert not verification.passed
    (finding,) = verification.findings
    assert (finding.place.path, finding.place.line) == ("app/main.py", 2)


@pytest.mark.parametrize("content", [b"\0", b"x = '\xff'", b"(" * 5000])
def test_files_that_are_no_python_are_findings_too(shop: Path, content: bytes) -> None:
    (shop / "app/odd.py").write_bytes(content)
    assert not run(shop, Level.NONE, ("app/odd.py",)).passed


def test_only_changed_files_must_be_formatted_and_clean(shop: Path) -> None:
    (shop / "app/mine.py").write_text('"""Hand-written."""\nimport os\nx  =  1\n')
    assert [c.name for c in run(shop, Level.QUICK, ("app/main.py",), own=False).failed] == ["run"]
    verification = run(shop, Level.QUICK, ("app/main.py", "app/mine.py"), own=False)
    assert check(verification, "format")[0] is False
    assert check(verification, "lint")[0] is False
    codes = {(f.code, f.place.line) for f in verification.findings}
    assert ("F401", 2) in codes
    assert ("verify-format", None) in codes


def test_what_was_wrong_before_is_a_warning(shop: Path) -> None:
    before = '"""Hand-written."""\nimport os\nx  =  1\n'
    (shop / "app/mine.py").write_text(before + "import sys\n")
    purpose = Purpose(before=lambda path: before.encode() if path.name == "mine.py" else None)
    verification = run(shop, Level.QUICK, ("app/mine.py",), purpose=purpose, own=False)
    severities = {(f.code, f.message): f.severity for f in verification.findings}
    assert severities["F401", "`os` imported but unused"] is Severity.WARNING
    assert severities["F401", "`sys` imported but unused"] is Severity.ERROR
    assert severities["verify-format", "not formatted, as before this change"] is Severity.WARNING


def test_reviewers_stop_a_run_by_errors_in_changed_files_only(shop: Path) -> None:

    def review(tree: object) -> tuple[Finding, ...]:
        assert PurePosixPath("app/main.py") in tree  # type: ignore[operator]
        places = (Place("app/main.py", 1), Place("app/api/reviews.py", 1))
        return tuple(Finding("X1", Severity.ERROR, place, "bad") for place in places)

    before = Purpose(before=lambda path: (shop / path).read_bytes(), reviews=(review,))
    new = Purpose(reviews=(lambda tree: review(tree) if PurePosixPath("app/main.py") in tree else (),))
    assert check(run(shop, Level.QUICK, ("app/main.py",), purpose=before, own=False), "review")[0] is True
    verification = run(shop, Level.QUICK, ("app/main.py",), purpose=new, own=False)
    assert check(verification, "review")[0] is False
    assert [f.severity for f in verification.findings] == [Severity.ERROR, Severity.WARNING]


def test_code_of_others_is_read_but_not_run(shop: Path) -> None:
    (shop / "app/main.py").write_text('"""Nothing."""\n\nraise SystemExit\n')
    verification = run(shop, Level.FULL, ("app/main.py",), own=False)
    assert [c.name for c in verification.checks if c.ok] == ["compile", "format", "lint"]
    assert "needs a yes" in check(verification, "run")[1]


def test_quick_runs_the_tests_the_change_can_affect(shop: Path) -> None:
    verification = run(shop, Level.QUICK, ("app/models/review.py",), purpose=Purpose(spec=SPEC))
    assert verification.tests["passed"] == 8
    (shop / "tests/test_tags.py").write_text(
        '"""No resource of ours."""\n\n\ndef test_it() -> None:\n    """Fail."""\n'
    )
    other = BackendSpec(service=SPEC.service, resources=(*SPEC.resources, ResourceSpec(name="tags", singular="tag")))
    verification = run(shop, Level.QUICK, ("tests/test_tags.py",), purpose=Purpose(spec=other))
    assert verification.tests["passed"] == 2


def test_a_failing_test_is_named_with_file_and_line(shop: Path) -> None:
    edit(shop, "tests/test_reviews.py", "== [2, 1]", "== [1, 2]")
    verification = run(shop)
    assert check(verification, "tests") == (False, "7 passed, 1 failed")
    (finding,) = verification.findings
    assert (finding.place.path, finding.place.line) == ("tests/test_reviews.py", 18)
    assert "test_list" in finding.message
    assert "assert [2, 1] == [1, 2]" in verification.log


def test_warnings_are_errors_where_the_target_says_so(shop: Path) -> None:
    without_tests(shop)
    (shop / "tests/test_warns.py").write_text(
        "import warnings\n\n\ndef test_it():\n    warnings.warn('old', stacklevel=1)\n"
    )
    assert check(run(shop), "tests") == (False, "1 failed")


def test_a_test_file_that_cannot_be_imported_fails(shop: Path) -> None:
    (shop / "tests/test_broken.py").write_text("import no_such_module\n")
    ok, summary = check(run(shop), "tests")
    assert not ok
    assert "1 error" in summary


@posix
def test_nothing_a_test_prints_confuses_the_worker(shop: Path) -> None:
    without_tests(shop)
    line = json.dumps({"check": "tests", "result": "/dev/null", "seconds": 0})
    (shop / "tests/test_noise.py").write_text(
        "import os, subprocess, sys\n\n\ndef test_it():\n"
        f"    line = {line!r}\n"
        "    print(line)\n    print(line, file=sys.__stdout__, flush=True)\n    os.write(1, line.encode())\n"
        "    subprocess.run(['echo', line], check=True)\n    assert False, 'on purpose'\n"
    )
    verification = run(shop)
    assert check(verification, "tests") == (False, "1 failed")
    assert verification.log.count(line) >= 3


@posix
@pytest.mark.parametrize(("ending", "how"), [("os._exit(0)", "status 0"), ("os.kill(os.getpid(), 9)", "signal 9")])
def test_a_test_process_that_dies_is_a_failure(shop: Path, ending: str, how: str) -> None:
    without_tests(shop)
    (shop / "tests/test_dies.py").write_text(f"import os\n\n\ndef test_it():\n    {ending}\n")
    ok, summary = check(run(shop), "tests")
    assert not ok
    assert how in summary


def spread(root: Path, last_words: str) -> None:
    """Two files that take long enough to be run by two processes, each ending with some words."""
    for name in ("one", "two"):
        text = "import os\nimport time\n\n\ndef test_it():\n    time.sleep(1)\n\n\n"
        (root / f"tests/test_{name}.py").write_text(text + f"def test_last():\n    {last_words}\n")


@posix
def test_a_second_process_that_dies_is_a_failure_too(shop: Path) -> None:
    spread(without_tests(shop), "assert 'second' not in os.environ['TMPDIR'] or os._exit(0)")
    verification = run(shop)
    assert check(verification, "tests") == (False, "2 passed, 1 error")
    assert "the second test process ended early" in verification.log


@posix
def test_tests_that_disturb_each_other_are_tried_alone(shop: Path) -> None:
    spread(without_tests(shop), "assert 'second' not in os.environ['TMPDIR']")
    assert check(run(shop), "tests") == (True, "4 passed; 1 failed beside others and passed alone")


@posix
def test_a_database_that_the_person_names_is_not_shared_by_two_processes(shop: Path, tmp_path: Path) -> None:
    spread(without_tests(shop), "assert 'second' not in os.environ['TMPDIR']")
    (tmp_path / "test.env").write_text("TEST_POSTGRES_URL=postgresql://127.0.0.1/none\n")
    assert check(run(shop, env_file=tmp_path / "test.env"), "tests") == (True, "4 passed")


@posix
def test_what_runs_too_long_is_stopped(shop: Path) -> None:
    without_tests(shop)
    (shop / "tests/test_sleeps.py").write_text("import time\n\n\ndef test_it():\n    time.sleep(60)\n")
    task = Task(shop, Path(sys.executable), ("tests",), limits=Limits(seconds=5))
    with started(task) as wait:
        last = wait()[-1].check
    assert (last.ok, last.summary) == (False, "stopped after 5 s")


@posix
def test_nothing_is_left_when_we_are_killed(shop: Path, tmp_path: Path) -> None:
    noted = tmp_path / "pid"
    text = f"import os\nimport time\n\n\ndef test_it():\n    open({str(noted)!r}, 'w').write(f'{{os.getpid()}}\\n')\n"
    (without_tests(shop) / "tests/test_sleeps.py").write_text(text + "    time.sleep(60)\n")
    caller = subprocess.Popen([sys.executable, "-c", CALLER, str(shop)], stderr=subprocess.DEVNULL)
    until(lambda: noted.exists() and noted.read_text().endswith("\n"))
    caller.kill()
    caller.wait()
    until(lambda: not is_alive(int(noted.read_text())))


CALLER = """
import sys
from pathlib import Path
from backwright.verify.running import Task, started
with started(Task(Path(sys.argv[1]), Path(sys.executable), ("tests",))) as wait:
    wait()
"""


def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def is_alive(pid: int) -> bool:
    status = Path(f"/proc/{pid}/stat")
    if Path("/proc/self").exists():
        return status.exists() and status.read_text().rpartition(")")[2].split()[0] != "Z"
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_coverage_and_xdist_of_the_target_are_left_out(shop: Path) -> None:
    options = '"no:schemathesis", "-n", "2", "--ff", "--cov=app", "--cov-fail-under=100"]'
    edit(shop, "pyproject.toml", '"no:schemathesis", "-p", "no:hypothesispytest"]', options)
    before = digests(shop)
    verification = run(shop)
    assert verification.tests["passed"] == 8, verification.log
    assert verification.passed
    assert digests(shop) == before


@posix
def test_an_app_that_starts_threads_is_not_forked(shop: Path) -> None:
    text = (shop / "app/main.py").read_text()
    thread = "\nimport threading, time\n\nthreading.Thread(target=time.sleep, args=(60,), daemon=True).start()\n"
    (shop / "app/main.py").write_text(text + thread)
    verification = run(shop)
    assert verification.passed, verification.log
    assert verification.tests["passed"] == 8


def test_an_app_that_does_not_import_is_named_with_its_line(shop: Path) -> None:
    edit(shop, "app/models/review.py", "from app.database import Base", "from app.database import Bass")
    verification = run(shop)
    ok, summary = check(verification, "import")
    assert not ok
    assert "cannot import name 'Bass'" in summary
    assert (verification.findings[0].place.path, verification.findings[0].place.line) == ("app/models/review.py", 6)
    assert verification.openapi is None


def test_keys_of_ours_are_hidden_and_the_environment_file_is_seen_but_not_shown(
    shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_tests(shop)
    monkeypatch.setenv("ANTHROPIC_API_KEY", "key-of-ours")
    env_file = tmp_path / "test.env"
    env_file.write_text("# for tests\nexport MAILER='very secret'\nPORT=8000 # short\n")
    (shop / "tests/test_env.py").write_text(
        "import os\n\n\ndef test_it():\n    print('ANTHROPIC_API_KEY' in os.environ, os.environ['PORT'])\n"
        "    assert 'DATABASE_URL' not in os.environ\n    assert not os.environ['MAILER']\n"
    )
    verification = run(shop, env_file=env_file)
    assert "False 8000" in verification.log
    assert "very secret" not in verification.log
    assert "[redacted:MAILER]" in verification.log


def test_a_bad_line_of_the_environment_file_is_named(shop: Path, tmp_path: Path) -> None:
    (tmp_path / "test.env").write_text("A=1\nnonsense\n")
    with pytest.raises(BadInput, match="NAME=value") as caught:
        run(shop, env_file=tmp_path / "test.env")
    assert caught.value.place is not None
    assert caught.value.place.line == 2


# The interpreter


def environment(folder: Path, *lines: str) -> Path:
    """Make a virtual environment whose site-packages lead to the lines of a .pth file."""
    venv.create(folder, symlinks=sys.platform != "win32")
    python = next(p for p in (folder / "bin/python", folder / "Scripts/python.exe") if p.exists())
    (site,) = folder.rglob("site-packages")
    (site / "others.pth").write_text("\n".join(lines) + "\n")
    return python


def test_a_missing_package_is_named_with_the_interpreter(shop: Path, tmp_path: Path) -> None:
    python = environment(tmp_path / "venv")
    ok, summary = check(run(shop, Level.QUICK, python=python, purpose=WITHOUT_TESTS), "import")
    assert not ok
    assert summary.startswith(f"fastapi is not installed in {python}; ")
    assert "--python" in summary


def test_an_editable_install_elsewhere_does_not_lead_away(shop: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    (elsewhere / "app").mkdir(parents=True)
    for name in ("__init__", "main"):
        (elsewhere / f"app/{name}.py").write_text("raise SystemExit('elsewhere')\n")
    python = environment(tmp_path / "venv", str(elsewhere), sysconfig.get_path("purelib"))
    verification = run(shop, Level.QUICK, python=python, purpose=WITHOUT_TESTS)
    assert check(verification, "import")[0], verification.log
    assert verification.interpreter == str(python)


def test_an_import_hook_that_leads_away_is_noticed(shop: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    (elsewhere / "app").mkdir(parents=True)
    (elsewhere / "app/__init__.py").write_text("")
    (elsewhere / "app/main.py").write_text("from fastapi import FastAPI\napp = FastAPI()\n")
    python = environment(tmp_path / "venv", sysconfig.get_path("purelib"), "import leading_away")
    (site,) = (tmp_path / "venv").rglob("site-packages")
    (site / "leading_away.py").write_text(
        "import sys\nfrom importlib.machinery import PathFinder\n\n\nclass Finder:\n    @staticmethod\n"
        "    def find_spec(name, path=None, target=None):\n"
        f"        return PathFinder.find_spec(name, [{str(elsewhere)!r}]) if name == 'app' else None\n\n\n"
        "sys.meta_path.insert(0, Finder)\n"
    )
    ok, summary = check(run(shop, Level.QUICK, python=python, purpose=WITHOUT_TESTS), "import")
    assert not ok
    assert str(elsewhere) in summary


# Migrations


def migrations(root: Path) -> tuple[bool, str]:
    return check(run(root, Level.QUICK, purpose=WITHOUT_TESTS), "migrations")


def test_a_column_without_a_migration_is_noticed(shop: Path) -> None:
    edit(shop, "app/models/product.py", "    price: Mapped[int]\n", "    price: Mapped[int]\n    stock: Mapped[int]\n")
    ok, summary = migrations(shop)
    assert not ok
    assert "column products.stock: the models have it" in summary


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('CheckConstraint("price > 0"', 'CheckConstraint("price > 1"', "constraint products"),
        ('server_default="new"', 'server_default="used"', "DEFAULT 'new', the models say"),
        ("String(100)", "String(200)", "VARCHAR(100)"),
        ("Mapped[int]\n", "Mapped[int | None]\n", "column products.price"),
        (", index=True", "", "index ix_products_name"),
    ],
)
def test_what_alembic_check_overlooks_is_noticed(shop: Path, old: str, new: str, said: str) -> None:
    edit(shop, "app/models/product.py", old, new)
    ok, summary = migrations(shop)
    assert not ok
    assert said in summary


def test_two_heads_are_refused(shop: Path) -> None:
    edit(shop, "migrations/versions/0002_reviews.py", 'down_revision = "0001"', "down_revision = None")
    assert migrations(shop) == (False, "there must be one head, there are 2: 0001, 0002")


def test_a_way_down_that_leaves_something_is_refused(shop: Path) -> None:
    edit(shop, "migrations/versions/0002_reviews.py", 'op.drop_table("reviews")', "pass")
    ok, summary = migrations(shop)
    assert not ok
    assert "reviews" in summary


def test_a_way_down_that_fails_is_refused_with_its_line(shop: Path) -> None:
    edit(shop, "migrations/versions/0002_reviews.py", 'op.drop_table("reviews")', 'op.drop_table("revews")')
    verification = run(shop, Level.QUICK, purpose=WITHOUT_TESTS)
    assert "no such table: revews" in check(verification, "migrations")[1]
    assert verification.findings[0].place.path == "migrations/versions/0002_reviews.py"


def test_no_other_database_is_ever_migrated(shop: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.db"
    edit(shop, "app/database.py", "return create_engine(database_url())", f"return create_engine('sqlite:///{other}')")
    ok, summary = migrations(shop)
    assert not ok
    assert "does not use the database that DATABASE_URL names" in summary
    assert not other.exists() or other.stat().st_size == 0


# The contract


def test_the_contract_holds_or_is_broken(shop: Path) -> None:
    contract = run(shop, Level.QUICK, purpose=WITHOUT_TESTS).openapi
    assert contract is not None
    (shop / "specs/backend").mkdir(parents=True, exist_ok=True)
    (shop / "specs/backend/openapi.json").write_bytes(contract)
    assert check(run(shop, Level.QUICK, purpose=WITHOUT_TESTS), "contract") == (True, "the contract holds")
    edit(shop, "app/api/products.py", "    price: int\n    state", "    state")
    ok, summary = check(run(shop, Level.QUICK, purpose=WITHOUT_TESTS), "contract")
    assert not ok
    assert "price: no longer there" in summary
