"""The path policy: nothing outside the tree, nothing of git's own; refused before anything is written."""

from __future__ import annotations

import os
import stat
from pathlib import Path, PurePosixPath

import pytest
from backwright.errors import BackwrightError
from backwright.target.applied import apply
from backwright.target.confined import Confined
from backwright.target.policy import PathRefused, Protected, checked, protected
from backwright.target.repository import open_target
from backwright.target.staged import stage

from tests.target.repositories import commit, every_file, git, put, repository

SPELLINGS = (
    "../x",
    "app/../../x",
    "app/../x",
    "./x",
    "/etc/x",
    "//server/x",
    "C:/x",
    "c:x",
    "",
    ".",
    "..",
    "app//x",
    "app/",
    "app\\x",
    "..\\x",
    "a\0b",
    "a\nb",
    "a\x1b[2Jb",
    "x.",
    "x ",
    " x",
    "app./x",
    "app /x",
    "x:stream",
    "con",
    "app/NUL.txt",
    "com1.py",
    "LPT9",
    "a?b",
    "a*b",
    "a|b",
    'a"b',
    "a<b",
    "x" * 300,
    "a/" * 2100 + "b",
    "safe\u202egnp.py",
    "zero\u200bwidth",
)

GITS = (
    ".git/config",
    ".git/hooks/pre-commit",
    ".git",
    ".GIT/config",
    ".Git/hooks/x",
    "app/.git/config",
    "app/.git",
    "app/.gIt/x",
    ".g\u200cit/config",
    ".git\u200d/config",
    "\ufeff.git/config",
    "git~1/config",
    "GIT~1/hooks/x",
    "git~2",
    ".git./config",
    ".git /config",
    ".git...../config",
    ".git::$INDEX_ALLOCATION/config",
    ".git\\config",
    "．git/config",  # noqa: RUF001 - a full-width dot, which NFKC folds to a dot
    ".gitmodules",
    ".GITMODULES",
    "gi7eba~1",
    ".gitattributes",
    "app/.gitattributes",
    "specs/backend/.gitattributes",
    "HEAD",
    "app/bare/HEAD",
)


@pytest.mark.parametrize("path", [*SPELLINGS, *GITS])
def test_no_such_path_is_written_or_removed(path: str, tmp_path: Path) -> None:
    shop = repository(tmp_path / "area" / "shop")
    before = every_file(tmp_path)
    with stage(open_target(shop)) as staged:
        with pytest.raises(PathRefused) as refused:
            staged.write(path, b"evil")
        with pytest.raises(PathRefused):
            staged.delete(path)
        assert staged.changes() == ()
    assert every_file(tmp_path) == before
    assert str(refused.value).isprintable()


@pytest.mark.parametrize(
    "path",
    [
        ".gitignore",
        ".github/workflows/ci.yml",
        "app/console.py",
        "app/nullable.py",
        "a/.b/c",
        "größe.py",
        "app/HEADER",
        "specs/backend/.base/.gitattributes",
        "shop/specs/backend/.base/.gitattributes",
        "gitops/x",
        "a b/c d.txt",
        "app/auxiliary.py",
    ],
)
def test_ordinary_paths_are_written(path: str) -> None:
    assert checked(path) == PurePosixPath(path)


def _symlinked_folder(shop: Path, outside: Path) -> str:
    (shop / "linked").symlink_to(outside)
    return "linked/x.py"


def _symlinked_leaf(shop: Path, outside: Path) -> str:
    (shop / "leaf.py").symlink_to(outside / "secret.txt")
    return "leaf.py"


def _dangling_leaf(shop: Path, outside: Path) -> str:
    (shop / "dangling.py").symlink_to(outside / "not-there.txt")
    return "dangling.py"


def _loop(shop: Path, outside: Path) -> str:
    (shop / "one").symlink_to("two")
    (shop / "two").symlink_to("one")
    return "one/x.py"


def _sibling(shop: Path, outside: Path) -> str:
    evil = shop.with_name("shop-evil")
    evil.mkdir()
    (shop / "near").symlink_to(evil)
    return "near/x.py"


def _link_to_git(shop: Path, outside: Path) -> str:
    (shop / "hooks").symlink_to(".git/hooks")
    return "hooks/pre-commit"


def _inner_link(shop: Path, outside: Path) -> str:
    (shop / "inner").symlink_to("app")
    return "inner/x.py"


LINKS = (_symlinked_folder, _symlinked_leaf, _dangling_leaf, _loop, _sibling, _link_to_git, _inner_link)


@pytest.mark.parametrize("committed", [True, False], ids=["committed", "uncommitted"])
@pytest.mark.parametrize("link", LINKS)
def test_nothing_is_written_through_a_symlink(link: object, tmp_path: Path, *, committed: bool) -> None:
    shop, outside = repository(tmp_path / "shop"), tmp_path / "outside"
    put(outside, {"secret.txt": "secret\n"})
    path = link(shop, outside)  # type: ignore[operator]
    if committed:
        commit(shop)
    before = every_file(tmp_path)
    with stage(open_target(shop)) as staged, pytest.raises(PathRefused):
        staged.write(path, b"evil")
    assert every_file(tmp_path) == before


@pytest.mark.parametrize("with_uncommitted", [True, False])
def test_a_folder_swapped_for_a_symlink_after_staging_is_noticed(tmp_path: Path, *, with_uncommitted: bool) -> None:
    shop, outside = repository(tmp_path / "shop"), tmp_path / "outside"
    put(outside, {"main.py": "print('shop')\n"})
    target = open_target(shop)
    with stage(target, with_uncommitted=with_uncommitted) as staged:
        staged.write("app/main.py", b"evil")
        staged.write("app/new.py", b"evil")
        (shop / "app").rename(tmp_path / "away")
        (shop / "app").symlink_to(outside)
        before = every_file(tmp_path)
        with pytest.raises(BackwrightError):
            apply(target, staged, message="x", commit=not with_uncommitted)
    after = every_file(tmp_path)
    after.pop("shop/.git/backwright/lock", None)
    assert after == before


def test_a_folder_swapped_between_check_and_use_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root, outside = tmp_path / "root", tmp_path / "outside"
    put(root, {"app/x.py": "x"})
    put(outside, {"x.py": "secret"})
    files = Confined(root)
    files.prepare(PurePosixPath("app/x.py"), b"evil", 0o644, ".new")
    check = Confined.check

    def check_then_swap(self: Confined, path: PurePosixPath) -> None:
        check(self, path)
        (root / "app").rename(tmp_path / "away")
        (root / "app").symlink_to(outside)

    monkeypatch.setattr(Confined, "check", check_then_swap)
    with pytest.raises(PathRefused):
        files.put(PurePosixPath("app/x.py"), ".new")
    assert every_file(outside) == {"x.py": b"secret"}


def test_a_hard_linked_file_is_not_written(tmp_path: Path) -> None:
    shop = repository(tmp_path / "shop")
    os.link(shop / "app" / "main.py", tmp_path / "elsewhere.py")
    before = every_file(tmp_path)
    with stage(open_target(shop)) as staged, pytest.raises(PathRefused, match="hard-linked"):
        staged.write("app/main.py", b"evil")
    assert every_file(tmp_path) == before


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_named_pipe_is_neither_read_nor_written(tmp_path: Path) -> None:
    shop = repository(tmp_path / "shop")
    os.mkfifo(shop / "pipe")
    with stage(open_target(shop)) as staged, pytest.raises(PathRefused, match="regular"):
        staged.write("pipe", b"evil")
    with pytest.raises(PathRefused, match="regular"):
        Confined(shop).read(PurePosixPath("pipe"))
    assert stat.S_ISFIFO((shop / "pipe").stat().st_mode)


def test_nested_repositories_are_left_alone(tmp_path: Path) -> None:
    shop = repository(tmp_path / "shop")
    repository(shop / "vendor" / "lib", {"a.py": "a"})
    git(shop, "init", "--quiet", "--bare", "mirror")
    with stage(open_target(shop)) as staged:
        for path in ("vendor/lib/a.py", "vendor/lib/deep/b.py", "mirror/config", "mirror/hooks/post-update"):
            with pytest.raises(PathRefused, match="repository"):
                staged.write(path, b"evil")


def test_submodules_are_left_alone(tmp_path: Path) -> None:
    shop, lib = repository(tmp_path / "shop"), repository(tmp_path / "lib", {"a.py": "a"})
    git(shop, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(lib), "lib")
    commit(shop)
    git(shop, "submodule", "--quiet", "deinit", "--force", "lib")
    with stage(open_target(shop)) as staged:
        for path in ("lib", "lib/a.py"):
            with pytest.raises(PathRefused, match="submodule"):
                staged.write(path, b"evil")


def test_a_file_is_not_written_below_a_file_nor_over_a_folder(tmp_path: Path) -> None:
    shop = repository(tmp_path / "shop")
    with stage(open_target(shop)) as staged:
        with pytest.raises(PathRefused, match="is a file"):
            staged.write("app/main.py/x", b"")
        with pytest.raises(PathRefused, match="folder"):
            staged.write("app", b"")


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        (".claude/agents/x.md", Protected.AGENT),
        ("shop/.claude/agents/deep/x.md", Protected.AGENT),
        (".claude/skills/x/SKILL.md", Protected.SKILL),
        (".claude/agent-memory/x/MEMORY.md", Protected.MEMORY),
        (".claude/agent-memory-local/x/MEMORY.md", Protected.MEMORY),
        ("history/prompts/general/0001-x.general.prompt.md", Protected.RECORD),
        (".claude/settings.json", Protected.SETTINGS),
        (".mcp.json", Protected.SETTINGS),
        (".github/workflows/ci.yml", Protected.CI),
        ("tests/conftest.py", Protected.BUILD),
        ("pyproject.toml", Protected.BUILD),
        ("app/main.py", None),
        ("specs/backend/product.yaml", None),
    ],
)
def test_what_steers_tools_is_flagged(path: str, kind: Protected | None) -> None:
    assert protected(PurePosixPath(path)) == kind
