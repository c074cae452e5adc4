"""The routes of an app: which endpoint a path means, who may call it, and what a request to it needs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, get_type_hints

from .foreign import Foreign

Override = Callable[[], object]


@dataclass(frozen=True)
class Endpoint:
    """One GET endpoint: its path template, the function behind it, and its part of the OpenAPI document."""

    path: str
    function: Callable[..., Any]
    dependant: Any
    document: dict[str, Any]

    def address(self) -> str:
        """Return a path and query that asks for row 1 and gives every required parameter a value."""
        path, query = self.path, []
        for parameter in self.document.get("parameters", ()):
            value = _sample(parameter)
            if parameter["in"] == "path":
                path = path.replace("{" + parameter["name"] + "}", value)
            elif parameter["in"] == "query" and parameter.get("required"):
                query.append(f"{parameter['name']}={value}")
        return path + ("?" + "&".join(query) if query else "")

    def filtered(self) -> Iterator[str]:
        """Yield an address per optional query parameter that may be a filter, with a value."""
        address = self.address()
        for parameter in self.document.get("parameters", ()):
            name = parameter["name"]
            if parameter["in"] == "query" and not parameter.get("required") and name not in _PAGING:
                yield f"{address}{'&' if '?' in address else '?'}{name}={_sample(parameter)}"


_PAGING = {"limit", "skip", "offset", "page", "size", "page_size", "per_page", "cursor", "sort", "order_by"}


def _sample(parameter: dict[str, Any]) -> str:
    schema = parameter.get("schema", {})
    options = [schema, *schema.get("anyOf", ())]
    if choices := next((option["enum"] for option in options if option.get("enum")), None):
        return str(choices[0])
    kinds = {option.get("type") for option in options}
    if any(option.get("format") == "uuid" for option in options):
        return "00000000-0000-0000-0000-000000000001"
    return "1" if kinds & {"integer", "number"} else "true" if "boolean" in kinds else f"{parameter['name']}%201"


def endpoints(app: Foreign) -> list[Endpoint]:
    """Return every GET endpoint of the API."""
    document = app.openapi()["paths"]
    found = []
    for path, route in _routes(app):
        operation = document.get(path, {}).get("get")
        if operation is not None and "GET" in (route.methods or ()):
            found.append(Endpoint(path, route.endpoint, route.dependant, operation))
    return found


def _routes(app: Foreign) -> Iterator[tuple[str, Any]]:
    import fastapi.routing

    contexts = getattr(fastapi.routing, "iter_route_contexts", None)
    if contexts is None:
        yield from ((route.path, route) for route in app.routes if hasattr(route, "dependant"))
        return
    for context in contexts(app.routes):
        route = getattr(context, "route", None) or getattr(context, "original_route", None) or context
        if hasattr(route, "dependant"):
            yield context.path, route


def guards(dependant: Foreign) -> list[Callable[..., Any]]:
    """Return the outermost dependencies that read credentials: a probe has none and goes round them."""
    return [dependency.call for dependency in dependant.dependencies if _reads_credentials(dependency)]


def _reads_credentials(dependant: Foreign) -> bool:
    from fastapi.security.base import SecurityBase

    if isinstance(dependant.call, SecurityBase):
        return True
    return any(_reads_credentials(inner) for inner in dependant.dependencies)


def model_of(call: Callable[..., Any], mapped: list[type]) -> type | None:
    """Return the mapped class that a dependency says it returns; else the one whose table is of users."""
    try:
        returned = get_type_hints(call).get("return")
    except (NameError, TypeError):
        returned = None
    if returned in mapped:
        return returned  # type: ignore[no-any-return]
    return next((one for one in mapped if getattr(one, "__tablename__", "") in ("users", "user", "accounts")), None)
