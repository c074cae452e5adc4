"""Random sequences of what people and generator do to one tree, and what must hold after each step."""

from __future__ import annotations

import importlib.abc
import importlib.util
import random
import re
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from types import ModuleType

from backwright.errors import MergeConflict
from backwright.target.base import Part, locked_changes, read_locked
from backwright.target.bring import BroughtIn, bring_in
from backwright.target.formatting import find_formatter
from backwright.target.git import Git
from backwright.target.scratch import Versions, merge_texts

from . import people, toy
from .trees import with_changes

ROOT = PurePosixPath()
UNRELATED = {
    PurePosixPath("README.md"): b"# By hand\n",
    PurePosixPath("docs/notes.txt"): b"id: int\nname: str\n",
    PurePosixPath("app/routing.py"): toy.ROUTING,
    PurePosixPath("app/mine.py"): b'"""Mine."""\n\nTABLE = "mine"\n',
}
TYPES = ("str", "int", "Decimal", "date", "UUID")
FIELDS = ("price", "title", "rating", "due", "owner", "stock", "code")
RESOURCES = ("product", "order", "review")


@dataclass
class Tally:
    """What happened in all sequences."""

    steps: Counter[str] = field(default_factory=Counter)
    by_text: int = 0
    by_key: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    needless: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        refused = ", ".join(f"{count} {reason}" for reason, count in self.refused.most_common())
        steps = ", ".join(f"{count} {step}" for step, count in self.steps.most_common())
        return (
            f"merged by text {self.by_text}, by key {self.by_key}, refused {self.refused.total()} ({refused})\n"
            f"of {self.steps.total()} steps: {steps}"
        )


@dataclass
class Life:
    """One tree, and what people and generator do to it."""

    git: Git
    chance: random.Random
    tally: Tally
    tree: people.Tree = field(default_factory=lambda: dict(UNRELATED))
    spec: dict[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    version: str = "1"
    marks: int = 0
    contested: set[str] = field(default_factory=set)
    deleted: set[PurePosixPath] = field(default_factory=set)

    def play(self, steps: int) -> None:
        """Begin with a generated backend and take random steps."""
        self.apply({"product": (("name", "str"), ("price", "Decimal"))}, self.version)
        for _ in range(steps):
            names = ["edit", "contest", "move", "delete", "reformat", "branch", "upgrade", "spec"]
            step = self.chance.choices(names, [30, 6, 5, 3, 2, 4, 10, 24])[0]
            if getattr(self, f"do_{step}")() is not False:
                self.tally.steps[step] += 1
                self.check()

    # what people do

    def do_edit(self) -> bool:
        return self._edited(people.edit)

    def do_contest(self) -> bool:
        mark = f"mark_{self.marks}"
        done = self._edited(people.contest)
        self.contested |= {mark} if done else set()
        return done

    def _edited(self, how) -> bool:
        path = self.chance.choice(self._generated())
        mark = f"mark_{self.marks}"
        self.marks += 1
        edited = how(self.chance, self.tree[path].decode(), mark)
        if edited is not None:
            self.tree[path] = edited.encode()
        return edited is not None

    def do_move(self) -> bool:
        """Move a file or a whole folder, and mend the imports of it."""
        path = self.chance.choice(self._generated())
        if self.chance.random() < 0.4:
            folder = path.parent.with_name(f"{path.parent.name}x")
            moved = {old: folder / old.name for old in self.tree if old.parent == path.parent and old.suffix == ".py"}
        elif self.chance.random() < 0.5:
            moved = {path: path.with_name(f"{path.stem}_rows.py")}
        else:
            moved = {path: path.parent.parent / "moved" / path.name}
        if any(old in UNRELATED for old in moved) or any(new in self.tree for new in moved.values()):
            return False
        self.tree = {moved.get(old, old): content for old, content in self.tree.items()}
        for old, new in moved.items():
            before, after = (".".join(path.with_suffix("").parts).encode() for path in (old, new))
            for path in self._generated():
                self.tree[path] = self.tree[path].replace(b"from " + before + b" ", b"from " + after + b" ")
        return True

    def do_delete(self) -> bool:
        """Delete a file that nothing else needs."""
        paths = [path for path in self._generated() if b"from app.routing" in self.tree[path]]
        if not paths:
            return False
        path = self.chance.choice(paths)
        self.deleted.add(path)
        del self.tree[path]
        return True

    def do_reformat(self) -> bool:
        """Lay everything out in another way."""
        width, quotes = self.chance.choice([(60, "single"), (100, "double"), (79, "single")])
        config = f'line-length = {width}\nlint.select = ["I"]\n[format]\nquote-style = "{quotes}"\n'
        self.tree[PurePosixPath("ruff.toml")] = config.encode()
        formatter = find_formatter(self.tree, ROOT)
        assert formatter
        generated = {path: self.tree[path] for path in self._generated()}
        self.tree |= formatter([generated])[0]
        return True

    def do_branch(self) -> bool:
        """Add a resource on a branch while something else goes on, and let git merge the two."""
        new = [name for name in RESOURCES if name not in self.spec]
        if not new:
            return False
        base = dict(self.tree)
        branch = replace(self, tree=dict(self.tree), spec=dict(self.spec), marks=self.marks + 1000)
        branch.apply({**self.spec, new[0]: self._fields()}, self.version)
        branch.do_edit()
        self.do_edit()
        self.do_spec()
        merged = git_merge(self.git, base, self.tree, branch.tree)
        self.marks += 2000
        if merged is None:
            return False
        self.tree = merged
        parts = read_locked(merged.get, merged).parts
        self.spec = {name: tuple(map(tuple, part.spec["fields"])) for name, part in parts.items() if part.spec}
        self.apply(self.spec, self.version)
        return True

    # what the generator does

    def do_upgrade(self) -> bool:
        if self.version == toy.VERSIONS[-1]:
            return False
        self.apply(self.spec, str(int(self.version) + 1))
        return True

    def do_spec(self) -> bool:
        """Add, take out or retype a field, or add or take out a resource."""
        spec = dict(self.spec)
        name = self.chance.choice(sorted(spec))
        fields = list(spec[name])
        kind = self.chance.choices(["add", "remove", "retype", "resource", "no resource"], [8, 2, 2, 2, 1])[0]
        new = [other for other in FIELDS if other not in dict(fields)]
        if kind == "add" and new:
            fields.append((self.chance.choice(new), self.chance.choice(TYPES)))
        elif kind == "remove" and len(fields) > 1:
            fields.remove(self.chance.choice(fields))
        elif kind == "retype":
            number = self.chance.randrange(len(fields))
            fields[number] = (fields[number][0], self.chance.choice(TYPES))
        spec[name] = tuple(fields)
        if kind == "resource" and len(spec) < len(RESOURCES):
            spec[next(other for other in RESOURCES if other not in spec)] = self._fields()
        if kind == "no resource" and len(spec) > 1:
            del spec[name]
        self.apply(spec, self.version)
        return True

    def apply(self, spec: Mapping[str, Sequence[tuple[str, str]]], version: str) -> None:
        """Run the generator; what it may not touch must be as before, and a second run must have nothing to do."""
        before = dict(self.tree)
        try:
            result = self._run(spec, version)
        except MergeConflict as conflict:
            self._refused(conflict)
            assert self.tree == before
            return
        self.tally.by_text += result.merged.by_text
        self.tally.by_key += result.merged.by_key
        self.spec, self.version = dict(spec), version
        self._check_marks(before, result)
        self._check_complete()
        again = self._run(spec, version)
        assert not again.changes, f"a second run is not empty: {list(again.changes)}"
        assert self.tree == with_changes(self.tree, again.changes)

    def _run(self, spec: Mapping[str, Sequence[tuple[str, str]]], version: str) -> BroughtIn:
        locked = read_locked(self.tree.get, self.tree)
        generated = toy.generate(spec, version)
        result = bring_in(
            self.git,
            locked,
            generated,
            toy.SKILLS,
            self.tree,
            prefix=ROOT,
            generator=version,
            formatter=find_formatter(self.tree, ROOT),
        )
        parts = {
            name: part.model_copy(
                update={"spec": {"fields": [list(pair) for pair in spec[name]]} if name in spec else None}
            )
            for name, part in result.locked.parts.items()
        }
        applied = replace(result.locked, parts={name: part for name, part in parts.items() if part != Part()})
        changes = {**result.changes, **locked_changes(applied, self.tree.get, self.tree)}
        self.tree = with_changes(self.tree, changes)
        return replace(result, changes=changes)

    # what must hold

    def check(self) -> None:
        """Nobody's files changed, no line of theirs is lost or said twice, and all of it imports."""
        for path, content in UNRELATED.items():
            assert self.tree[path] == content, f"{path} was touched"
        marks = people.homes(self.tree)
        twice = {mark: places for mark, places in marks.items() if len({path for path, _ in places}) > 1}
        assert not twice, f"said twice: {twice}"
        import_all(self.tree)

    def _check_marks(self, before: people.Tree, result: BroughtIn) -> None:
        was, now = people.homes(before), people.homes(self.tree)
        assert was == now, (
            f"{ {m: (was.get(m), now.get(m)) for m in was.keys() | now.keys() if was.get(m) != now.get(m)} }"
        )
        written = {path for path in result.changes if path.suffix == ".py"}
        assert written <= set(self._generated()) | (before.keys() - self.tree.keys()), "unrelated files are touched"

    def _check_complete(self) -> None:
        """What the generator has to say is there, wherever the file lies; what was deleted stays deleted."""
        locks = read_locked(self.tree.get, self.tree).paths()
        for path, owned in toy.generate(self.spec, self.version).items():
            place = locks[path].moved_to or path
            assert (place in self.tree) != locks[path].deleted, f"{place} came back, or is gone"
            for name, _ in self.spec[owned.file.part] if place in self.tree else ():
                assert name in self.tree[place].decode(), f"{place} does not follow the generator: no {name}"
        back = self.deleted & self.tree.keys() - {path for path, lock in locks.items() if not lock.deleted}
        assert not back, f"came back: {back}"

    def _refused(self, conflict: MergeConflict) -> None:
        """Take down why, and where it was refused without need: nobody touched what the generator changes."""
        for each in conflict.conflicts:
            reason = re.sub(
                r"\b(function|class|name|uses|import|lose:|repeat:) .*?(?= (was|is|begins)\b|,|$)", r"\1", each.reason
            )
            self.tally.refused[reason] += 1
            text = self.tree[PurePosixPath(each.path)].decode()
            marks = set(people.MARK.findall(text))
            if not marks & self.contested and each.theirs is not None:
                self.tally.needless.append(f"{each.path}: {each.report()}")

    def _generated(self) -> list[PurePosixPath]:
        """Return the files that were generated, wherever they are."""
        own = (path for path in self.tree if path.parts[0] == "app" and path.suffix == ".py" and path not in UNRELATED)
        return sorted(own)

    def _fields(self) -> tuple[tuple[str, str], ...]:
        names = self.chance.sample(FIELDS, 2)
        return tuple((name, self.chance.choice(TYPES)) for name in names)


def git_merge(git: Git, base: people.Tree, ours: people.Tree, theirs: people.Tree) -> people.Tree | None:
    """Merge two branches as git does, path by path; None where it conflicts."""
    merged, both = dict(ours), []
    for path in {*base, *ours, *theirs}:
        was, mine, other = base.get(path), ours.get(path), theirs.get(path)
        if other in (was, mine):
            continue
        if mine == was:
            merged.pop(path, None)
            merged |= {path: other} if other is not None else {}
        elif was is None or mine is None or other is None:
            return None
        else:
            both.append(path)
    texts = merge_texts(git, [Versions(base[path], ours[path], theirs[path]) for path in both]) if both else []
    if None in texts:
        return None
    return merged | dict(zip(both, texts, strict=True))


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Imports ``app`` out of a tree in memory."""

    def __init__(self, tree: people.Tree) -> None:
        self.tree = tree

    def find_spec(self, name: str, *_: object):
        if name.split(".", maxsplit=1)[0] != "app":
            return None
        file = PurePosixPath(*name.split(".")).with_suffix(".py")
        return importlib.util.spec_from_loader(name, self, is_package=file not in self.tree)

    def create_module(self, _: object) -> None:
        return None

    def exec_module(self, module: ModuleType) -> None:
        file = PurePosixPath(*module.__name__.split(".")).with_suffix(".py")
        if file in self.tree:
            exec(compile(self.tree[file], str(file), "exec", dont_inherit=True), module.__dict__)


def import_all(tree: people.Tree) -> None:
    """Import every module of ``app``."""
    finder = _Finder(tree)
    sys.meta_path.insert(0, finder)
    try:
        for path in sorted(tree):
            if path.parts[0] == "app" and path.suffix == ".py":
                importlib.import_module(".".join(path.with_suffix("").parts))
    finally:
        sys.meta_path.remove(finder)
        for name in [name for name in sys.modules if name.split(".")[0] == "app"]:
            del sys.modules[name]
