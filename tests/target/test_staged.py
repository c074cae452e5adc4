"""The staged tree: what is in it at the start, what it gives back, and what it leaves behind."""

from __future__ import annotations

import os
import stat
from dataclasses import replace
from pathlib import Path, PurePosixPath

import pytest
from backwright.errors import BadInput, TargetChanged, VerificationFailed
from backwright.folders import cache_folder
from backwright.target.repository import open_target
from backwright.target.staged import stage
from backwright.target.worktree import read_working_tree

from tests.target.repositories import commit, every_file, git, put, repository

SPECS = {"specs/backend/service.yaml": "name: shop\n", "app/main.py": "A\n"}


def _runs() -> list[str]:
    return sorted(path.name for path in (cache_folder() / "staging").glob("run-*"))


def test_reading_sees_the_commit_and_what_was_written(tmp_path: Path) -> None:
    with stage(open_target(repository(tmp_path / "shop"))) as staged:
        staged.write("app/new.py", b"N\n")
        staged.write("app/main.py", b"M\n")
        staged.delete("app/old.py")
        assert staged.read("app/main.py") == b"M\n"
        assert staged.read(PurePosixPath("README.md")) == b"# Shop\n"
        assert staged.read("app/old.py") is None
        assert staged.read("nowhere") is None
        assert [str(path) for path in staged.paths()] == ["README.md", "app/main.py", "app/new.py"]
        assert staged.changed() == {PurePosixPath(name) for name in ("app/main.py", "app/new.py", "app/old.py")}
        assert staged.read_below(PurePosixPath("app")) == {
            PurePosixPath("app/main.py"): b"M\n",
            PurePosixPath("app/new.py"): b"N\n",
        }


def test_writing_what_is_there_already_changes_nothing(tmp_path: Path) -> None:
    with stage(open_target(repository(tmp_path / "shop"))) as staged:
        staged.write("app/main.py", b"print('shop')\n")
        staged.write("app/new.py", b"")
        staged.delete("app/new.py")
        assert staged.changes() == ()
        assert staged.diff() == ("", ())


def test_the_target_is_not_touched_by_staging(tmp_path: Path) -> None:
    shop = repository(tmp_path / "shop")
    before = every_file(shop)
    with stage(open_target(shop)) as staged:
        staged.write("app/new.py", b"N\n")
        staged.materialise()
        staged.diff()
    assert every_file(shop) == before
    assert _runs() == []


def test_the_diff_is_whole_and_shows_what_would_hide(tmp_path: Path) -> None:
    shop = repository(tmp_path / "shop", {".gitattributes": "*.py -diff\n", "a.py": "one\n", "b.py": "same\n" * 9})
    with stage(open_target(shop)) as staged:
        staged.write("a.py", "tw\x1b[2Jo \u202egnp\u200b\r\n".encode())
        staged.write("c.py", b"same\n" * 9)
        staged.delete("b.py")
        staged.write("d.bin", b"\0\1")
        text, files = staged.diff()
    assert "+tw\\x1b[2Jo \\u202egnp\\u200b\\r\n" in text
    assert [(file.status, file.path, file.added, file.deleted) for file in files] == [
        ("M", "a.py", 1, 1),
        ("R", "c.py", 0, 0),
        ("A", "d.bin", None, None),
    ]


def test_stored_bases_are_one_line_of_the_diff_and_no_source_of_renames(tmp_path: Path) -> None:
    folder = "api/specs/backend/.base/objects"
    shop = repository(tmp_path / "shop", {"api/app/a.py": "one\n", f"{folder}/1": "same\n" * 9, f"{folder}/2": "two\n"})
    target = replace(open_target(shop), backend=PurePosixPath("api"))
    with stage(target) as staged:
        staged.write("api/app/b.py", b"same\n" * 9)
        for name in ("1", "2"):
            staged.delete(f"{folder}/{name}")
        staged.write(f"{folder}/3", b"three\n")
        text, files = staged.diff()
    assert "Binary files" not in text
    assert "rename from" not in text
    assert text.count(folder) == 1
    assert text.endswith(f"{folder}: 1 stored base added, 2 deleted\n")
    assert [(file.status, file.path.rpartition("/")[2]) for file in files] == [
        ("A", "b.py"),
        ("D", "1"),
        ("D", "2"),
        ("A", "3"),
    ]


def test_uncommitted_specs_and_notes_join_and_nothing_else(tmp_path: Path) -> None:
    shop = repository(
        tmp_path / "shop",
        SPECS | {"specs/backend/old.yaml": "o\n", ".gitignore": "*.tmp\n.claude/agent-memory-local/\n"},
    )
    put(
        shop,
        {
            "specs/backend/service.yaml": "name: shop2\n",
            "specs/backend/product.yaml": "name: product\n",
            "specs/backend/x.tmp": "ignored\n",
            ".claude/agent-memory/a/MEMORY.md": "- fact\n",
            ".claude/agent-memory-local/a/MEMORY.md": "- mine\n",
            ".claude/agents/a.md": "not joined\n",
            "app/main.py": "uncommitted\n",
            "untracked.txt": "u\n",
        },
    )
    (shop / "specs/backend/old.yaml").unlink()
    with stage(open_target(shop)) as staged:
        assert {str(path) for path in staged.changed()} == {
            "specs/backend/service.yaml",
            "specs/backend/product.yaml",
            "specs/backend/old.yaml",
            ".claude/agent-memory/a/MEMORY.md",
        }
        assert staged.read("app/main.py") == b"A\n"
        assert "shop2" in staged.diff()[0]


def test_with_uncommitted_work_the_diff_starts_from_it(tmp_path: Path) -> None:
    shop = repository(tmp_path / "shop", SPECS | {".gitignore": "*.log\n", "gone.py": "G\n", "run.sh": "#!\n"})
    put(shop, {"app/main.py": "mine\n", "app/untracked.py": "U\n", "x.log": "L\n", "staged.py": "S\n"})
    git(shop, "add", "staged.py")
    (shop / "gone.py").unlink()
    (shop / "run.sh").chmod(0o755)
    (shop / "link").symlink_to("app")
    with stage(open_target(shop), with_uncommitted=True) as staged:
        assert staged.changes() == ()
        assert staged.diff() == ("", ())
        assert staged.read("app/main.py") == b"mine\n"
        assert staged.read("app/untracked.py") == b"U\n"
        assert staged.read("staged.py") == b"S\n"
        assert (staged.read("gone.py"), staged.read("x.log"), staged.read("link")) == (None, None, None)
        staged.write("app/main.py", b"mine\nand ours\n")
        text, files = staged.diff()
        assert [file.path for file in files] == ["app/main.py"]
        assert "+and ours" in text
        tree = staged.materialise()
        assert (tree / "link").is_symlink()
        assert os.access(tree / "run.sh", os.X_OK)
        assert not (tree / "gone.py").exists()


def test_an_earlier_run_without_a_commit_stops_one_that_commits(tmp_path: Path) -> None:
    shop = repository(tmp_path / "shop", SPECS)
    put(shop, {"specs/backend/.base/product.lock.json": "{}"})
    with pytest.raises(TargetChanged, match="without a commit"), stage(open_target(shop)):
        pass
    with stage(open_target(shop), with_uncommitted=True) as staged:
        assert staged.read("specs/backend/.base/product.lock.json") == b"{}"


def test_the_tree_is_checked_out_byte_for_byte(tmp_path: Path) -> None:
    shop = repository(
        tmp_path / "shop",
        {"lf.txt": "a\nb\n", "crlf.txt": "a\r\nb\r\n", "id.txt": "$Id$\n", "bin.dat": "\0\r\n\xff", "ü/ö ä.txt": "ü"},
    )
    (shop / "run.sh").write_text("#!/bin/sh\n")
    (shop / "run.sh").chmod(0o755)
    (shop / "link").symlink_to("../outside")
    commit(shop)
    put(shop, {".gitattributes": "*.txt text eol=crlf ident working-tree-encoding=UTF-16\n"})
    git(shop, "add", ".gitattributes")
    git(shop, "commit", "--quiet", "--message", "attributes")
    git(shop, "config", "core.autocrlf", "true")
    with stage(open_target(shop)) as staged:
        tree = staged.materialise()
        for name in ("lf.txt", "crlf.txt", "id.txt", "bin.dat", "ü/ö ä.txt"):
            assert (tree / name).read_bytes() == staged.read(name)
        assert (tree / "lf.txt").read_bytes() == b"a\nb\n"
        assert (tree / "link").is_symlink()
        assert str((tree / "link").readlink()) == "../outside"
        assert os.access(tree / "run.sh", os.X_OK)
        staged.write("id.txt", b"$Id$\r\n")
        staged.delete("lf.txt")
        assert staged.materialise() == tree
        assert (tree / "id.txt").read_bytes() == b"$Id$\r\n"
        assert not (tree / "lf.txt").exists()
        blob = staged.git.run("cat-file", "blob", f"{staged.tree()}:id.txt")
        assert blob == b"$Id$\r\n"


def test_the_staged_tree_has_the_id_git_gives_it(tmp_path: Path) -> None:
    shop = repository(tmp_path / "shop")
    with stage(open_target(shop)) as staged:
        staged.write("app/new.py", b"N\n")
        staged.write("run.sh", b"#!/bin/sh\n", executable=True)
        staged.delete("app/old.py")
        tree = staged.tree()
        staged.write("run.sh", b"#!/bin/sh\n")
        assert staged.tree() == tree
    put(shop, {"app/new.py": "N\n", "run.sh": "#!/bin/sh\n"})
    (shop / "run.sh").chmod(0o755)
    (shop / "app" / "old.py").unlink()
    commit(shop)
    assert git(shop, "rev-parse", "HEAD^{tree}") == tree


def test_repositories_with_sha256_ids_are_staged(tmp_path: Path) -> None:
    tmp_path.joinpath("shop").mkdir()
    git(tmp_path / "shop", "init", "--quiet", "--object-format=sha256", "--initial-branch=main")
    put(tmp_path / "shop", {"a.py": "a\n"})
    commit(tmp_path / "shop")
    with stage(open_target(tmp_path / "shop")) as staged:
        staged.write("b.py", b"b\n")
        assert len(staged.tree()) == 64
        assert [file.path for file in staged.diff()[1]] == ["b.py"]


def test_a_folder_of_staging_is_private_and_removed(tmp_path: Path) -> None:
    with stage(open_target(repository(tmp_path / "shop"))) as staged:
        assert stat.S_IMODE(staged.folder.stat().st_mode) == 0o700
        assert staged.folder.is_relative_to(cache_folder())
        assert len(_runs()) == 1
    assert _runs() == []


def _staged_then(shop: Path, error: BaseException) -> None:
    with stage(open_target(shop)) as staged:
        staged.materialise()
        raise error


@pytest.mark.parametrize("error", [BadInput("x"), KeyboardInterrupt(), SystemExit(1)])
def test_it_is_removed_after_what_people_cause(tmp_path: Path, error: BaseException) -> None:
    with pytest.raises(type(error)):
        _staged_then(repository(tmp_path / "shop"), error)
    assert _runs() == []


@pytest.mark.parametrize("error", [RuntimeError("bug"), VerificationFailed("did not verify")])
def test_it_is_kept_after_internal_errors_and_failed_verification(tmp_path: Path, error: Exception) -> None:
    shop = repository(tmp_path / "shop")
    with pytest.raises(type(error)):
        _staged_then(shop, error)
    (run,) = _runs()
    tree = cache_folder() / "staging" / run / "tree"
    assert (tree / "app" / "main.py").exists()
    with stage(open_target(shop)):
        pass
    assert (tree / "app" / "main.py").exists()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the process that dies is a fork")
def test_what_dead_processes_left_is_swept_and_what_live_ones_use_is_not(tmp_path: Path) -> None:
    shop = repository(tmp_path / "shop")
    target = open_target(shop)
    child = os.fork()
    if child == 0:
        with stage(target):
            os._exit(9)
    os.waitpid(child, 0)
    (dead,) = _runs()
    with stage(target) as staged, stage(target) as other:
        assert dead not in _runs()
        assert staged.folder.is_dir()
        assert other.folder.is_dir()


def test_an_empty_folder_and_a_new_one_start_empty(tmp_path: Path) -> None:
    for path in (tmp_path / "there", tmp_path / "not"):
        if path.name == "there":
            path.mkdir()
        with stage(open_target(path)) as staged:
            assert staged.paths() == ()
            staged.write("app/main.py", b"A\n")
            assert staged.diff()[1][0].status == "A"
            assert (staged.materialise() / "app" / "main.py").read_bytes() == b"A\n"


def test_specs_in_a_folder_that_is_no_repository_join(tmp_path: Path) -> None:
    put(tmp_path / "shop", SPECS | {".venv/lib/x.py": "x\n", ".venv/.gitignore": "*\n"})
    with stage(open_target(tmp_path / "shop")) as staged:
        assert [str(path) for path in staged.paths()] == ["specs/backend/service.yaml"]
    with stage(open_target(tmp_path / "shop"), with_uncommitted=True) as staged:
        assert len(staged.paths()) == 2


def test_the_working_tree_is_read_without_what_is_ignored(tmp_path: Path) -> None:
    shop = repository(tmp_path / "shop", SPECS | {".gitignore": "*.log\n"})
    put(shop, {"app/new.py": "N\n", "app/x.log": "L\n", "app/main.py": "mine\n"})
    assert read_working_tree(open_target(shop), PurePosixPath("app")) == {
        PurePosixPath("app/main.py"): b"mine\n",
        PurePosixPath("app/new.py"): b"N\n",
    }
