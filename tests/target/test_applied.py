"""What is applied is what was shown, byte for byte; what people did meanwhile is never lost."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import threading
from pathlib import Path, PurePosixPath

import pytest
from backwright.errors import BackwrightError, BadInput, TargetChanged
from backwright.target import applied as module
from backwright.target.applied import Applied, Outside, apply
from backwright.target.git import Git
from backwright.target.repository import open_target
from backwright.target.staged import stage

from tests.target.repositories import Picture, commit, every_file, git, picture, put, repository


def _apply(folder: Path, files: dict[str, str | None], *, commit: bool = True, branch: str | None = None) -> Applied:
    target = open_target(folder)
    with stage(target, with_uncommitted=not commit) as staged:
        for name, text in files.items():
            if text is None:
                staged.delete(name)
            else:
                staged.write(name, text.encode())
        return apply(
            target, staged, message="Add products", trailers={"Prompt-Record": "0001"}, commit=commit, branch=branch
        )


def test_a_run_is_one_commit_on_the_branch_and_the_work_tree_is_clean(tmp_path: Path) -> None:
    shop = repository(tmp_path / "shop")
    parent = git(shop, "rev-parse", "HEAD")
    done = _apply(shop, {"app/main.py": "new\n", "app/product.py": "P\n", "app/old.py": None})
    assert git(shop, "rev-parse", "main", "main^") == f"{done.commit}\n{parent}"
    assert git(shop, "status", "--porcelain") == ""
    assert git(shop, "diff-files", "--name-only") == ""
    assert (
        git(shop, "show", "--no-patch", "--format=%s|%(trailers:key=Prompt-Record)")
        == "Add products|Prompt-Record: 0001"
    )
    assert sorted(map(str, done.paths)) == ["app/main.py", "app/old.py", "app/product.py"]
    assert (shop / "app/main.py").read_text() == "new\n"
    assert not (shop / "app/old.py").exists()
    assert git(shop, "fsck", "--strict") == ""
    assert git(shop, "reflog", "-1", "--format=%gs") == "agent: Add products"


def test_the_tools_identity_is_used_where_git_has_none_and_said(tmp_path: Path) -> None:
    shop = repository(tmp_path / "shop")
    assert _apply(shop, {"a.py": "a\n"}).own_identity
    own = "Backwright <backwright@localhost>"
    assert git(shop, "show", "--no-patch", "--format=%an <%ae>|%cn <%ce>") == f"{own}|{own}"
    git(shop, "config", "user.name", "Grace")
    git(shop, "config", "user.email", "grace@example.org")
    assert not _apply(shop, {"b.py": "b\n"}).own_identity
    assert git(shop, "show", "--no-patch", "--format=%an <%ae>") == "Grace <grace@example.org>"


def test_a_new_folder_becomes_a_repository_with_one_commit(tmp_path: Path) -> None:
    done = _apply(tmp_path / "shop", {"app/main.py": "A\n"})
    assert git(tmp_path / "shop", "log", "--format=%H %D") == f"{done.commit} HEAD -> main"
    assert git(tmp_path / "shop", "status", "--porcelain") == ""
    assert sorted(path.name for path in tmp_path.iterdir()) == ["shop"]


def test_files_of_a_folder_that_becomes_a_repository_stay(tmp_path: Path) -> None:
    put(tmp_path / "shop", {"notes.txt": "mine\n"})
    _apply(tmp_path / "shop", {"app/main.py": "A\n"})
    assert (tmp_path / "shop" / "notes.txt").read_text() == "mine\n"
    assert git(tmp_path / "shop", "status", "--porcelain") == "?? notes.txt"
    assert git(tmp_path / "shop", "ls-tree", "-r", "--name-only", "HEAD") == "app/main.py"


def test_a_folder_made_a_repository_of_its_own_leaves_the_outer_one_alone(tmp_path: Path) -> None:
    outer = repository(tmp_path / "outer")
    (outer / "shop").mkdir()
    target = open_target(outer / "shop", init=True)
    with stage(target) as staged:
        staged.write("a.py", b"a\n")
        apply(target, staged, message="x")
    assert git(outer / "shop", "log", "--format=%s") == "x"
    assert git(outer, "log", "--format=%s") == "work"


def test_other_uncommitted_work_is_left_alone(tmp_path: Path) -> None:
    shop = repository(tmp_path / "shop")
    put(shop, {"README.md": "mine\n", "staged.py": "S\n", "untracked.py": "U\n"})
    git(shop, "add", "staged.py")
    _apply(shop, {"app/new.py": "N\n"})
    assert git(shop, "status", "--porcelain") == " M README.md\nA  staged.py\n?? untracked.py"
    assert git(shop, "show", "--name-only", "--format=") == "app/new.py"


def _edited(shop: Path) -> None:
    put(shop, {"app/main.py": "mine\n"})


def _indexed(shop: Path) -> None:
    put(shop, {"app/main.py": "mine\n"})
    git(shop, "add", "app/main.py")
    put(shop, {"app/main.py": "print('shop')\n"})


def _removed(shop: Path) -> None:
    (shop / "app" / "main.py").unlink()


def _untracked(shop: Path) -> None:
    put(shop, {"app/new.py": "mine\n"})


def _ignored(shop: Path) -> None:
    put(shop, {".git/info/exclude": "app/new.py\n", "app/new.py": "mine\n"})


@pytest.mark.parametrize("work", [_edited, _indexed, _removed, _untracked, _ignored])
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_touched_file_with_work_of_somebody_stops_the_run(tmp_path: Path, work: object, when: str) -> None:
    shop = repository(tmp_path / "shop")
    if when == "before":
        work(shop)  # type: ignore[operator]
    target = open_target(shop)
    with stage(target) as staged:
        staged.write("app/main.py", b"generated\n")
        staged.write("app/new.py", b"generated\n")
        staged.write("app/fine.py", b"generated\n")
        if when == "after":
            work(shop)  # type: ignore[operator]
        before = picture(shop)
        with pytest.raises(TargetChanged, match=r"app/(main|new)\.py") as stopped:
            apply(target, staged, message="x")
        assert "fine" not in str(stopped.value)
        assert picture(shop) == before


def test_joined_specs_are_committed_as_they_lie_there(tmp_path: Path) -> None:
    shop = repository(tmp_path / "shop", {"specs/backend/service.yaml": "a\n", "app/main.py": "A\n"})
    put(shop, {"specs/backend/service.yaml": "b\n", "specs/backend/product.yaml": "p\n"})
    git(shop, "add", "specs/backend/product.yaml")
    modified = (shop / "specs/backend/product.yaml").stat().st_mtime_ns
    done = _apply(shop, {"app/main.py": "B\n", "specs/backend/service.yaml": "b normalised\n"})
    assert git(shop, "status", "--porcelain") == ""
    assert sorted(map(str, done.paths)) == ["app/main.py", "specs/backend/product.yaml", "specs/backend/service.yaml"]
    assert (shop / "specs/backend/service.yaml").read_text() == "b normalised\n"
    assert (shop / "specs/backend/product.yaml").stat().st_mtime_ns == modified


def test_a_joined_spec_that_changes_again_stops_the_run(tmp_path: Path) -> None:
    shop = repository(tmp_path / "shop", {"specs/backend/service.yaml": "a\n"})
    put(shop, {"specs/backend/service.yaml": "b\n"})
    target = open_target(shop)
    with stage(target) as staged:
        staged.write("app/main.py", b"x")
        put(shop, {"specs/backend/service.yaml": "c\n"})
        before = picture(shop)
        with pytest.raises(TargetChanged, match="service"):
            apply(target, staged, message="x")
    assert picture(shop) == before


def test_without_a_commit_only_the_work_tree_changes(tmp_path: Path) -> None:
    shop = repository(tmp_path / "shop")
    put(shop, {"app/main.py": "mine\n"})
    index, head = (shop / ".git" / "index").read_bytes(), git(shop, "rev-parse", "HEAD")
    done = _apply(shop, {"app/main.py": "mine\nours\n", "app/new.py": "N\n"}, commit=False)
    assert done.commit is None
    assert (shop / ".git" / "index").read_bytes() == index
    assert git(shop, "rev-parse", "HEAD") == head
    assert git(shop, "status", "--porcelain", "--untracked-files=all") == " M app/main.py\n?? app/new.py"
    assert (shop / "app/main.py").read_text() == "mine\nours\n"


def test_uncommitted_work_is_never_committed(tmp_path: Path) -> None:
    target = open_target(repository(tmp_path / "shop"))
    with stage(target, with_uncommitted=True) as staged, pytest.raises(ValueError, match="cannot be committed"):
        apply(target, staged, message="x", commit=True)


def test_a_new_branch_is_made_and_switched_to(tmp_path: Path) -> None:
    shop = repository(tmp_path / "shop")
    head = git(shop, "rev-parse", "HEAD")
    done = _apply(shop, {"a.py": "a\n"}, branch="feature/products")
    assert git(shop, "symbolic-ref", "--short", "HEAD") == "feature/products"
    assert git(shop, "rev-parse", "main", "feature/products") == f"{head}\n{done.commit}"
    assert git(shop, "status", "--porcelain") == ""


@pytest.mark.parametrize("folder", ["new", "unborn"])
def test_the_first_commit_may_be_on_a_branch_of_ones_own(tmp_path: Path, folder: str) -> None:
    if folder == "unborn":
        git(tmp_path, "init", "--quiet", "--initial-branch=main", "unborn")
    done = _apply(tmp_path / folder, {"a.py": "a\n"}, branch="feature")
    assert git(tmp_path / folder, "log", "--format=%H %D") == f"{done.commit} HEAD -> feature"


@pytest.mark.parametrize(
    "name", ["--upload-pack=x", "-x", "a..b", "a b", "HEAD", "a.lock", "a~1", "@{-1}", "", "/a", "a\0b", "other"]
)
def test_a_bad_or_taken_branch_is_refused(tmp_path: Path, name: str) -> None:
    shop = repository(tmp_path / "shop")
    git(shop, "branch", "other")
    before = picture(shop)
    with pytest.raises(BadInput):
        _apply(shop, {"a.py": "a\n"}, branch=name)
    assert picture(shop) == before


def test_permissions_are_kept_and_executables_made(tmp_path: Path) -> None:
    shop = repository(tmp_path / "shop", {"private.py": "p\n", "tool": "t\n", "script.sh": "s\n"})
    (shop / "private.py").chmod(0o640)
    (shop / "tool").chmod(0o755)
    commit(shop)
    target = open_target(shop)
    with stage(target) as staged:
        staged.write("private.py", b"new\n")
        staged.write("tool", b"new\n")
        staged.write("script.sh", b"new\n", executable=True)
        staged.write("made.sh", b"new\n", executable=True)
        apply(target, staged, message="x")
    modes = {
        name: stat.S_IMODE((shop / name).stat().st_mode) for name in ("private.py", "tool", "script.sh", "made.sh")
    }
    assert modes["private.py"] == 0o640
    assert modes["tool"] == 0o755
    assert modes["script.sh"] & 0o100
    assert modes["made.sh"] & 0o100
    assert git(shop, "status", "--porcelain") == ""


def test_the_lines_of_a_windows_checkout_are_not_work_of_somebody(tmp_path: Path) -> None:
    shop = repository(tmp_path / "shop", {"a.py": "one\ntwo\n"})
    git(shop, "config", "core.autocrlf", "true")
    put(shop, {"a.py": "one\r\ntwo\r\n"})
    _apply(shop, {"a.py": "one\nthree\n"})
    assert git(shop, "show", "HEAD:a.py") == "one\nthree"


def test_a_commit_made_meanwhile_stops_the_run(tmp_path: Path) -> None:
    shop = repository(tmp_path / "shop")
    target = open_target(shop)
    with stage(target) as staged:
        staged.write("app/new.py", b"N\n")
        put(shop, {"other.py": "o\n"})
        commit(shop)
        before = picture(shop)
        with pytest.raises(TargetChanged, match="new commit"):
            apply(target, staged, message="x")
        git(shop, "checkout", "--quiet", "-b", "side")
        with pytest.raises(TargetChanged, match="branch was main"):
            apply(target, staged, message="x")
        git(shop, "checkout", "--quiet", "main")
    assert before is not None
    assert picture(shop).files == before.files  # type: ignore[union-attr]


def test_a_branch_that_moves_at_the_last_instant_is_not_overwritten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = repository(tmp_path / "shop")
    move = module.move_refs

    def moved_by_somebody(folder: Git, refs: object, subject: str) -> None:
        other = git(shop, "commit-tree", "HEAD^{tree}", "-p", "HEAD", "-m", "theirs")
        git(shop, "update-ref", "refs/heads/main", other)
        move(folder, refs, subject)  # type: ignore[arg-type]

    monkeypatch.setattr(module, "move_refs", moved_by_somebody)
    before = picture(shop)
    with pytest.raises(TargetChanged, match="refs/heads/main changed"):
        _apply(shop, {"app/main.py": "new\n", "app/new.py": "N\n", "app/old.py": None})
    assert git(shop, "log", "--format=%s") == "theirs\nwork"
    assert before is not None
    assert picture(shop) == Picture(before.files, before.refs.replace("work", "theirs"), before.head, before.index, "")


def test_git_of_somebody_is_locked_out_while_files_are_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shop = repository(tmp_path / "shop")
    said = []
    put_files = module._put_files

    def look(*arguments: object) -> None:
        reset = subprocess.run(["git", "reset", "--hard"], cwd=shop, capture_output=True, text=True, check=False)
        said.append(reset.stderr)
        put_files(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(module, "_put_files", look)
    _apply(shop, {"a.py": "a\n"})
    assert "index.lock" in said[0]


def test_a_switch_of_branches_while_files_are_written_takes_the_run_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = repository(tmp_path / "shop")
    put_files = module._put_files

    def switch(*arguments: object) -> None:
        put_files(*arguments)  # type: ignore[arg-type]
        git(shop, "branch", "x")
        git(shop, "symbolic-ref", "HEAD", "refs/heads/x")

    monkeypatch.setattr(module, "_put_files", switch)
    before = picture(shop)
    with pytest.raises(TargetChanged, match="branch was main and is now x"):
        _apply(shop, {"a.py": "a\n", "app/main.py": "new\n"})
    assert before is not None
    assert picture(shop).files == before.files  # type: ignore[union-attr]
    assert git(shop, "status", "--porcelain") == ""


def test_only_the_tree_that_was_shown_is_applied(tmp_path: Path) -> None:
    shop = repository(tmp_path / "shop")
    target = open_target(shop)
    with stage(target) as staged:
        staged.write("a.py", b"a\n")
        shown = staged.tree()
        staged.write("a.py", b"evil\n")
        before = every_file(shop)
        with pytest.raises(TargetChanged, match="shown"):
            apply(target, staged, message="x", shown=shown)
        assert every_file(shop) == before
        staged.write("a.py", b"a\n")
        apply(target, staged, message="x", shown=shown)


def test_a_linked_work_tree_has_its_own_index_and_journal(tmp_path: Path) -> None:
    shop = repository(tmp_path / "shop")
    git(shop, "worktree", "add", "--quiet", "-b", "side", str(tmp_path / "side"))
    done = _apply(tmp_path / "side", {"app/main.py": "new\n", "a.py": "a\n", "app/old.py": None})
    assert git(tmp_path / "side", "status", "--porcelain") == git(shop, "status", "--porcelain") == ""
    assert git(shop, "rev-parse", "side") == done.commit
    assert git(shop, "log", "--format=%s", "main") == "work"


def test_a_shallow_clone_is_built_in(tmp_path: Path) -> None:
    origin = repository(tmp_path / "origin")
    put(origin, {"b.py": "b\n"})
    commit(origin)
    git(tmp_path, "clone", "--quiet", "--depth=1", f"file://{origin}", "shop")
    _apply(tmp_path / "shop", {"b.py": "c\n", "app/main.py": "new\n"})
    assert git(tmp_path / "shop", "log", "--format=%s") == "Add products\nwork"
    assert git(tmp_path / "shop", "fsck", "--strict") == ""


def test_a_file_outside_a_sparse_checkout_is_not_written(tmp_path: Path) -> None:
    shop = repository(tmp_path / "shop", {"app/main.py": "A\n", "docs/a.md": "D\n"})
    git(shop, "sparse-checkout", "set", "app")
    _apply(shop, {"app/main.py": "B\n"})
    before = picture(shop)
    with pytest.raises(TargetChanged, match=r"docs/a\.md"):
        _apply(shop, {"docs/a.md": "new\n"})
    assert picture(shop) == before


def test_notes_outside_are_written_with_the_commit_or_not_at_all(tmp_path: Path) -> None:
    shop, notes = repository(tmp_path / "shop"), tmp_path / "notes"
    put(notes, {"MEMORY.md": "- one\n"})
    target = open_target(shop)
    with stage(target) as staged:
        staged.write("a.py", b"a\n")
        path = PurePosixPath("MEMORY.md")
        before = picture(shop)
        with pytest.raises(TargetChanged, match=r"MEMORY\.md"):
            apply(target, staged, message="x", outside=[Outside(notes, path, b"- other\n", b"- two\n")])
        assert picture(shop) == before
        apply(target, staged, message="x", outside=[Outside(notes, path, b"- one\n", b"- one\n- two\n")])
    assert (notes / "MEMORY.md").read_text() == "- one\n- two\n"


def test_two_runs_at_once_one_wins_and_nothing_of_the_other_is_written(tmp_path: Path) -> None:
    shop = repository(tmp_path / "shop")
    for attempt in range(5):
        outcomes = _at_once(shop, [f"r{attempt}_{n}.py" for n in range(3)])
        commits = [outcome for outcome in outcomes if isinstance(outcome, Applied)]
        errors = [outcome for outcome in outcomes if isinstance(outcome, BackwrightError)]
        assert len(commits) == 1
        assert {error.exit_status for error in errors} == {3}
        assert git(shop, "status", "--porcelain") == ""
        assert len(list(shop.glob(f"r{attempt}_*.py"))) == 1
    assert len(git(shop, "log", "--format=%H").split()) == 6


def test_two_runs_at_once_in_a_new_folder_make_one_repository(tmp_path: Path) -> None:
    outcomes = _at_once(tmp_path / "shop", ["a.py", "b.py"])
    assert len([outcome for outcome in outcomes if isinstance(outcome, Applied)]) == 1
    assert [outcome.exit_status for outcome in outcomes if isinstance(outcome, BackwrightError)] == [3]
    assert len(git(tmp_path / "shop", "log", "--format=%H").split()) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["shop"]


def _at_once(folder: Path, names: list[str]) -> list[object]:
    outcomes: list[object] = []
    together = threading.Barrier(len(names))

    def run(name: str) -> None:
        target = open_target(folder)
        with stage(target) as staged:
            staged.write(name, b"x\n")
            together.wait()
            try:
                outcomes.append(apply(target, staged, message=name))
            except Exception as error:  # noqa: BLE001 - every outcome is looked at
                outcomes.append(error)

    threads = [threading.Thread(target=run, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(outcomes) == len(names)
    return outcomes


def test_a_run_that_waits_too_long_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from backwright.target import lock

    shop = repository(tmp_path / "shop")
    monkeypatch.setattr(lock, "WAIT_SECONDS", 0.1)
    target = open_target(shop)
    with stage(target) as staged, lock.target_lock(shop, shop / ".git"):
        staged.write("a.py", b"a")
        before = every_file(shop)
        with pytest.raises(TargetChanged, match="another run is applying"):
            apply(target, staged, message="x")
        assert every_file(shop) == before


def test_an_edit_made_after_a_crash_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shop = repository(tmp_path / "shop")

    class Died(BaseException):
        pass

    def die(*_: object) -> None:
        raise Died

    monkeypatch.setattr(module, "move_refs", die)
    monkeypatch.setattr(module, "_undone", die)
    with pytest.raises(Died):
        _apply(shop, {"app/main.py": "new\n", "app/new.py": "N\n", "app/old.py": None})
    assert (shop / "app" / "new.py").read_text() == "N\n"
    put(shop, {"app/new.py": "edited by hand\n"})
    recovered = open_target(shop).recovered
    assert recovered is not None
    assert "taken back" in recovered
    assert "app/new.py" in recovered
    assert (shop / "app" / "new.py").read_text() == "edited by hand\n"
    assert git(shop, "status", "--porcelain") == "?? app/new.py"


def test_a_disk_that_is_really_full_is_one_message(tmp_path: Path) -> None:
    """A limit on the size of files stands for the disk; git meets it as well as we do."""
    if sys.platform == "win32":
        pytest.skip("no such limit")
    shop = repository(tmp_path / "shop")
    before = picture(shop)
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        import resource
        import signal

        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
        try:
            _apply(shop, {"a.py": "a\n", "big.py": "x" * 60_000})
            said = "it was written"
        except BackwrightError as error:
            said = str(error)
        except BaseException as error:  # noqa: BLE001 - the child of a test must not return into pytest
            said = f"internal: {error!r}"
        os.write(writing, said.encode())
        os._exit(0)
    os.close(writing)
    os.waitpid(child, 0)
    with open(reading, "rb") as file:  # noqa: PTH123 - a descriptor
        said = file.read().decode()
    assert said == f"the disk is full: nothing was changed in {shop}", said
    open_target(shop)
    assert picture(shop) == before
