"""Errors: one shape for all, and nothing internal in it."""

from collections.abc import Iterator

import pytest
from fastapi import BackgroundTasks, FastAPI
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from starlette.responses import StreamingResponse

from app.config import Settings
from app.main import create_app
from tests.problems import assert_problem
from tests.serving import AsyncClient, serving

pytestmark = pytest.mark.anyio

ORIGIN = "https://shop.example"


class DatabaseError(Exception):
    """An error of a PostgreSQL driver."""

    def __init__(self, sqlstate: str) -> None:
        """Take the SQLSTATE."""
        super().__init__("internal words")
        self.sqlstate = sqlstate


def failing_app(settings: Settings, *errors: Exception) -> FastAPI:
    """Return an application whose `POST /failing` raises the errors, one a try."""
    app = create_app(settings)
    remaining = list(errors)

    @app.post("/failing")
    def fail(body: dict[str, int]) -> dict[str, int]:
        if remaining:
            raise remaining.pop(0)
        return body

    return app


def transient(sqlstate: str = "40001") -> DBAPIError:
    """Return what SQLAlchemy raises when a transaction lost against another."""
    return DBAPIError("UPDATE", {}, DatabaseError(sqlstate))


async def test_unknown_path_is_404(client: AsyncClient) -> None:
    response = await client.get("/nowhere")

    body = assert_problem(response, 404, "not_found")
    assert body["title"] == "Not Found"
    assert body["errors"] == []


async def test_wrong_method_is_405_and_names_the_right_ones(
    client: AsyncClient,
) -> None:
    response = await client.post("/health")

    assert_problem(response, 405, "method_not_allowed")
    assert response.headers["allow"] == "GET"


async def test_unhandled_error_is_500_and_tells_nothing(settings: Settings) -> None:
    app = failing_app(settings, RuntimeError("internal words"))
    async with serving(app) as client:
        response = await client.post("/failing", json={}, headers={"Origin": ORIGIN})

    assert_problem(response, 500, "internal_error")
    assert "internal words" not in response.text
    assert response.headers["access-control-allow-origin"] == ORIGIN
    assert response.headers["x-content-type-options"] == "nosniff"


async def test_error_after_the_answer_has_begun_ends_the_answer(
    settings: Settings,
) -> None:
    app = create_app(settings)

    def chunks() -> Iterator[bytes]:
        yield b"begun"
        message = "broken off"
        raise RuntimeError(message)

    @app.get("/stream")
    def stream() -> StreamingResponse:
        return StreamingResponse(chunks())

    async with serving(app) as client:
        with pytest.raises(RuntimeError, match="broken off"):
            await client.get("/stream")


@pytest.mark.parametrize(
    ("sqlstate", "error_code"),
    [
        ("23505", "duplicate"),
        ("23503", "broken_reference"),
        ("23001", "broken_reference"),
        ("23514", "conflict"),
        ("", "conflict"),
    ],
)
async def test_broken_constraint_is_409(
    settings: Settings, sqlstate: str, error_code: str
) -> None:
    error = IntegrityError("INSERT", {}, DatabaseError(sqlstate))
    async with serving(failing_app(settings, error)) as client:
        response = await client.post("/failing", json={})

    assert_problem(response, 409, error_code)
    assert "internal words" not in response.text


@pytest.mark.parametrize("lost", [1, 2])
async def test_lost_transaction_is_tried_again(settings: Settings, lost: int) -> None:
    app = failing_app(settings, *(transient() for _ in range(lost)))
    async with serving(app) as client:
        response = await client.post("/failing", json={"kept": 1})

    assert response.status_code == 200
    assert response.json() == {"kept": 1}


async def test_transaction_lost_after_the_answer_is_not_tried_again(
    settings: Settings,
) -> None:
    app = create_app(settings)
    runs: list[int] = []

    def lose() -> None:
        runs.append(len(runs))
        raise transient()

    @app.post("/later")
    def later(tasks: BackgroundTasks) -> None:
        tasks.add_task(lose)

    async with serving(app) as client:
        with pytest.raises(DBAPIError):
            await client.post("/later")

    assert runs == [0]


@pytest.mark.parametrize("sqlstate", ["40001", "40P01"])
async def test_transaction_that_keeps_losing_is_503(
    settings: Settings, sqlstate: str
) -> None:
    app = failing_app(settings, *(transient(sqlstate) for _ in range(3)))
    async with serving(app) as client:
        response = await client.post("/failing", json={})
        again = await client.post("/failing", json={})

    assert_problem(response, 503, "unavailable")
    assert response.headers["retry-after"] == "5"
    assert again.status_code == 200


@pytest.mark.parametrize(
    "error",
    [
        transient("57P01"),
        transient("08006"),
        DBAPIError("SELECT", {}, DatabaseError(""), connection_invalidated=True),
        OperationalError("SELECT", {}, DatabaseError("")),
        ConnectionRefusedError(),
        TimeoutError(),
    ],
)
async def test_database_away_is_503(settings: Settings, error: Exception) -> None:
    async with serving(failing_app(settings, error)) as client:
        response = await client.post("/failing", json={})

    assert_problem(response, 503, "unavailable")


async def test_other_database_error_is_500(settings: Settings) -> None:
    async with serving(failing_app(settings, transient("42601"))) as client:
        response = await client.post("/failing", json={})

    assert_problem(response, 500, "internal_error")
    assert "internal words" not in response.text
