"""Statements about the service as a whole, as clauses."""

from __future__ import annotations

from collections.abc import Mapping

from backwright.naming import kebab
from backwright.spec.language import clauses as say
from backwright.spec.language.chart import Node
from backwright.spec.language.clauses import Who
from backwright.spec.language.deeds import role_of
from backwright.spec.language.telling import Teller, Telling, Told

_DEMANDS = frozenset({"required", "needed", "requires", "require", "needs", "need", "must"})


def _setting(t: Telling, node: Node) -> Told:
    part = node.one("SettingPart") or node.one("p")
    if part is None:
        return
    if part.tag in _SIMPLE:
        name, value = _SIMPLE[part.tag]
        yield say.Setting(name, value)
        if part.tag == "apikey" and _DEMANDS & set(t.chart.keys[node.start : node.end]):
            yield say.Allow(Who(frozenset({"authenticated"})), (), ("*",), everything=True)
    elif part.tag in _TOLD:
        yield from _TOLD[part.tag](t, part)
        said = set(t.chart.keys[node.start : node.end])
        if part.tag in ("auth", "Auth") and {"required", "needed"} & said and {"jwt", "token", "tokens"} & said:
            yield say.Allow(Who(frozenset({"authenticated"})), (), ("*",), everything=True)


def _cors(t: Telling, node: Node) -> Told:
    yield say.Setting("cors_origins", tuple(t.chart.tokens[one.start].text.rstrip("/.") for one in node.all("u")))


def _limit(t: Telling, node: Node) -> Told:
    limit = node.one("l")
    if limit is None:
        return
    routes = [one.tag for one in node.all("Route") or _within(node) or limit.all("rt")]
    tries = {"attempt", "attempts"} & set(t.chart.text(node).lower().split())
    for route in routes or ["login" if tries else "all"]:
        yield say.Setting("rate_limit", (route, _rate(t, limit)))


def _within(node: Node) -> list[Node]:
    return [one for label in ("RateTail", "RateWord") for tail in node.all(label) for one in tail.all("Route")]


def _rate(t: Telling, node: Node) -> str:
    rate = node.one("r") or node.one("Rate")
    if rate is not None:
        return rate.tag
    if node.tag and "/" in node.tag:
        return node.tag
    unit = node.one("u")
    number = t.number(node.one("n"))
    count = {"once": 1, "twice": 2}.get(node.tag) or int(number or 1)
    return f"{count}/{unit.tag if unit is not None else 'minute'}"


def _prefix(t: Telling, node: Node) -> Told:
    path = node.one("p") or node.one("Path")
    if path is not None and "{" in t.chart.tokens[path.start].text:
        parts = [part for part in t.chart.tokens[path.start].text.split("/") if part and not part.startswith("{")]
        yield say.Option("nested_under", parts[0].replace("-", "_"), tuple(parts[1:2]))
    elif path is not None:
        yield say.Setting("api_prefix", t.chart.tokens[path.start].text.rstrip("/"))


def _name(t: Telling, node: Node) -> Told:
    name = node.one("n")
    inner = name.one("n") if name is not None else None
    slug = inner or name
    if slug is not None:
        yield say.Setting("name", kebab(t.text(slug).lower()))


def _title(t: Telling, node: Node) -> Told:
    title = node.one("n")
    inner = title.one("n") if title is not None else None
    if title is not None:
        yield say.Setting("title", t.text(inner or title))


def _auth(t: Telling, node: Node) -> Told:
    text = t.chart.text(node).lower()
    yield say.Setting("auth", "jwt")
    if "cookie" in text:
        yield say.Setting("cookie", value=True)


def _roles(t: Telling, node: Node) -> Told:
    roles = tuple(role_of(t.noun(one)) for one in node.all("r"))
    t.context.roles |= set(roles)
    yield say.Setting("roles", roles)


def _profile(t: Telling, node: Node) -> Told:
    yield say.Setting("auth", "jwt")
    usual = {"email", "e_mail", "password"}
    yield say.Profile(tuple(said for said in t.members(node.one("m")) if "_".join(said.name).lower() not in usual))


_SIMPLE: Mapping[str, tuple[str, object]] = {
    "noauth": ("without_auth", True),
    "postgresql": ("database", "postgresql"),
    "sqlite": ("database", "sqlite"),
    "async": ("session", "async"),
    "sync": ("session", "sync"),
    "feature": ("layout", "feature"),
    "layer": ("layout", "layer"),
    "https": ("https", True),
    "cache": ("cache", True),
    "health": ("health", True),
    "apikey": ("auth", "api_key"),
    "cookie": ("cookie", True),
    "closed": ("register", False),
    "closedfor": ("register", False),
    "opened": ("register", True),
    "publicall": ("default_access", "public"),
}
_TOLD: Mapping[str, Teller] = {
    "cors": _cors,
    "limit": _limit,
    "prefix": _prefix,
    "name": _name,
    "title": _title,
    "auth": _auth,
    "roles": _roles,
    "profile": _profile,
}
SERVICE: Mapping[str, Teller] = {"setting": _setting}
