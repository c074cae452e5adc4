"""Which folder is which target, and one clear message for every folder that cannot be one."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path, PurePosixPath

import pytest
from backwright.errors import BackwrightError, BadInput, NotFound, TargetChanged
from backwright.target import git as hardened
from backwright.target.repository import Target, is_default_branch, open_target, other_refs_names

from tests.target.repositories import commit, every_file, git, put, repository


def _refused(path: Path, kind: type[BackwrightError], words: str, *, init: bool = False) -> None:
    area = path.parent
    before = every_file(area)
    with pytest.raises(kind, match=words) as refused:
        open_target(path, init=init)
    assert refused.value.exit_status in {2, 3}
    assert every_file(area) == before


def test_a_repository_is_found_from_any_folder_in_it(tmp_path: Path) -> None:
    shop = repository(tmp_path / "shop")
    target = open_target(shop / "app")
    assert (target.root, target.backend, target.branch) == (shop, PurePosixPath("app"), "main")
    assert target.head == git(shop, "rev-parse", "HEAD")
    assert not target.is_new


def test_a_folder_that_does_not_exist_yet_is_a_new_repository(tmp_path: Path) -> None:
    target = open_target(tmp_path / "shop")
    assert (target.root, target.is_new, target.branch, target.head) == (tmp_path / "shop", True, "main", None)
    assert not (tmp_path / "shop").exists()


def test_the_first_branch_is_the_one_git_is_configured_for(tmp_path: Path) -> None:
    git(tmp_path, "config", "--global", "init.defaultBranch", "trunk")
    assert open_target(tmp_path / "shop").branch == "trunk"


def test_a_folder_inside_another_work_tree_belongs_to_it_unless_init(tmp_path: Path) -> None:
    outer = repository(tmp_path / "outer")
    assert open_target(outer / "shop").root == outer
    assert open_target(outer / "shop").backend == PurePosixPath("shop")
    assert open_target(outer / "shop", init=True).is_new
    (outer / "shop").mkdir()
    assert open_target(outer / "shop", init=True).root == outer / "shop"
    assert open_target(outer, init=True).root == outer
    assert not open_target(outer, init=True).is_new


def test_an_ignored_folder_of_another_work_tree_is_refused(tmp_path: Path) -> None:
    outer = repository(tmp_path / "outer", {".gitignore": "demo/\n"})
    (outer / "demo").mkdir()
    _refused(outer / "demo", BadInput, "ignored")
    assert open_target(outer / "demo", init=True).is_new


def test_a_file_is_refused(tmp_path: Path) -> None:
    put(tmp_path, {"shop": "x"})
    _refused(tmp_path / "shop", BadInput, "is a file")


def test_a_folder_below_nothing_is_refused(tmp_path: Path) -> None:
    _refused(tmp_path / "no" / "shop", BadInput, "nor does the folder above")


def test_a_bare_repository_is_refused(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet", "--bare", "shop")
    _refused(tmp_path / "shop", BadInput, "bare")


def test_the_inside_of_a_git_folder_is_refused(tmp_path: Path) -> None:
    shop = repository(tmp_path / "shop")
    _refused(shop / ".git", BadInput, r"\.git")


def test_a_broken_repository_is_refused(tmp_path: Path) -> None:
    put(tmp_path / "shop", {".git": "gitdir: nowhere\n"})
    _refused(tmp_path / "shop", BadInput, "cannot read")


def _conflict(shop: Path) -> None:
    git(shop, "checkout", "--quiet", "-b", "side")
    put(shop, {"app/main.py": "side\n"})
    commit(shop)
    git(shop, "checkout", "--quiet", "main")
    put(shop, {"app/main.py": "main\n"})
    commit(shop)


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (("merge", "side"), "a merge"),
        (("rebase", "side"), "a rebase"),
        (("cherry-pick", "side"), "a cherry-pick"),
        (("revert", "HEAD~1", "--no-edit"), "a revert"),
        (("bisect", "start"), "a bisect"),
    ],
)
def test_a_repository_in_the_middle_of_something_is_refused(
    tmp_path: Path, command: tuple[str, ...], words: str
) -> None:
    shop = repository(tmp_path / "shop", {"app/main.py": "1\n"})
    if words == "a revert":
        put(shop, {"app/main.py": "2\n"})
        commit(shop)
        put(shop, {"app/main.py": "3\n"})
        commit(shop)
    else:
        _conflict(shop)
    git(shop, *command, check=False)
    _refused(shop, BadInput, words)


def test_a_locked_index_is_refused(tmp_path: Path) -> None:
    shop = repository(tmp_path / "shop")
    (shop / ".git" / "index.lock").touch()
    _refused(shop, TargetChanged, "another git process")


def test_a_head_before_the_first_commit_and_a_detached_one_are_fine(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet", "--initial-branch=start", "unborn")
    unborn = open_target(tmp_path / "unborn")
    assert (unborn.head, unborn.branch, unborn.is_new) == (None, "start", False)
    shop = repository(tmp_path / "shop")
    git(shop, "checkout", "--quiet", "--detach")
    assert open_target(shop).branch is None


def test_a_linked_work_tree_is_fine(tmp_path: Path) -> None:
    shop = repository(tmp_path / "shop")
    git(shop, "worktree", "add", "--quiet", "-b", "side", str(tmp_path / "side"))
    target = open_target(tmp_path / "side")
    assert (target.branch, target.common_dir) == ("side", shop / ".git")
    assert target.git_dir != target.common_dir


def test_the_only_backend_is_found_and_several_are_listed(tmp_path: Path) -> None:
    shop = repository(tmp_path / "shop", {"one/specs/backend/service.yaml": "name: one\n"})
    assert open_target(shop).backend == PurePosixPath("one")
    put(shop, {"deep/two/specs/backend/service.yaml": "name: two\n"})
    with pytest.raises(NotFound, match="several") as several:
        open_target(shop)
    assert several.value.candidates == ("deep/two", "one")
    (shop / "one" / "app").mkdir()
    assert open_target(shop / "one" / "app").backend == PurePosixPath("one")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="root is let in everywhere: a fork becomes nobody")
@pytest.mark.parametrize("what", [".", ".git"])
def test_a_target_that_cannot_be_written_is_refused(tmp_path: Path, what: str) -> None:
    shop = repository(tmp_path / "shop")
    git(shop, "config", "--global", "safe.directory", "*")
    open_target(shop)
    for path in (tmp_path, *tmp_path.parents[:3]):
        path.chmod(path.stat().st_mode | 0o055)
    for path in (shop, shop / ".git"):
        path.chmod(0o777)
    (shop / what).chmod(0o555)
    config = Path(os.environ["GIT_CONFIG_GLOBAL"])
    config.parent.chmod(0o755)
    config.chmod(0o644)
    said = _as_nobody(lambda: open_target(shop))
    (shop / what).chmod(0o755)
    assert said == f"{shop if what == '.' else shop / '.git'} is not writable"


def _as_nobody(act: Callable[[], object]) -> str:
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        if os.getuid() == 0:
            os.setuid(65534)
        try:
            act()
            said = "it was let in"
        except BaseException as error:  # noqa: BLE001 - the child of a test must not return into pytest
            said = str(error)
        os.write(writing, said.encode())
        os._exit(0)
    os.close(writing)
    os.waitpid(child, 0)
    with open(reading, "rb") as file:  # noqa: PTH123 - a descriptor
        return file.read().decode()


@pytest.mark.skipif(os.name == "nt" or os.getuid() != 0, reason="only root can give a folder away")
def test_a_repository_of_another_user_is_explained(tmp_path: Path) -> None:
    shop = repository(tmp_path / "shop")
    for path in (shop, shop / ".git"):
        os.chown(path, 12345, 12345)
    _refused(shop, BadInput, "belongs to another user")


def test_no_git_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(BadInput, match="git is not installed"):
        open_target(tmp_path)


def test_an_old_git_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake = tmp_path / "bin" / "git"
    fake.parent.mkdir()
    fake.write_text("#!/bin/sh\necho git version 2.37.9\n")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{fake.parent}{os.pathsep}{os.environ['PATH']}")
    with pytest.raises(BadInput, match=r"2\.37\.9 is too old"):
        open_target(tmp_path)


def test_the_callers_git_variables_do_not_leak(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shop, other = repository(tmp_path / "shop"), repository(tmp_path / "other", {"x": "y"})
    for name, value in {
        "GIT_DIR": str(other / ".git"),
        "GIT_WORK_TREE": str(other),
        "GIT_INDEX_FILE": str(other / ".git" / "index"),
        "GIT_OBJECT_DIRECTORY": str(other / ".git" / "objects"),
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "core.bare",
        "GIT_CONFIG_VALUE_0": "true",
        "GIT_EXTERNAL_DIFF": "false",
        "GIT_NAMESPACE": "x",
    }.items():
        monkeypatch.setenv(name, value)
    target = open_target(shop)
    assert target.root == shop
    assert target.git.records("ls-files", "-z") == ["README.md", "app/main.py", "app/old.py"]
    assert os.environ["GIT_DIR"] == str(other / ".git")


def test_nothing_of_the_repository_is_executed(tmp_path: Path) -> None:
    shop = repository(tmp_path / "shop", {".gitattributes": "* filter=evil diff=evil\n", "a.py": "a\n"})
    ran = tmp_path / "ran"
    for key in ("core.fsmonitor", "filter.evil.clean", "filter.evil.smudge", "diff.evil.textconv", "diff.external",
                "core.pager", "core.editor", "gpg.program", "core.sshCommand", "credential.helper"):  # fmt: skip
        git(shop, "config", key, f"touch {ran} #")
    git(shop, "config", "commit.gpgSign", "true")
    for hook in ("pre-commit", "post-commit", "reference-transaction", "post-index-change", "post-checkout"):
        path = shop / ".git" / "hooks" / hook
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"#!/bin/sh\ntouch {ran}\n")
        path.chmod(0o755)
    from backwright.target.applied import apply
    from backwright.target.staged import stage

    for with_uncommitted in (False, True):
        put(shop, {"b.py": "b\n"} if with_uncommitted else {})
        target = open_target(shop)
        with stage(target, with_uncommitted=with_uncommitted) as staged:
            staged.write("a.py", f"new {with_uncommitted}\n".encode())
            staged.materialise()
            staged.diff()
            assert not ran.exists()
            apply(target, staged, message="x", commit=not with_uncommitted)
    assert not ran.exists()


def test_user_text_is_never_an_option() -> None:
    assert hardened.leaking(["GIT_DIR", "GIT_AUTHOR_NAME", "GIT_CONFIG_GLOBAL", "HOME", "GIT_CONFIG_PARAMETERS"]) == (
        "GIT_DIR",
        "GIT_CONFIG_PARAMETERS",
    )


def test_the_default_branch_is_what_origin_says_else_the_usual_one(tmp_path: Path) -> None:
    shop = repository(tmp_path / "shop")
    assert is_default_branch(open_target(shop))
    git(shop, "checkout", "--quiet", "-b", "feature")
    assert not is_default_branch(open_target(shop))
    git(shop, "update-ref", "refs/remotes/origin/feature", "HEAD")
    git(shop, "symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/feature")
    assert is_default_branch(open_target(shop))
    assert is_default_branch(open_target(tmp_path / "new"))


def test_without_a_usual_branch_the_current_one_is_the_default(tmp_path: Path) -> None:
    shop = repository(tmp_path / "shop")
    git(shop, "branch", "--quiet", "-m", "main", "develop")
    assert is_default_branch(open_target(shop))


def test_names_are_listed_over_all_refs(tmp_path: Path) -> None:
    shop = repository(tmp_path / "shop", {"history/prompts/general/0001-a.general.prompt.md": "a"})
    git(shop, "checkout", "--quiet", "-b", "side")
    put(shop, {"history/prompts/x/0002-b.green.prompt.md": "b"})
    commit(shop)
    git(shop, "tag", "-a", "-m", "x", "v1")
    git(shop, "checkout", "--quiet", "main")
    git(shop, "branch", "--quiet", "-D", "side")
    target: Target = open_target(shop)
    names = other_refs_names(target, PurePosixPath("history/prompts"))
    assert names == ("0001-a.general.prompt.md", "0002-b.green.prompt.md")
    assert other_refs_names(target, PurePosixPath("nowhere")) == ()
