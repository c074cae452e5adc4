"""Health and readiness."""

from pathlib import Path

import pytest

from app.config import Settings
from app.main import create_app
from tests.problems import assert_problem
from tests.serving import AsyncClient, serving

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("path", ["/health", "/ready"])
async def test_answers_ok_while_the_database_answers(
    client: AsyncClient, path: str
) -> None:
    response = await client.get(path)

    assert response.status_code == 200
    assert response.json() == {"status": "ok"}


@pytest.mark.parametrize(
    "database_url",
    ["postgresql://127.0.0.1:1/nothing", "sqlite:///{folder}/missing/nothing.db"],
)
async def test_is_healthy_but_not_ready_without_a_database(
    tmp_path: Path, database_url: str
) -> None:
    away = Settings(database_url=database_url.format(folder=tmp_path))
    async with serving(create_app(away)) as client:
        healthy = await client.get("/health")
        ready = await client.get("/ready")

    assert healthy.status_code == 200
    assert_problem(ready, 503, "unavailable")
    assert ready.headers["retry-after"] == "5"
