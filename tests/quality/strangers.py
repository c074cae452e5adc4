"""Rows of one user that another one reaches for: what the fuzzer's check of objects does for reads, for changes too."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.quality.measure import Row
from tests.quality.seeding import seed_rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from tests.quality.signing_in import SignedIn
    from tests.quality.subject import Subject

METHODS = {"get": "GET", "replace": "PUT", "update": "PATCH", "delete": "DELETE"}
"""Operations of one row, in the order in which they are tried: the last one leaves nothing to try."""
REFUSALS = (403, 404)
EACH = 5
"""Rows of a resource that are tried."""
NAME = "rows of another user reached"


@dataclass(frozen=True)
class Two:
    """A running backend, its OpenAPI document, somebody who makes rows and somebody who reaches for them."""

    url: str
    document: Mapping[str, Any]
    owner: SignedIn
    stranger: SignedIn


@dataclass(frozen=True)
class Owned:
    """A resource whose rows belong to users: its path, and the methods that are for a row's owner alone."""

    path: str
    methods: tuple[str, ...]


@dataclass(frozen=True)
class Reach:
    """One attempt: what was sent, the statuses that the owner and somebody else got, and what the row was after it."""

    path: str
    method: str
    body: dict[str, Any] | None
    owner: int
    stranger: int
    is_intact: bool


def owned_resources(root: Path) -> list[Owned]:
    """Return the resources of a backend whose spec gives rows to users; none where there is no spec."""
    every = [Owned(path, tuple(it for it in METHODS.values() if it in own)) for path, own in _own_methods(root)]
    return [resource for resource in every if resource.methods]


def shared_paths(root: Path) -> list[str]:
    """Return the resources whose rows are read by others than their owners, because the spec says so."""
    return [path for path, own in _own_methods(root) if "GET" not in own]


def _own_methods(root: Path) -> Iterator[tuple[str, set[str]]]:
    """Yield the path of each resource of a spec, with the methods of one row that are for its owner alone."""
    from backwright.naming import kebab
    from backwright.spec.access import access_of
    from backwright.spec.model import Access
    from backwright.spec.yaml import read_spec

    folder = root / "specs" / "backend"
    if not (folder / "service.yaml").is_file():
        return
    spec = read_spec(folder)
    for resource in spec.resources:
        own = {str(one.name) for one in resource.operations if access_of(spec.service, resource, one) is Access.OWNER}
        methods = {method for name, method in METHODS.items() if name in own}
        yield f"{spec.service.api_prefix}/{kebab(resource.name)}", methods


def strangers_row(subject: Subject, kind: str, two: Two) -> Row:
    """Make rows as one user and reach for them as another; each way has to work for the owner at least once."""
    began = time.monotonic()
    owned = owned_resources(subject.root)
    made = seed_rows(two.url, two.owner.headers)
    reaches = [
        reach
        for resource in owned
        for key in made.get(resource.path, [])[:EACH]
        for reach in _reaches(two, resource, key)
    ]
    wanted = {(resource.path, method) for resource in owned for method in resource.methods}
    untried = wanted - {(reach.path, reach.method) for reach in reaches if 200 <= reach.owner < 300}
    reached = [reach for reach in reaches if reach.stranger not in REFUSALS or not reach.is_intact]
    detail = [*map(str, reached), *(f"{method} {path} never worked for the owner" for path, method in sorted(untried))]
    measured = f"{len(reached)} of {len(reaches)} attempts" + (f", {len(untried)} ways not tried" if untried else "")
    ok = bool(reaches) and not detail
    return Row(subject.style, kind, NAME, "0", measured, ok, "\n".join(detail), time.monotonic() - began)


def _reaches(two: Two, resource: Owned, key: object) -> Iterator[Reach]:
    url, owner, stranger = f"{two.url}{resource.path}/{key}", two.owner.headers, two.stranger.headers
    for method in resource.methods:
        _, row = _send("GET", url, None, owner)
        for body in _bodies(two.document, resource, method, row):
            # The owner shows first that it can be done, but for the deletion, which leaves nothing to reach for.
            allowed = 0 if method == "DELETE" else _send(method, url, body, owner)[0]
            before = _send("GET", url, None, owner)
            refused, _ = _send(method, url, body, stranger)
            is_intact = _send("GET", url, None, owner) == before
            if method == "DELETE":
                allowed, _ = _send(method, url, body, owner)
            yield Reach(resource.path, method, body, allowed, refused, is_intact)


def _bodies(
    document: Mapping[str, Any], resource: Owned, method: str, row: Mapping[str, Any]
) -> list[dict[str, Any] | None]:
    """Return what to send: a row's own values where values are asked for, and nothing at all where that is a change."""
    if method not in ("PUT", "PATCH"):
        return [None]
    own = {name: row[name] for name in _properties(document, resource, method) if name in row}
    return [own, {}] if method == "PATCH" else [own]


def _properties(document: Mapping[str, Any], resource: Owned, method: str) -> Mapping[str, Any]:
    """Return the properties of the body of an operation on one row."""
    (path,) = (it for it in document["paths"] if it.startswith(f"{resource.path}/{{") and it.endswith("}"))
    body = document["paths"][path][method.lower()]["requestBody"]["content"]["application/json"]["schema"]
    name = body["$ref"].rpartition("/")[2]
    found: Mapping[str, Any] = document["components"]["schemas"][name]["properties"]
    return found


def _send(method: str, url: str, body: object, headers: Mapping[str, str]) -> tuple[int, Any]:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json", **headers}, method=method)
    try:
        with urllib.request.urlopen(request, timeout=30) as response:
            return response.status, json.loads(response.read() or b"null")
    except urllib.error.HTTPError as error:
        return error.code, None
