"""Each rule finds its fault in every spelling, and nothing where there is none."""
# ruff: noqa: E501 - each case is a small file on one line

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import PurePosixPath

import pytest
from backwright.finding import Severity

from .conftest import Found, Review

InFile = Callable[[str], Found]
InFiles = Callable[[Mapping[str, str]], list[tuple[str, str, int | None]]]

# CR001: each text has the fault once, in its first line

WITHOUT_MODEL = {
    "plain": '@router.get("/x")\ndef f(): return {}',
    "async": '@router.post("/x")\nasync def f(): return {}',
    "with a model of None": '@router.get("/x", response_model=None)\ndef f() -> dict[str, int]: ...',
    "returning Any": '@router.put("/x")\ndef f() -> Any: ...',
    "returning Any as text": '@router.put("/x")\ndef f() -> "Any": ...',
    "returning object": '@router.patch("/x")\ndef f() -> object: ...',
    "delete without 204": '@router.delete("/x")\ndef f(): ...',
    "api_route": '@router.api_route("/x", methods=["GET", "POST"])\ndef f(): ...',
    "an explicit JSON response class": '@router.get("/x", response_class=JSONResponse)\ndef f(): return {}',
    "status 200": '@router.get("/x", status_code=status.HTTP_200_OK)\ndef f(): ...',
    "some responses and something else": '@router.get("/x")\ndef f(a):\n    if a:\n        return Response()\n    return {}',
    "an app": '@app.get("/x")\ndef f(): ...\napp = FastAPI()',
    "an app in a factory": '@application.get("/x")\ndef f(): ...\ndef make():\n    application = FastAPI()',
    "a parameter": '@api.get("/x")\ndef f(): ...\ndef register(api: FastAPI): ...',
    "a subclass": '@app.get("/x")\ndef f(): ...\nclass Own(FastAPI): ...\napp = Own()',
    "by module": '@r.get("/x")\ndef f(): ...\nr = fastapi.APIRouter()',
    "made by a function": '@r.get("/x")\ndef f(): ...\ndef make() -> APIRouter: ...\nr = make()',
    "an attribute": '@self.r.get("/x")\ndef f(): ...\nself.r = APIRouter()',
    "add_api_route": 'router.add_api_route("/x", f)\ndef f(): return {}',
    "add_api_route by name": 'router.add_api_route(path="/x", endpoint=f, methods=["POST"])\ndef f(): return {}',
    "JSON by the class of its router": '@own.get("/x")\ndef f(): return {}\nown = APIRouter(default_response_class=ORJSONResponse)',
    "sometimes nothing": '@router.get("/x")\ndef f(n: int):\n    if n:\n        return rows(n)',
    "a lambda": 'router.add_api_route("/x", lambda: {})',
}

WITH_MODEL = {
    "response_model": '@router.get("/x", response_model=X)\ndef f(): ...',
    "an annotation": '@router.get("/x")\ndef f() -> X: ...',
    "a list": '@router.get("/x")\ndef f() -> list[X]: ...',
    "none": '@router.post("/x", status_code=202)\ndef f() -> None: ...',
    "204": '@router.delete("/x", status_code=204)\ndef f(): ...',
    "204 by name": '@router.delete("/x", status_code=status.HTTP_204_NO_CONTENT)\ndef f(): ...',
    "204 by HTTPStatus": '@router.delete("/x", status_code=HTTPStatus.NO_CONTENT)\ndef f(): ...',
    "a response": '@router.get("/x", response_model=None)\ndef f() -> Response: ...',
    "a response or a redirect": '@router.get("/x", response_model=None)\ndef f() -> Response | RedirectResponse: ...',
    "a streaming response": '@router.get("/x")\ndef f(): return StreamingResponse(x)',
    "a response in a variable": '@router.get("/x")\ndef f():\n    r = FileResponse(p)\n    return r',
    "a class of response": '@router.get("/x", response_class=FileResponse)\ndef f(): ...',
    "options that cannot be read": '@router.get("/x", **options)\ndef f(): ...',
    "HEAD only": '@router.api_route("/x", methods=["HEAD"])\ndef f(): ...',
    "head": '@router.head("/x")\ndef f(): ...',
    "nothing handed back": '@router.delete("/x", response_model=None)\ndef f(n: int):\n    if not n:\n        return\n    store.remove(n)',
    "the class of its router": '@pages.get("/x")\ndef f(): return render("x")\npages = APIRouter(default_response_class=HTMLResponse)',
    "the class of what includes it": '@inner.get("/x")\ndef f() -> Any: return render("x")\ninner = APIRouter()\nouter = APIRouter(default_response_class=HTMLResponse)\nouter.include_router(inner)',
    "a web socket": '@router.websocket("/x")\ndef f(ws): ...',
    "a dict": 'x = cache.get("/x")',
    "another framework": '@app.get("/x")\ndef f(): ...\napp = Flask()',
    "a mock": '@client.get("/x")\ndef f(): ...\nclient = TestClient()',
    "add_api_route with a model": 'router.add_api_route("/x", f, response_model=X)\ndef f(): ...',
    "add_api_route of something unknown": 'router.add_api_route("/x", handler)',
}


@pytest.mark.parametrize("case", WITHOUT_MODEL)
def test_a_route_without_a_response_model(found: InFile, case: str) -> None:
    assert found(WITHOUT_MODEL[case]) == [("CR001", 1)]


@pytest.mark.parametrize("case", WITH_MODEL)
def test_a_route_with_one(found: InFile, case: str) -> None:
    assert found(WITH_MODEL[case]) == []


# CR002: the line of the parameter is the line with the mark

ROUTE = '@router.get("/x")\n'
UNCAPPED = {
    "plain": ROUTE + "def f(limit: int = 10) -> X: ...  # here",
    "required": ROUTE + "def f(limit: int) -> X: ...  # here",
    "untyped": ROUTE + "def f(limit=10) -> X: ...  # here",
    "keyword only": ROUTE + "def f(*, size: int = 10) -> X: ...  # here",
    "optional": ROUTE + "def f(per_page: int | None = None) -> X: ...  # here",
    "Optional": ROUTE + "def f(per_page: Optional[int] = None) -> X: ...  # here",
    "text": ROUTE + 'def f(page_size: "int" = 10) -> X: ...  # here',
    "Query": ROUTE + "def f(limit: int = Query(10, ge=1)) -> X: ...  # here",
    "Query without type": ROUTE + "def f(limit=Query(10)) -> X: ...  # here",
    "Query with le=None": ROUTE + "def f(limit: int = Query(10, le=None)) -> X: ...  # here",
    "Annotated": ROUTE + "def f(limit: Annotated[int, Query(ge=1)] = 10) -> X: ...  # here",
    "PositiveInt": ROUTE + "def f(limit: PositiveInt = 10) -> X: ...  # here",
    "conint": ROUTE + "def f(limit: conint(ge=1) = 10) -> X: ...  # here",
    "another name outside": ROUTE + 'def f(n: int = Query(10, alias="limit")) -> X: ...  # here',
    "an alias": "Limit = Annotated[int, Query(ge=1)]\n" + ROUTE + "def f(limit: Limit = 10) -> X: ...  # here",
    "an alias of an alias": "A = Annotated[int, Query(ge=1)]\nB = A\n"
    + ROUTE
    + "def f(limit: B = 10) -> X: ...  # here",
    "a default with a name": "Q = Query(10)\n" + ROUTE + "def f(limit: int = Q) -> X: ...  # here",
    "a dependency": "def page(limit: int = 10): ...  # here\n" + ROUTE + "def f(p=Depends(page)) -> X: ...",
    "an annotated dependency": "def page(limit: int = 10): ...  # here\nPage = Annotated[dict, Depends(page)]",
    "a nested dependency": (
        "def inner(limit: int = 10): ...  # here\ndef outer(i=Depends(inner)): ...\n"
        + ROUTE
        + "def f(o=Depends(outer)) -> X: ..."
    ),
    "a dependency class": (
        "class Page:\n    def __init__(self, limit: int = 10): ...  # here\n"
        + ROUTE
        + "def f(p: Annotated[Page, Depends()]) -> X: ..."
    ),
    "a data class": "class Page:\n    limit: int = 10  # here\n" + ROUTE + "def f(p: Page = Depends()) -> X: ...",
    "a query model": (
        "class Page(BaseModel):\n    limit: int = 10  # here\n" + ROUTE + "def f(p: Annotated[Page, Query()]) -> X: ..."
    ),
    "a field": (
        "class Page(BaseModel):\n    limit: int = Field(10, ge=1)  # here\nP = Annotated[Page, Query()]\n"
        + ROUTE
        + "def f(p: P) -> X: ..."
    ),
    "an inherited field": (
        "class Base(BaseModel):\n    limit: int = 10  # here\nclass Page(Base): ...\n"
        + ROUTE
        + "def f(p: Annotated[Page, Query()]) -> X: ..."
    ),
    "add_api_route": 'def f(limit: int = 10) -> X: ...  # here\nrouter.add_api_route("/x", f)',
}

CAPPED = {
    "le": ROUTE + "def f(limit: int = Query(10, le=100)) -> X: ...",
    "lt": ROUTE + "def f(limit: int = Query(10, lt=MOST)) -> X: ...",
    "Annotated": ROUTE + "def f(limit: Annotated[int, Query(ge=1, le=100)] = 10) -> X: ...",
    "a bound in the type": ROUTE + "def f(limit: Annotated[int, Field(le=100)] = Query(10)) -> X: ...",
    "annotated_types": "from annotated_types import Le\n"
    + ROUTE
    + "def f(limit: Annotated[int, Le(100)] = 10) -> X: ...",
    "conint": ROUTE + "def f(limit: conint(le=100) = 10) -> X: ...",
    "an alias": "Limit = Annotated[int, Query(le=100)]\n" + ROUTE + "def f(limit: Limit = 10) -> X: ...",
    "an optional alias": "L = Annotated[int, Query(le=9)]\n" + ROUTE + "def f(limit: L | None = None) -> X: ...",
    "options that cannot be read": ROUTE + "def f(limit: int = Query(**options)) -> X: ...",
    "min": ROUTE + "def f(limit: int = 10) -> X:\n    return rows[: min(limit, 100)]",
    "a validator": (
        'class Page(BaseModel):\n    limit: int = 10\n    @field_validator("limit")\n    def cap(cls, v): ...\n'
        + ROUTE
        + "def f(p: Annotated[Page, Query()]) -> X: ..."
    ),
    "an overridden field": (
        "class Base(BaseModel):\n    limit: int = 10\nclass Page(Base):\n    limit: int = Field(10, le=9)\n"
        + ROUTE
        + "def f(p: Annotated[Page, Query()]) -> X: ..."
    ),
    "a choice": ROUTE + "def f(limit: Literal[10, 50] = 10) -> X: ...",
    "an enum": "class Size(Enum): ...\n" + ROUTE + "def f(size: Size) -> X: ...",
    "a size of clothes": ROUTE + "def f(size: str) -> X: ...",
    "in the path": '@router.get("/x/{size}")\ndef f(size: int) -> X: ...',
    "in a header": ROUTE + "def f(limit: Annotated[int, Header()]) -> X: ...",
    "in the body": ROUTE + "def f(limit: Annotated[int, Body()]) -> X: ...",
    "a body": "class Shirt(BaseModel):\n    size: int\n" + ROUTE + "def f(data: Shirt) -> X: ...",
    "an answer": 'class Page(BaseModel):\n    limit: int\n@router.get("/x", response_model=Page)\ndef f(): ...',
    "a function": "def rows(limit: int = 10): ...",
    "another name": ROUTE + "def f(offset: int = 0) -> X: ...",
    "a class variable": (
        "class Page(BaseModel):\n    limit: ClassVar[int] = 10\n"
        + ROUTE
        + "def f(p: Annotated[Page, Query()]) -> X: ..."
    ),
}


@pytest.mark.parametrize("case", UNCAPPED)
def test_an_uncapped_limit(found: InFile, case: str) -> None:
    text = UNCAPPED[case]
    line = next(number for number, line in enumerate(text.splitlines(), start=1) if line.endswith("# here"))
    assert found(text) == [("CR002", line)]


@pytest.mark.parametrize("case", CAPPED)
def test_a_capped_limit_or_another_thing(found: InFile, case: str) -> None:
    assert found(CAPPED[case]) == []


# CR003: the fault is in the line with the mark

KEY = '    a_id: Mapped[int] = mapped_column(ForeignKey("a.id"))  # here\n'
BARE = {
    "mapped_column": "class R(Base):\n" + KEY,
    "index=False": 'class R(Base):\n    a_id: Mapped[int] = mapped_column(ForeignKey("a.id"), index=False)  # here',
    "Column": 'class R(Base):\n    a_id = Column(Integer, ForeignKey("a.id"))  # here',
    "by module": 'class R(Base):\n    a_id = sa.Column(sa.Integer, sa.ForeignKey("a.id"))  # here',
    "renamed": (
        'from sqlalchemy import ForeignKey as FK\nclass R(Base):\n    a_id: Mapped[int] = mapped_column(FK("a.id"))  # here'
    ),
    "SQLModel": 'class R(SQLModel, table=True):\n    a_id: int = Field(foreign_key="a.id")  # here',
    "SQLModel with a column": (
        'class R(SQLModel, table=True):\n    a_id: int = Field(sa_column=Column(ForeignKey("a.id")))  # here'
    ),
    "a type": (
        'Key = Annotated[int, mapped_column(ForeignKey("a.id"))]\nclass R(Base):\n    a_id: Mapped[Key]  # here'
    ),
    "a mixin": ("class R:\n    @declared_attr\n    def a_id(cls): return mapped_column(ForeignKey('a.id'))  # here"),
    "not the first of an index": "class R(Base):\n" + KEY + '    __table_args__ = (Index("ix", "b", "a_id"),)',
    "not the first of a unique set": "class R(Base):\n" + KEY + '    __table_args__ = (UniqueConstraint("b", "a_id"),)',
    "a table": 't = Table(\n    "r",\n    m,\n    Column("a_id", ForeignKey("a.id")),  # here\n)',
    "two columns at once": (
        'class R(Base):\n    __table_args__ = (\n        ForeignKeyConstraint(["a", "b"], ["x.a", "x.b"]),  # here\n    )'
    ),
}

COVERED = {
    "index": 'class R(Base):\n    a_id: Mapped[int] = mapped_column(ForeignKey("a.id"), index=True)',
    "unique": 'class R(Base):\n    a_id: Mapped[int] = mapped_column(ForeignKey("a.id"), unique=True)',
    "primary key": 'class R(Base):\n    a_id: Mapped[int] = mapped_column(ForeignKey("a.id"), primary_key=True)',
    "SQLModel": 'class R(SQLModel, table=True):\n    a_id: int = Field(foreign_key="a.id", index=True)',
    "SQLModel with a column": (
        'class R(SQLModel, table=True):\n    a_id: int = Field(sa_column=Column(ForeignKey("a.id"), index=True))'
    ),
    "a type": 'K = Annotated[int, mapped_column(ForeignKey("a.id"), index=True)]\nclass R(Base):\n    a_id: Mapped[K]',
    "a type and a column": (
        'K = Annotated[int, mapped_column(ForeignKey("a.id"))]\n'
        "class R(Base):\n    a_id: Mapped[K] = mapped_column(index=True)"
    ),
    "an index": "class R(Base):\n" + KEY + '    __table_args__ = (Index("ix", "a_id", "b"), {"schema": "s"})',
    "an index of the attribute": "class R(Base):\n" + KEY + '    __table_args__ = (Index("ix", a_id),)',
    "a unique set": "class R(Base):\n" + KEY + '    __table_args__ = (UniqueConstraint("a_id", "b"),)',
    "an index with a name": 'IX = Index("ix", "a_id")\nclass R(Base):\n' + KEY + "    __table_args__ = (IX,)",
    "arguments by a function": (
        "class R(Base):\n"
        + KEY
        + '    @declared_attr.directive\n    def __table_args__(cls): return (Index("ix", "a_id"),)'
    ),
    "an index beside": "class R(Base):\n" + KEY + 'Index("ix", R.a_id)',
    "the column's own name": (
        'class R(Base):\n    a: Mapped[int] = mapped_column("a_id", ForeignKey("a.id"))\n'
        '    __table_args__ = (Index("ix", "a_id"),)'
    ),
    "a table": 't = Table("r", m, Column("a_id", ForeignKey("a.id"), primary_key=True))',
    "a table with an index": 't = Table("r", m, Column("a_id", ForeignKey("a.id")), Index("ix", "a_id"))',
    "two columns at once": (
        'class R(Base):\n    __table_args__ = (ForeignKeyConstraint(["a", "b"], ["x.a", "x.b"]), Index("ix", "a", "b"))'
    ),
    "options that cannot be read": (
        'class R(Base):\n    a_id: Mapped[int] = mapped_column(ForeignKey("a.id"), **options)'
    ),
    "no key": "class R(Base):\n    a_id: Mapped[int] = mapped_column()",
    "Django": 'class R(Model):\n    a = models.ForeignKey("A")',
}


@pytest.mark.parametrize("case", BARE)
def test_a_foreign_key_without_an_index(found: InFile, case: str) -> None:
    text = BARE[case]
    line = next(number for number, line in enumerate(text.splitlines(), start=1) if line.endswith("# here"))
    assert found(text) == [("CR003", line)]


@pytest.mark.parametrize("case", COVERED)
def test_a_foreign_key_with_one(found: InFile, case: str) -> None:
    assert found(COVERED[case]) == []


# Across files


def test_names_are_followed_through_files(found_in: InFiles) -> None:
    files = {
        "app/__init__.py": "",
        "app/core/__init__.py": "from .routing import api as app_router",
        "app/core/routing.py": "from fastapi import APIRouter\napi = APIRouter()",
        "app/core/paging.py": """\
            from typing import Annotated
            from fastapi import Query
            Limit = Annotated[int, Query(ge=1)]
            Capped = Annotated[int, Query(ge=1, le=9)]
            """,
        "app/things.py": """\
            from app.core import app_router as r, paging
            from .core.paging import Capped as C

            @r.get("/a")
            def a(limit: paging.Limit, page_size: C): ...
            """,
        "app/models.py": """\
            from app import types
            class R(Base):
                a_id: Mapped[types.Key]
            ForeignKey
            """,
        "app/types.py": """\
            Key = Annotated[int, mapped_column(ForeignKey("a.id"))]
            """,
    }
    assert found_in(files) == [
        ("CR003", "app/models.py", 3),
        ("CR001", "app/things.py", 4),
        ("CR002", "app/things.py", 5),
    ]


def test_a_backend_may_lie_in_a_folder(found_in: InFiles) -> None:
    files = {
        "services/shop/app/routing.py": "from fastapi import APIRouter\nthing = APIRouter()",
        "services/shop/app/things.py": 'from app.routing import thing\n@thing.get("/a")\ndef a(): ...',
    }
    assert found_in(files) == [("CR001", "services/shop/app/things.py", 2)]


def test_tests_migrations_and_environments_are_not_looked_at(found_in: InFiles) -> None:
    text = 'from fastapi import APIRouter\nrouter = APIRouter()\n@router.get("/a")\ndef a(): ...'
    folders = (
        "tests",
        "migrations/versions",
        "scripts",
        "load_tests",
        ".venv/lib",
        "venv/lib/site-packages/x",
        "app/tests",
    )
    assert found_in({f"{folder}/a.py": text for folder in folders} | {"a.txt": text}) == []


@pytest.mark.parametrize(
    "text", ["def f(:", "\0", "import a.b as c, d\nfrom . import e\nx: int", "a = b\nb = a\nDepends(a)"]
)
def test_odd_files_do_no_harm(found_in: InFiles, text: str) -> None:
    good = 'from fastapi import APIRouter\nr = APIRouter()\n@r.get("/a")\ndef a(): ...'
    found = found_in({"app/good.py": good, "app/odd.py": text + "  # Query"})
    assert [one for one in found if one[0] != "CR000"] == [("CR001", "app/good.py", 3)]


def test_a_file_that_cannot_be_parsed_is_said_to_be_unread(review: Review) -> None:
    (finding,) = review({PurePosixPath("app/odd.py"): b"def f(:\n", PurePosixPath("app/good.py"): b"x = 1\n"})
    assert (finding.code, finding.severity, finding.place.path) == ("CR000", "info", "app/odd.py")
    assert "invalid syntax" in finding.message


def test_a_circle_of_imports_and_bases_ends(found_in: InFiles) -> None:
    files = {
        "app/a.py": "from app.b import router, Page\nclass X(Page): ...\n@router.get('/')\ndef f(p: X = Depends()): ...",
        "app/b.py": "from app.a import router, X as Page",
    }
    assert found_in(files) == []


def test_findings_say_what_why_and_how(review: Review) -> None:
    source = b'from fastapi import APIRouter\nr = APIRouter()\n@r.get("/a")\ndef a(limit: int): ...\n'
    model, limit = review({PurePosixPath("app/a.py"): source})
    assert str(model).startswith("3:3:app/a.py: error CR001 GET /a has no response model")
    assert limit.severity is Severity.ERROR
    assert limit.fix is not None
    assert "le=100" in limit.fix


def test_a_missing_index_alone_stops_nothing(review: Review) -> None:
    source = b'class R(Base):\n    a_id = Column(ForeignKey("a.id"))\n'
    (finding,) = review({PurePosixPath("app/a.py"): source})
    assert finding.severity is Severity.WARNING
    assert "R.a_id" in finding.message
