"""Bringing generated files into a repository: moves, deletions, owners, names, and what it costs."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath

import pytest
from backwright.codegen.assemble import Generated, Owned
from backwright.codegen.contribution import File
from backwright.errors import MergeConflict
from backwright.target import merge as merge_module
from backwright.target.base import FOLDER, PathLock, locked_changes, read_locked
from backwright.target.bring import BroughtIn, bring_in
from backwright.target.formatting import find_formatter
from backwright.target.tree import LazyTree

from .trees import with_changes

P = PurePosixPath
ROOT = P()


def python(*names: str, extra: str = "") -> str:
    return "".join(f'def {name}() -> str:\n    """Say {name}."""\n    return "{name}"\n\n\n' for name in names) + extra


def files(skill: str = "crud", part: str = "products", **texts: str) -> dict[P, Owned]:
    """Return files by name, ``a__b`` for ``a/b.py``."""
    return {
        P(*name.split("__")).with_suffix(".py"): Owned(skill, File(text, part=part)) for name, text in texts.items()
    }


@dataclass
class Repository:
    """A tree in memory that the generator is run on."""

    tree: dict[P, bytes] = field(default_factory=dict)
    prefix: P = ROOT

    def run(
        self, generated: Generated, ran: Collection[str] = ("crud",), renamed: Mapping[str, str] | None = None
    ) -> BroughtIn:
        paths = self.paths()
        locked = read_locked(self.read, paths)
        result = bring_in(
            None,
            locked,
            generated,
            ran,
            self.tree,
            prefix=self.prefix,
            generator="1",
            formatter=find_formatter(self.tree, self.prefix),
            renamed=renamed,
        )
        lock = locked_changes(result.locked, self.read, paths)
        self.tree = with_changes(self.tree, {**result.changes, **{self.prefix / path: it for path, it in lock.items()}})
        return result

    def read(self, path: P) -> bytes | None:
        return self.tree.get(self.prefix / path)

    def move(self, old: str, new: str) -> None:
        self.tree[P(new)] = self.tree.pop(P(old))

    def add(self, path: str, text: str) -> None:
        self.tree[P(path)] = self.tree.get(P(path), b"") + text.encode()

    def text(self, path: str) -> str:
        return self.tree[P(path)].decode()

    def lock(self, path: str) -> PathLock:
        return read_locked(self.read, self.paths()).paths()[P(path)]

    def paths(self) -> list[P]:
        return [path.relative_to(self.prefix) for path in self.tree if path.is_relative_to(self.prefix)]


def test_a_new_backend_is_written_and_a_second_run_has_nothing_to_do() -> None:
    repository = Repository()
    generated = files(app__a=python("one"), app__b=python("two"))
    assert set(repository.run(generated).changes) == {P("app/a.py"), P("app/b.py")}
    before = dict(repository.tree)
    assert repository.run(generated).changes == {}
    assert repository.tree == before


def test_a_moved_file_is_followed_and_the_move_recorded() -> None:
    repository = Repository()
    repository.run(files(app__a=python("one", "two")))
    repository.move("app/a.py", "app/core/renamed.py")
    repository.add("app/core/renamed.py", "MINE = 1\n")
    result = repository.run(files(app__a=python("one", "two", "three")))
    assert result.merged.moved == {P("app/a.py"): P("app/core/renamed.py")}
    assert "def three" in repository.text("app/core/renamed.py")
    assert "MINE = 1" in repository.text("app/core/renamed.py")
    assert P("app/a.py") not in repository.tree
    assert repository.lock("app/a.py").moved_to == P("app/core/renamed.py")


def test_a_move_is_recorded_before_the_generator_changes_anything() -> None:
    repository = Repository()
    generated = files(app__a=python("one", "two"))
    repository.run(generated)
    repository.move("app/a.py", "app/other.py")
    assert repository.run(generated).changes == {}
    repository.tree[P("app/other.py")] = python("mine", "one", "other", "thing", "more", "last").encode()
    repository.run(files(app__a=python("one", "two") + "LAST = 1\n"))
    assert P("app/a.py") not in repository.tree
    assert "def mine" in repository.text("app/other.py")
    assert "LAST = 1" in repository.text("app/other.py")


def test_a_file_moved_back_is_followed_too() -> None:
    repository = Repository()
    repository.run(files(app__a=python("one")))
    repository.move("app/a.py", "app/b.py")
    repository.run(files(app__a=python("one")))
    repository.move("app/b.py", "app/a.py")
    repository.run(files(app__a=python("one", "two")))
    assert "def two" in repository.text("app/a.py")
    assert repository.lock("app/a.py").moved_to is None


def test_new_files_go_where_their_folder_was_moved_to() -> None:
    repository = Repository()
    repository.run(files(app__models__a=python("one"), app__models__b=python("two")))
    repository.move("app/models/a.py", "app/tables/a.py")
    repository.move("app/models/b.py", "app/tables/b.py")
    both = files(app__models__a=python("one"), app__models__b=python("two"))
    repository.run({**both, **files(part="orders", app__models__c=python("three"))})
    assert "def three" in repository.text("app/tables/c.py")
    assert repository.lock("app/models/c.py").moved_to == P("app/tables/c.py")
    later = {**both, **files(part="orders", app__models__c=python("three"), app__models__d=python("four"))}
    repository.run(later)
    assert P("app/tables/d.py") in repository.tree
    assert repository.run(later).changes == {}


def test_a_resembling_file_of_another_name_is_no_moved_file() -> None:
    repository = Repository()
    repository.run(files(app__a=python("one", "two", "three", "four")))
    del repository.tree[P("app/a.py")]
    repository.add("app/mine.py", python("one", "two", "five", "six"))
    result = repository.run(files(app__a=python("one", "two", "three", "four")))
    assert result.merged.kept_deleted == (P("app/a.py"),)


def test_a_deleted_file_stays_deleted_and_is_said_once() -> None:
    repository = Repository()
    repository.run(files(app__a=python("one"), app__b=python("two")))
    del repository.tree[P("app/a.py")]
    first = repository.run(files(app__a=python("one"), app__b=python("two")))
    assert first.merged.kept_deleted == (P("app/a.py"),)
    second = repository.run(files(app__a=python("one", "more"), app__b=python("two")))
    assert second.merged.kept_deleted == ()
    assert second.changes == {}
    assert repository.lock("app/a.py").deleted


def test_a_restored_file_is_merged_again() -> None:
    repository = Repository()
    repository.run(files(app__a=python("one")))
    content = repository.tree.pop(P("app/a.py"))
    repository.run(files(app__a=python("one", "two")))
    repository.tree[P("app/a.py")] = content
    repository.run(files(app__a=python("one", "two", "three")))
    assert "def two" in repository.text("app/a.py")
    assert "def three" in repository.text("app/a.py")
    assert not repository.lock("app/a.py").deleted


def test_a_skill_that_did_not_run_keeps_its_files() -> None:
    repository = Repository()
    tests = files(skill="tests", tests__a=python("one"))
    repository.run({**files(app__a=python("one")), **tests}, ran=("crud", "tests"))
    assert repository.run(files(app__a=python("one", "two"))).changes.keys() == {P("app/a.py")}
    assert repository.lock("tests/a.py").skill == "tests"
    repository.run(tests, ran=("tests",))
    assert "def two" in repository.text("app/a.py")


def test_what_is_no_longer_generated_is_deleted_unless_it_was_edited() -> None:
    repository = Repository()
    repository.run(files(app__a=python("one"), app__b=python("two")))
    repository.run(files(app__a=python("one")))
    assert P("app/b.py") not in repository.tree
    repository.add("app/a.py", "MINE = 1\n")
    with pytest.raises(MergeConflict) as raised:
        repository.run(files(app__c=python("three")))
    (conflict,) = raised.value.conflicts
    assert conflict.path == "app/a.py"
    assert "MINE = 1" in (conflict.ours or "")
    assert conflict.theirs is None
    assert P("app/c.py") not in repository.tree


def test_a_path_that_somebody_took_is_a_conflict_unless_it_says_the_same() -> None:
    repository = Repository({P("app/a.py"): python("one").encode()})
    assert repository.run(files(app__a=python("one"))).changes == {}
    repository.add("app/b.py", "MINE = 1\n")
    with pytest.raises(MergeConflict, match=r"app/b\.py"):
        repository.run(files(app__a=python("one"), app__b=python("two")))


def test_a_file_written_once_is_never_touched_again() -> None:
    repository = Repository()
    once = {P("migrations/1.py"): Owned("crud", File("ONE = 1\n", part="products", once=True))}
    repository.run(once)
    repository.add("migrations/1.py", "MINE = 1\n")
    again = {P("migrations/1.py"): Owned("crud", File("OTHER = 1\n", part="products", once=True))}
    assert repository.run(again).changes == {}
    assert repository.run({}).changes == {}
    del repository.tree[P("migrations/1.py")]
    assert repository.run(again).changes == {}
    assert not [path for path in repository.tree if path.is_relative_to(FOLDER / "objects")]


def test_a_file_to_be_written_once_does_not_replace_anything() -> None:
    repository = Repository({P("migrations/1.py"): b"MINE = 1\n"})
    with pytest.raises(MergeConflict, match=r"migrations/1\.py"):
        repository.run({P("migrations/1.py"): Owned("crud", File("ONE = 1\n", once=True))})


def test_a_renamed_resource_takes_along_what_people_wrote() -> None:
    repository = Repository()
    repository.run(files(app__models__product=python("product", "shared"), app__api__products=python("product")))
    repository.add("app/models/product.py", "MINE = 1\n")
    new = files(part="items", app__models__item=python("item", "shared"), app__api__items=python("item"))
    repository.run(new, renamed={"products": "items"})
    assert "MINE = 1" in repository.text("app/models/item.py")
    assert "def item" in repository.text("app/models/item.py")
    assert {str(path) for path in repository.tree if path.suffix == ".py"} == {"app/models/item.py", "app/api/items.py"}
    assert repository.run(new).changes == {}


def test_a_renamed_resource_stays_where_its_file_was_moved_to() -> None:
    repository = Repository()
    repository.run(files(app__models__product=python("product", "shared")))
    repository.move("app/models/product.py", "app/tables/product.py")
    repository.run(files(app__models__product=python("product", "shared")))
    repository.run(files(part="items", app__models__item=python("item", "shared")), renamed={"products": "items"})
    assert "def item" in repository.text("app/tables/item.py")
    assert P("app/tables/product.py") not in repository.tree
    assert repository.lock("app/models/item.py").moved_to == P("app/tables/item.py")


def test_a_backend_in_a_folder_has_its_paths_below_it() -> None:
    repository = Repository({P("README.md"): b"# All\n"}, prefix=P("services/shop"))
    result = repository.run(files(app__a=python("one")))
    assert set(result.changes) == {P("services/shop/app/a.py")}
    repository.move("services/shop/app/a.py", "shared/a.py")
    repository.run(files(app__a=python("one", "two")))
    assert "def two" in repository.text("shared/a.py")
    assert repository.lock("app/a.py").moved_to == P("../../shared/a.py")
    assert repository.run(files(app__a=python("one", "two"))).changes == {}


def test_an_executable_file_is_named() -> None:
    result = Repository().run({P("run.sh"): Owned("crud", File("#!/bin/sh\n", executable=True))})
    assert result.executable == {P("run.sh")}


def test_reformatting_is_no_edit() -> None:
    source = 'def one(first: str, second: str, third: str) -> str:\n    return first + second + third + "a"\n'
    repository = Repository({P("ruff.toml"): b'line-length = 40\nformat.quote-style = "single"\n'})
    repository.run(files(app__a=source))
    assert "+ 'a'" in repository.text("app/a.py")
    result = repository.run(files(app__a=source.replace("return first", "return second")))
    assert (result.merged.by_text, result.merged.by_key) == (0, 0)
    assert "return second + second + third + 'a'" in repository.text("app/a.py")
    assert repository.run({}).changes == {P("app/a.py"): None}


def test_windows_line_endings_stay() -> None:
    repository = Repository()
    repository.run(files(app__a=python("one")))
    repository.tree[P("app/a.py")] = (python("one") + "MINE = 1\n").replace("\n", "\r\n").encode()
    repository.run(files(app__a=python("first", "one")))
    content = repository.tree[P("app/a.py")]
    assert b"def first" in content
    assert content.count(b"\n") == content.count(b"\r\n")


def test_thousands_of_untouched_files_cost_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    repository = Repository()
    repository.tree = {P(f"docs/{number}.md"): b"by hand" for number in range(3000)}
    many = {}
    for number in range(300):
        many |= files(part=f"part{number}", **{f"app__m{number}": python(f"f{number}")})
    repository.run(many)
    read: list[P] = []

    def reading(path: P) -> bytes | None:
        read.append(path)
        return repository.tree.get(path)

    monkeypatch.setattr(merge_module, "scratch", lambda: pytest.fail("git was started"))
    locked = read_locked(repository.tree.get, repository.tree)
    more = many | files(part="new", app__new=python("new"))
    result = bring_in(None, locked, more, ("crud",), LazyTree(repository.tree, reading), prefix=ROOT, generator="1")
    assert set(result.changes) == {P("app/new.py")}
    assert read == []


@pytest.mark.parametrize(
    ("name", "base", "ours", "theirs", "expected"),
    [
        (
            "pyproject.toml",
            'd = [\n  "a",\n]\n',
            'd = [\n  "a",\n  "mine",\n]\n',
            'd = [\n  "a",\n  "b",\n]\n',
            '"mine",\n  "b"',
        ),
        ("compose.yaml", "a: 1\nb: 2\n", "a: 3\nb: 2\n", "a: 1\nb: 4\n", "a: 3\nb: 4\n"),
        (".env.example", "A=1\n", "A=1\nMINE=2\n", "A=1\nB=3\n", "MINE=2\nB=3"),
        (
            "data.json",
            '{\n"a": 1,\n"b": 2\n}\n',
            '{\n"a": 3,\n"b": 2\n}\n',
            '{\n"a": 1,\n"b": 4\n}\n',
            '"a": 3,\n"b": 4',
        ),
        ("Dockerfile", "FROM a\nRUN b\n", "FROM mine\nRUN b\n", "FROM a\nRUN c\n", "FROM mine\nRUN c"),
    ],
)
def test_other_files_merge_by_line(name: str, base: str, ours: str, theirs: str, expected: str) -> None:
    repository = Repository()
    repository.run({P(name): Owned("crud", File(base))})
    repository.tree[P(name)] = ours.encode()
    result = repository.run({P(name): Owned("crud", File(theirs))})
    assert result.merged.by_key == 1
    assert expected in repository.text(name)


@pytest.mark.parametrize(
    ("name", "base", "ours", "theirs"),
    [
        ("pyproject.toml", "[a]\nx = 1\n", "[a]\nx = 1\ny = 2\n", "[a]\nx = 1\ny = 3\n"),
        ("compose.yaml", "a: 1\n", "a: 1\nb: 2\n", "a: 1\nb: 3\n"),
        ("data.json", '{"a": 1}\n', '{"a": 2}\n', '{"a": 3}\n'),
        ("run.sh", "a\nb\n", "x\nb\n", "a\ny\n"),
        ("logo.png", "\0a", "\0b", "\0c"),
    ],
)
def test_other_files_that_contradict_are_refused(name: str, base: str, ours: str, theirs: str) -> None:
    repository = Repository()
    repository.run({P(name): Owned("crud", File(base))})
    repository.tree[P(name)] = ours.encode()
    with pytest.raises(MergeConflict) as raised:
        repository.run({P(name): Owned("crud", File(theirs))})
    assert raised.value.exit_status == 3
    assert repository.text(name) == ours
