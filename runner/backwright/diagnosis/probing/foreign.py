"""The type of objects that belong to the target or its libraries, of whichever version it has."""

from __future__ import annotations

from typing import Any

Foreign = Any
