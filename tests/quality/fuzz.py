"""Schemathesis against a running backend: every check, several seeds, real rows, as one who may do all and as users."""

from __future__ import annotations

import copy
import json
import re
import urllib.request
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from tests.quality.measure import Row
from tests.quality.processes import NotStarted, python, run, server
from tests.quality.seeding import seed_rows
from tests.quality.signing_in import SignedIn, has_auth, make_superuser, settings, sign_in, sign_in_users
from tests.quality.static import openapi_row
from tests.quality.strangers import Two, owned_resources, shared_paths, strangers_row

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tests.quality.subject import Subject

ANSWERED = 90.0
"""Least share of operations that must be answered 2xx at least once, in percent."""
METHODS = frozenset({"get", "put", "post", "delete", "options", "head", "patch", "trace"})


SHARED = """
[[operations]]
include-path-regex = '^{}(/|$)'
checks.object_level_authorization.enabled = false
"""
ALL_CHECKS = "Schemathesis, all checks"
TWO_USERS = "Schemathesis, as two users"
TWO_BY_COOKIES = "Schemathesis, as two users by cookies"


@dataclass(frozen=True)
class Identity:
    """Who calls, as Schemathesis is told: before the command and after it."""

    settings: tuple[str, ...] = ()
    options: tuple[str, ...] = ()


@dataclass(frozen=True)
class Fuzzed:
    """What one Schemathesis run left: its exit status, its words and who answered 2xx."""

    status: int
    summary: str
    cases: int
    answered: frozenset[tuple[str, str]]


def served_rows(subject: Subject, kind: str, url: str, scratch: Path, examples: int) -> list[Row]:
    """Serve the backend on a migrated database; lint its OpenAPI document and fuzz it."""
    env = {"DATABASE_URL": url, **settings(subject.root)}
    if subject.root.joinpath("alembic.ini").is_file():
        done = run(python("-m", "alembic", "upgrade", "head"), subject.root, env)
        if done.status:
            return [_missed(subject, kind, "migrations do not run", done.output)]
    if has_auth(subject.root):
        make_superuser(subject.root, env)
    try:
        return _served(subject, kind, env, scratch, examples)
    except NotStarted as failure:
        return [_missed(subject, kind, "does not start", str(failure))]


def _served(subject: Subject, kind: str, env: dict[str, str], scratch: Path, examples: int) -> list[Row]:
    log = scratch / f"server-{kind}.log"
    with server(subject.root, env, log) as running:
        base = running.url
        with urllib.request.urlopen(f"{base}/openapi.json") as response:
            document = json.load(response)
        path = scratch / "openapi.json"
        path.write_text(json.dumps(document))
        rows = [openapi_row(subject, path)]
        caller = sign_in(subject.root, base, document, log)
        seed_rows(base, caller.headers)
        began = _now()
        one = _as_one(caller)
        runs = [
            _fuzz(base, document, scratch, one, seed=seed, examples=examples) for seed in range(1, subject.seeds + 1)
        ]
        rows.append(_failures(subject, kind, ALL_CHECKS, runs, _now() - began))
        rows.append(_answers(subject, kind, document, runs, caller))
        if owned_resources(subject.root):
            users = sign_in_users(base, document, caller)
            rows.append(strangers_row(subject, kind, Two(base, document, *users.values())))
            began = _now()
            several = _as_several(users, shared_paths(subject.root), scratch)
            sent = _without_cookie_parameters(document) if _by_cookies(users) else document
            runs = [
                _fuzz(base, sent, scratch, several, seed=seed, examples=examples)
                for seed in range(1, subject.seeds + 1)
            ]
            name = TWO_BY_COOKIES if _by_cookies(users) else TWO_USERS
            rows.append(_failures(subject, kind, name, runs, _now() - began))
    return rows


def _as_one(caller: SignedIn) -> Identity:
    named = (part for name, value in caller.headers.items() for part in ("--header", f"{name}: {value}"))
    return Identity(options=("--checks", "all", *named))


def _as_several(users: Mapping[str, SignedIn], shared: list[str], scratch: Path) -> Identity:
    """Write down the users as Web Fuzzing Commons have it, and that none of them may read what is another's.

    What the spec shares is read by all of them: the paths in ``shared`` and below.
    """
    entries = [
        {"name": name, "fixedHeaders": [{"name": header, "value": value} for header, value in user.headers.items()]}
        for name, user in users.items()
    ]
    (scratch / "users.json").write_text(json.dumps({"auth": entries}))
    config = scratch / "schemathesis.toml"
    # Checks that are named on the command line would be on for what is shared, too.
    told = f'[checks]\nenabled = true\n[auth.wfc]\npath = "users.json"\npeers = {json.dumps(list(users))}\n'
    config.write_text(told + "".join(map(SHARED.format, map(re.escape, shared))))
    return Identity(settings=("--config-file", str(config)))


def _by_cookies(users: Mapping[str, SignedIn]) -> bool:
    return any("Cookie" in user.headers for user in users.values())


def _as_bearer(document: dict[str, Any]) -> dict[str, Any]:
    """Return a document that says of OAuth2 what it is on the wire: Schemathesis tries no other access tokens."""
    told = copy.deepcopy(document)
    schemes = told.get("components", {}).get("securitySchemes", {})
    for name, scheme in schemes.items():
        if scheme["type"] == "oauth2":
            schemes[name] = {"type": "http", "scheme": "bearer"}
    return told


def _without_cookie_parameters(document: dict[str, Any]) -> dict[str, Any]:
    """Return a document without parameters in cookies: the cookies that say who calls are sent in their place."""
    told = copy.deepcopy(document)
    for item in told["paths"].values():
        for operation in item.values():
            parameters = operation.get("parameters", [])
            operation["parameters"] = [parameter for parameter in parameters if parameter["in"] != "cookie"]
    return told


def _now() -> float:
    import time

    return time.monotonic()


def _fuzz(
    base: str, document: dict[str, Any], scratch: Path, identity: Identity, *, seed: int, examples: int
) -> Fuzzed:
    har, told = scratch / f"fuzz-{seed}.har", scratch / "fuzzed.json"
    har.unlink(missing_ok=True)
    told.write_text(json.dumps(_as_bearer(document)))
    argv = python("-m", "schemathesis.cli", *identity.settings, "run", str(told), "--url", base, "--no-color")
    options = ["--max-examples", str(examples), "--seed", str(seed), "--continue-on-failure"]
    report = ["--report", "har", "--report-har-path", str(har), "--generation-database", "none"]
    done = run([*argv, *options, *report, *identity.options], scratch, limit=1800)
    answered = _answered(document, har) if har.is_file() else frozenset()
    counted = re.search(r"(\d[\d,]*) generated", done.output)
    cases = int(counted[1].replace(",", "")) if counted else 0
    return Fuzzed(done.status, done.output, cases, answered)


def _operations(document: dict[str, Any]) -> dict[tuple[str, str], re.Pattern[str]]:
    """Return every operation of an OpenAPI document with a pattern of its path."""
    return {
        (method.upper(), path): re.compile(re.sub(r"\\\{[^/]*?\\\}", "[^/]+", re.escape(path)) + "$")
        for path, item in document["paths"].items()
        for method in item
        if method in METHODS
    }


def _answered(document: dict[str, Any], har: Path) -> frozenset[tuple[str, str]]:
    operations = _operations(document)
    found = set()
    for entry in json.loads(har.read_text(encoding="utf-8"))["log"]["entries"]:
        if 200 <= entry["response"]["status"] < 300:
            method, path = entry["request"]["method"], urlsplit(entry["request"]["url"]).path
            found |= {one for one, pattern in operations.items() if one[0] == method and pattern.match(path)}
    return frozenset(found)


def _failures(subject: Subject, kind: str, name: str, runs: list[Fuzzed], seconds: float) -> Row:
    bad = [one for one in runs if one.status != 0 or one.cases == 0]
    cases = sum(one.cases for one in runs)
    measured = f"{len(runs) - len(bad)} of {len(runs)} seeds clean, {cases} cases"
    detail = "\n".join(one.summary[-7000:] for one in bad[:1])
    return Row(subject.style, kind, name, "0 failures", measured, not bad, detail, seconds)


def _answers(subject: Subject, kind: str, document: dict[str, Any], runs: list[Fuzzed], caller: SignedIn) -> Row:
    wanted = set(_operations(document))
    answered = set(caller.answered).union(*(one.answered for one in runs))
    share = 100 * len(answered) / len(wanted)
    missing = "\n".join(f"{method} {path}" for method, path in sorted(wanted - answered))
    measured = f"{share:.0f}% ({len(answered)} of {len(wanted)})"
    required = f">= {ANSWERED:.0f}%"
    return Row(subject.style, kind, "operations answered 2xx", required, measured, share >= ANSWERED, missing)


def _missed(subject: Subject, kind: str, measured: str, detail: str) -> Row:
    return Row(subject.style, kind, ALL_CHECKS, "0 failures", measured, False, detail)
