"""Trial edits: what a person and the generator each do to one file, and what must come of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath

import pytest
from backwright.target import content
from backwright.target.content import Content, merge_contents
from backwright.target.git import Git
from backwright.target.keyed import Refusal, merge_keyed
from backwright.target.scratch import Versions, merge_texts, scratch
from backwright.target.sound import checked

BASE = '''"""Products."""

from __future__ import annotations

from decimal import Decimal

from app.db import Base, Column
from app.types import Money  # noqa: F401

PAGE = 50
NAMES = [
    "id",
    "name",
]


class Product(Base):
    """One product."""

    id: int = Column()
    name: str = Column()

    def label(self) -> str:
        """Return what people call it."""
        text = self.name
        return text

    @property
    def price(self) -> Decimal:
        return Decimal(1)


def create(data: dict) -> Product:
    """Add a product."""
    row = Product(
        id=data["id"],
        name=data["name"],
    )
    row.save()
    return row


def update(row: Product, data: dict) -> Product:
    row.name = data["name"]
    return row
'''


@dataclass(frozen=True)
class Trial:
    """Replacements on both sides, and the lines (in order) that the result must have."""

    ours: tuple[tuple[str, str], ...]
    theirs: tuple[tuple[str, str], ...]
    expected: tuple[str, ...]


def change(*pairs: tuple[str, str]) -> tuple[tuple[str, str], ...]:
    return pairs


NAME, TEXT, END = (
    "    name: str = Column()\n",
    "        text = self.name\n",
    '    row.name = data["name"]\n    return row\n',
)
ARGUMENT = '        name=data["name"],\n'
HEAD = "def create(data: dict) -> Product:\n"
IMPORT = "from decimal import Decimal\n"
STOCK = "    stock: int = Column()\n"
METHOD = "        return Decimal(1)\n"

TRIALS = {
    "edits far apart": Trial(
        change(("PAGE = 50", "PAGE = 20")), change((END, END + "    # end\n")), ("PAGE = 20", "    # end")
    ),
    "both add a field at one place": Trial(
        change((NAME, NAME + "    mine: int = 0\n")), change((NAME, NAME + STOCK)), (STOCK, "    mine: int = 0")
    ),
    "both add a method at one place": Trial(
        change((METHOD, METHOD + "\n    def mine(self) -> int:\n        return 1\n")),
        change((METHOD, METHOD + "\n    def theirs(self) -> int:\n        return 2\n")),
        ("    def theirs(self) -> int:", "    def mine(self) -> int:"),
    ),
    "both add a function at the end": Trial(
        change((END, END + "\n\ndef mine() -> int:\n    return 1\n")),
        change((END, END + "\n\ndef theirs() -> int:\n    return 2\n")),
        ("def theirs() -> int:", "def mine() -> int:"),
    ),
    "both import at one place": Trial(
        change((IMPORT, IMPORT + "from functools import cache\n"), (END, END + "\n\nMINE = cache\n")),
        change((IMPORT, IMPORT + "from fractions import Fraction\n"), ("PAGE = 50", "PAGE = Fraction(50)")),
        ("from fractions import Fraction", "from functools import cache", "MINE = cache"),
    ),
    "both import another name from one module": Trial(
        change(("Base, Column", "Base, Column, Index"), (END, END + "\n\nMINE = Index\n")),
        change(("Base, Column", "Base, Check, Column"), ("PAGE = 50", "PAGE = Check(50)")),
        ("from app.db import Base, Check, Column, Index",),
    ),
    "neighbouring fields": Trial(
        change(("id: int = Column()", "id: int = Column(primary=True)")),
        change((NAME, NAME.replace("()", "(index=True)"))),
        ("    id: int = Column(primary=True)", "    name: str = Column(index=True)"),
    ),
    "neighbouring arguments": Trial(
        change(('        id=data["id"],\n', '        id=int(data["id"]),\n')),
        change((ARGUMENT, '        name=data["name"].strip(),\n')),
        ('        id=int(data["id"]),', '        name=data["name"].strip(),'),
    ),
    "both add an argument": Trial(
        change((ARGUMENT, ARGUMENT + "        mine=1,\n")),
        change((ARGUMENT, ARGUMENT + "        stock=2,\n")),
        ("        mine=1,", "        stock=2,"),
    ),
    "both add a statement": Trial(
        change((TEXT, TEXT + "        text = text.title()\n")),
        change((TEXT, TEXT + "        text += self.code\n")),
        ("        text = text.title()", "        text += self.code"),
    ),
    "both add to a list": Trial(
        change(('    "name",\n', '    "name",\n    "mine",\n')),
        change(('    "name",\n', '    "name",\n    "stock",\n')),
        ('    "mine",', '    "stock",'),
    ),
    "a decorator here, a body there": Trial(
        change((HEAD, "@logged\n" + HEAD)),
        change((ARGUMENT, ARGUMENT + "        stock=2,\n")),
        ("@logged", "        stock=2,"),
    ),
    "a comment before what they change": Trial(
        change((HEAD, "# why it is so\n" + HEAD)),
        change((HEAD, HEAD.replace("data: dict", "data: dict, strict: bool"))),
        ("# why it is so", "def create(data: dict, strict: bool) -> Product:"),
    ),
    "the docstring here, the signature there": Trial(
        change(('    """Add a product."""\n', '    """Add a product, by hand."""\n')),
        change((HEAD, HEAD.replace("data: dict", "data: dict, strict: bool"))),
        ("def create(data: dict, strict: bool) -> Product:", '    """Add a product, by hand."""'),
    ),
    "a moved function that they change": Trial(
        change(
            (END, END + "\n\n" + BASE[BASE.index("def create") : BASE.index("\n\ndef update")]),
            (BASE[BASE.index("def create") : BASE.index("def update")], ""),
        ),
        change((ARGUMENT, ARGUMENT + "        stock=2,\n")),
        ("def update(row: Product, data: dict) -> Product:", "def create(data: dict) -> Product:", "        stock=2,"),
    ),
    "a deleted function that they leave alone": Trial(
        change((BASE[BASE.index("\n\ndef update") :], "")), change(("PAGE = 50", "PAGE = 20")), ("PAGE = 20",)
    ),
    "a function they delete that nobody edited": Trial(
        change(("PAGE = 50", "PAGE = 20")), change((BASE[BASE.index("\n\ndef update") :], "")), ("PAGE = 20",)
    ),
    "an import they drop that is used by hand": Trial(
        change((END, END + "\n\nMINE = Decimal(3)\n")),
        change((IMPORT + "\n", ""), ("-> Decimal:\n        return Decimal(1)", "-> int:\n        return 1")),
        ("from decimal import Decimal", "MINE = Decimal(3)"),
    ),
    "an import dropped by hand that they need now": Trial(
        change((IMPORT + "\n", ""), (BASE[BASE.index("    @property") : BASE.index("\n\ndef create")], "")),
        change((END, END + "\n\nLIMIT = Decimal(3)\n")),
        ("from decimal import Decimal", "LIMIT = Decimal(3)"),
    ),
    "an import with a comment": Trial(
        change(("PAGE = 50", "PAGE = 20")),
        change(("import Money  # noqa: F401", "import Money, Rate  # noqa: F401")),
        ("from app.types import Money, Rate  # noqa: F401", "PAGE = 20"),
    ),
    "a base class here, a field there": Trial(
        change(
            ("class Product(Base):", "class Product(Mixin, Base):"), (IMPORT, IMPORT + "from app.mine import Mixin\n")
        ),
        change(("    id: int = Column()\n", "    id: int = Column()\n    code: str = Column()\n")),
        ("class Product(Mixin, Base):", "    code: str = Column()"),
    ),
    "a field here, a base class there": Trial(
        change(('    """One product."""\n', '    """One product, ours."""\n')),
        change(("class Product(Base):", "class Product(Base, table=True):")),
        ("class Product(Base, table=True):", '    """One product, ours."""'),
    ),
    "a class of one's own before theirs": Trial(
        change(("class Product(Base):", "class Mine:\n    x = 1\n\n\nclass Product(Base):")),
        change(("class Product(Base):", "class Kind:\n    y = 2\n\n\nclass Product(Base):")),
        ("class Kind:", "class Mine:", "class Product(Base):"),
    ),
    "a setter for their property": Trial(
        change(
            (
                METHOD,
                METHOD + "\n    @price.setter\n    def price(self, value: Decimal) -> None:\n        self.x = value\n",
            )
        ),
        change((METHOD, "        return Decimal(2)\n")),
        ("        return Decimal(2)", "    @price.setter"),
    ),
    "the same change on both sides": Trial(
        change(("PAGE = 50", "PAGE = 20")),
        change(("PAGE = 50", "PAGE = 20"), (NAME, NAME + STOCK)),
        ("PAGE = 20", STOCK),
    ),
    "the same function on both sides, and more": Trial(
        change((END, END + "\n\ndef same() -> int:\n    return 1\n\n\ndef mine() -> int:\n    return 2\n")),
        change((END, END + "\n\ndef same() -> int:\n    return 1\n")),
        ("def same() -> int:", "def mine() -> int:"),
    ),
    "constants at one place": Trial(
        change(("PAGE = 50\n", "PAGE = 50\nMINE = 1\n")),
        change(("PAGE = 50\n", "PAGE = 50\nMAX = 2\n")),
        ("MAX = 2", "MINE = 1"),
    ),
    "a constant here, its neighbour there": Trial(
        change(("PAGE = 50\n", "PAGE = 20\n")),
        change(("NAMES = [\n", "NAMES: list[str] = [\n")),
        ("PAGE = 20", "NAMES: list[str] = ["),
    ),
    "a call at the end of the module on both sides": Trial(
        change((END, END + "\n\nupdate(1, 2)\n")), change((END, END + "\n\ncreate(3)\n")), ("update(1, 2)", "create(3)")
    ),
    "a rewritten body that they leave alone": Trial(
        change((TEXT + "        return text\n", "        return self.name.upper()\n")),
        change((NAME, NAME + STOCK)),
        (STOCK, "        return self.name.upper()"),
    ),
    "type checking imports on both sides": Trial(
        change(
            ("PAGE = 50\n", "if TYPE_CHECKING:\n    from app.mine import Mine\n\nPAGE = 50\n"),
            (IMPORT, IMPORT + "from typing import TYPE_CHECKING\n"),
        ),
        change(
            ("PAGE = 50\n", "if TYPE_CHECKING:\n    from app.order import Order\n\nPAGE = 50\n"),
            (IMPORT, IMPORT + "from typing import TYPE_CHECKING\n"),
        ),
        ("    from app.order import Order", "    from app.mine import Mine"),
    ),
    "a nested function here, a new line there": Trial(
        change((TEXT, "        def mine() -> str:\n            return 'x'\n\n" + TEXT)),
        change((TEXT + "        return text\n", TEXT + "        text += self.code\n        return text\n")),
        ("        def mine() -> str:", "        text += self.code"),
    ),
    "the same function at different places": Trial(
        change((END, END + "\n\ndef same() -> int:\n    return 1\n")),
        change(("class Product(Base):", "def same() -> int:\n    return 1\n\n\nclass Product(Base):")),
        ("def same() -> int:",),
    ),
    "the same import at different places": Trial(
        change(("    row.save()\n", "    row.save(cache)\n"), (IMPORT, "from functools import cache\n" + IMPORT)),
        change(
            (END, END + "\n\nLIMIT = cache\n"),
            ("import Money  # noqa: F401\n", "import Money  # noqa: F401\nfrom functools import cache\n"),
        ),
        ("from functools import cache", "LIMIT = cache"),
    ),
    "a comment at the end of a class": Trial(
        change((METHOD, METHOD + "\n    # no more here\n")),
        change((METHOD, "        return Decimal(2)\n")),
        ("        return Decimal(2)", "    # no more here"),
    ),
}

REFUSED = {
    "one line in two ways": (change(("PAGE = 50", "PAGE = 20")), change(("PAGE = 50", "PAGE = 100"))),
    "one signature in two ways": (
        change((HEAD, HEAD.replace("data: dict", "data: dict, mine: int"))),
        change((HEAD, HEAD.replace("data: dict", "data: dict, strict: bool"))),
    ),
    "deleted by hand, changed by them": (
        change((BASE[BASE.index("\n\ndef update") :], "")),
        change((END, END.replace("row.name =", "row.title ="))),
    ),
    "edited by hand, deleted by them": (
        change((END, END.replace("row.name =", "row.title ="))),
        change((BASE[BASE.index("\n\ndef update") :], "")),
    ),
    "two functions of one name": (
        change((END, END + "\n\ndef new() -> int:\n    return 1\n")),
        change((END, END + "\n\ndef new() -> int:\n    return 2\n")),
    ),
    "a helper used by hand that they delete": (
        change(("PAGE = 50", "PAGE = 50\nMINE = update")),
        change((BASE[BASE.index("\n\ndef update") :], "")),
    ),
    "a return before what they add": (
        change((TEXT, TEXT + "        return text.title()\n")),
        change((TEXT, TEXT + "        text += self.code\n")),
    ),
    "two arguments of one name": (
        change((ARGUMENT, "        stock=1,\n" + ARGUMENT)),
        change((ARGUMENT, ARGUMENT + "        stock=2,\n")),
    ),
}


def edited(changes: tuple[tuple[str, str], ...]) -> str:
    source = BASE
    for old, new in changes:
        assert source.count(old) >= 1, old
        source = source.replace(old, new, 1)
    compile(source, "edited", "exec")
    return source


def by_key(ours: str, theirs: str) -> str | Refusal:
    merged = merge_keyed(BASE, ours, theirs)
    return merged if isinstance(merged, Refusal) else checked(BASE, ours, theirs, merged)


@pytest.fixture(scope="module")
def git() -> Git:
    with scratch() as repository:
        yield repository


def in_turn(git: Git, ours: str, theirs: str) -> Content | Refusal:
    path = PurePosixPath("app/product.py")
    return merge_contents(git, {path: Versions(BASE.encode(), ours.encode(), theirs.encode())})[path]


@pytest.mark.parametrize("name", TRIALS)
def test_a_trial_merges(name: str, git: Git) -> None:
    trial = TRIALS[name]
    result = in_turn(git, edited(trial.ours), edited(trial.theirs))
    assert isinstance(result, Content), result
    lines = result.content.decode().split("\n")
    places = [lines.index(line.rstrip("\n")) for line in trial.expected]
    assert places == sorted(places)
    assert all(lines.count(line.rstrip("\n")) == 1 for line in trial.expected)


@pytest.mark.parametrize("name", REFUSED)
def test_a_contradiction_is_refused(name: str, git: Git) -> None:
    ours, theirs = (edited(side) for side in REFUSED[name])
    result = in_turn(git, ours, theirs)
    assert isinstance(result, Refusal)
    assert result.reason
    assert (result.ours, result.theirs) != (None, None)


CHECKING = """from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.order import Order
{more}

def one() -> Order:
    return 1
{mine}

def two() -> int:
    return 2
"""


@pytest.mark.parametrize("more", ["", "    from app.user import User\n"])
def test_an_import_for_type_checkers_comes_back_where_it_was(git: Git, more: str) -> None:
    base = CHECKING.format(more=more, mine="")
    ours = CHECKING.format(more=more, mine="\n\ndef mine(order: Order) -> int:\n    return order.id\n")
    theirs = base.replace("    from app.order import Order\n", "" if more else "    import app\n").replace(
        "-> Order", "-> int"
    )
    versions = Versions(*(side.encode() for side in (base, ours, theirs)))
    result = merge_contents(git, {PurePosixPath("a.py"): versions})[PurePosixPath("a.py")]
    assert isinstance(result, Content), result
    assert b"\nif TYPE_CHECKING:\n    from app.order import Order\n" in result.content
    assert result.content.count(b"TYPE_CHECKING") == 2


def test_that_neither_way_alone_is_enough(git: Git, capsys: pytest.CaptureFixture[str]) -> None:
    sides = [(edited(trial.ours), edited(trial.theirs)) for trial in TRIALS.values()]
    texts = merge_texts(git, [Versions(BASE.encode(), ours.encode(), theirs.encode()) for ours, theirs in sides])
    text = sum(merged is not None for merged in texts)
    key = sum(isinstance(by_key(ours, theirs), str) for ours, theirs in sides)
    both = sum(isinstance(in_turn(git, ours, theirs), Content) for ours, theirs in sides)
    with capsys.disabled():
        print(f"\nof {len(TRIALS)} trial edits text merged {text}, keyed {key}, both in turn {both}")
    assert text < both
    assert both == len(TRIALS)


def test_that_a_lossy_merge_is_refused(git: Git, monkeypatch: pytest.MonkeyPatch) -> None:
    ours, theirs = (edited(side) for side in REFUSED["one line in two ways"])
    monkeypatch.setattr(content, "merge_keyed", lambda _base, _ours, theirs: theirs)
    result = in_turn(git, ours, theirs)
    assert isinstance(result, Refusal)
    assert result.reason == "merged, it would lose: PAGE = 20"
