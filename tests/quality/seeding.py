"""Rows put into a running backend through its own API, so that a fuzzer meets some."""

from __future__ import annotations

import json
import random
import urllib.error
import urllib.request
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ROUNDS = 3
"""Passes over all collections: children can be made once their parents exist."""
EACH = 12
"""Bodies tried per collection and pass."""


def seed_rows(url: str, headers: Mapping[str, str] | None = None) -> dict[str, list[object]]:
    """Create rows in every collection that can be posted to.

    Bodies are generated from the schema; a property `<name>_id` gets the key of a row
    made before, of the collection of that name where there is one. ``headers`` say who calls.

    Returns:
        The keys of the rows made, by collection path.
    """
    import schemathesis
    from schemathesis.core.result import Ok

    schema = schemathesis.openapi.from_url(f"{url}/openapi.json")
    creators = [
        operation
        for operation in (result.ok() for result in schema.get_all_operations() if isinstance(result, Ok))
        if operation.method.upper() == "POST" and "{" not in operation.path
    ]
    keys: dict[str, list[object]] = {}
    choose = random.Random(7)
    for _ in range(ROUNDS):
        for operation in creators:
            for body in _bodies(operation):
                _point_at_rows(body, keys, choose)
                made = _post(f"{url}{operation.path}", body, headers or {})
                if made is not None:
                    keys.setdefault(operation.path, []).append(made)
    return keys


def _bodies(operation: Any) -> Iterator[dict[str, Any]]:
    """Yield valid bodies for an operation, the same ones every time."""
    from hypothesis import HealthCheck, Phase, given, settings

    found: list[dict[str, Any]] = []

    @settings(
        max_examples=EACH,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(operation.as_strategy())
    def collect(case: Any) -> None:
        if isinstance(case.body, dict):
            found.append(dict(case.body))

    collect()
    yield from found


def _point_at_rows(body: dict[str, Any], keys: dict[str, list[object]], choose: random.Random) -> None:
    for name in body:
        if not name.endswith("_id"):
            continue
        stem = name.removesuffix("_id").replace("_", "-")[:-1]
        same = [key for path, made in keys.items() if path.rsplit("/", 1)[-1].startswith(stem) for key in made]
        every = same or [key for made in keys.values() for key in made]
        if every:
            body[name] = choose.choice(every)


def _post(url: str, body: dict[str, Any], headers: Mapping[str, str]) -> object | None:
    """Post a body; return the key of the row made, or None where it was refused."""
    request = urllib.request.Request(
        url, json.dumps(body).encode(), {"Content-Type": "application/json", **headers}, method="POST"
    )
    try:
        with urllib.request.urlopen(request, timeout=30) as response:
            made = json.loads(response.read() or b"null")
    except urllib.error.HTTPError:
        return None
    return made.get("id") if isinstance(made, dict) else None
