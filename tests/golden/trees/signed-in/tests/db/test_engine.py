"""The engine: what it is set up for."""

import logging

import pytest
from sqlalchemy import text
from sqlalchemy.pool import QueuePool

from app.config import Settings
from app.db.engine import create_engine

pytestmark = pytest.mark.anyio


async def test_foreign_keys_are_enforced_on_sqlite() -> None:
    engine = create_engine(Settings(database_url="sqlite://"))
    async with engine.connect() as connection:
        enforced = await connection.scalar(text("PRAGMA foreign_keys"))
    await engine.dispose()

    assert enforced == 1


def test_pool_has_the_size_that_is_set() -> None:
    settings = Settings(database_url="postgresql://host/name", database_pool_size=7)

    pool = create_engine(settings).pool

    assert isinstance(pool, QueuePool)
    assert pool.size() == 7


@pytest.mark.parametrize(("threshold", "logged"), [(0, 1), (60_000, 0)])
async def test_slow_statement_is_logged_without_its_values(
    settings: Settings, caplog: pytest.LogCaptureFixture, threshold: int, logged: int
) -> None:
    engine = create_engine(settings.model_copy(update={"slow_query_ms": threshold}))
    async with engine.connect() as connection:
        caplog.clear()
        await connection.execute(text("SELECT :value + 1"), {"value": 4711})
    await engine.dispose()

    records = [record for record in caplog.records if record.message == "slow query"]
    assert len(records) == logged
    for record in records:
        fields = vars(record)["fields"]
        assert record.levelno == logging.WARNING
        assert "SELECT" in fields["statement"]
        assert "4711" not in str(fields)
        assert fields["duration_ms"] >= 0
