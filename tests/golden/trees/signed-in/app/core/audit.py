"""The audit log: what happened to which account. It never holds a secret."""

import logging

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

from app.core.logging import client_address

logger = logging.getLogger(__name__)

PENDING = "audit_log"


def record(what: str, user_id: int | None, **fields: object) -> None:
    """Log an event.

    Args:
        what: What happened, such as `login`.
        user_id: Whose account it is about; None where there is no such account.
        fields: What else is worth knowing.
    """
    entry = {"user_id": user_id, "address": client_address.get(), **fields}
    logger.info(what, extra={"fields": entry})


def record_on_commit(
    session: AsyncSession, what: str, user_id: int, **fields: object
) -> None:
    """Log an event once the session's transaction is committed, and else not at all."""
    pending = session.info.setdefault(PENDING, [])
    pending.append((what, user_id, fields))


@event.listens_for(Session, "after_commit")
def record_pending(session: Session) -> None:
    """Log what is now stored, which at the end of a savepoint nothing is."""
    if not session.in_nested_transaction():
        for what, user_id, fields in session.info.pop(PENDING, ()):
            record(what, user_id, **fields)


@event.listens_for(Session, "after_rollback")
def forget_pending(session: Session) -> None:
    """Drop what did not come about."""
    session.info.pop(PENDING, None)
