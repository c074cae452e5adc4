"""The audit log: what happened to which account. It never holds a secret."""

import logging

from app.core.logging import client_address

logger = logging.getLogger(__name__)


def record(event: str, user_id: int | None, **fields: object) -> None:
    """Log an event.

    Args:
        event: What happened, such as `login_failed`.
        user_id: Whose account it is about; None where there is no such account.
        fields: What else is worth knowing.
    """
    entry = {"user_id": user_id, "address": client_address.get(), **fields}
    logger.info(event, extra={"fields": entry})
