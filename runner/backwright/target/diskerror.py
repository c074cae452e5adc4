"""What the system's errors mean to a person who has a target in mind."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from backwright.errors import BadInput
from backwright.target.git import GitFailed

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_DENIED = {errno.EACCES, errno.EPERM, errno.EROFS}


def explained(error: BaseException, folder: Path) -> BaseException:
    """Return the error a person should see: a full disk and a missing permission are named, others stay."""
    if is_full(error):
        return BadInput(f"the disk is full: nothing was changed in {folder}")
    if isinstance(error, OSError) and error.errno in _DENIED:
        return BadInput(f"{error.filename or folder} cannot be written: nothing was changed in {folder}")
    return error


@contextmanager
def explaining(folder: Path) -> Iterator[None]:
    """Turn the system's errors into ``explained`` ones."""
    try:
        yield
    except (OSError, GitFailed) as error:
        told = explained(error, folder)
        if told is error:
            raise
        raise told from error


def is_full(error: BaseException) -> bool:
    """Return whether an error says that there is no space left."""
    if isinstance(error, GitFailed):
        return "No space left on device" in error.said or "File too large" in error.said
    return isinstance(error, OSError) and error.errno in _FULL
