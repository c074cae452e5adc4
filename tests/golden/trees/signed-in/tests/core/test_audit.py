"""The audit log: what is stored is in it, and what is not stored is not."""

import logging

import pytest
from sqlalchemy import select

from app.core import audit
from tests.accounts import auth_of
from tests.serving import AsyncClient

pytestmark = pytest.mark.anyio


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    """Return the audit log."""
    caplog.set_level(logging.INFO, logger=audit.__name__)
    return caplog


async def test_event_is_logged_once_it_is_stored(
    anonymous: AsyncClient, log: pytest.LogCaptureFixture
) -> None:
    async with auth_of(anonymous).new_session() as session:
        audit.record_on_commit(session, "happened", 7, by=8)
        await session.execute(select(1))
        before = list(log.messages)
        await session.commit()
        await session.execute(select(1))
        await session.commit()

    assert before == []
    (record,) = log.records
    assert record.message == "happened"
    assert vars(record)["fields"] == {"user_id": 7, "address": "", "by": 8}


async def test_event_that_is_rolled_back_is_not_logged(
    anonymous: AsyncClient, log: pytest.LogCaptureFixture
) -> None:
    async with auth_of(anonymous).new_session() as session:
        audit.record_on_commit(session, "undone", 7)
        await session.execute(select(1))
        await session.rollback()
        await session.execute(select(1))
        await session.commit()

    assert log.messages == []


async def test_savepoint_stores_nothing_yet(
    anonymous: AsyncClient, log: pytest.LogCaptureFixture
) -> None:
    async with auth_of(anonymous).new_session.begin() as session:
        async with session.begin_nested():
            audit.record_on_commit(session, "happened", 7)
        before = list(log.messages)

    assert before == []
    assert log.messages == ["happened"]
