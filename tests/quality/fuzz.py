"""Schemathesis against a running backend: every check, several seeds, real rows."""

from __future__ import annotations

import json
import re
import urllib.request
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from tests.quality.measure import Row
from tests.quality.processes import NotStarted, python, run, server
from tests.quality.seeding import seed_rows
from tests.quality.signing_in import SignedIn, has_auth, make_superuser, settings, sign_in
from tests.quality.static import openapi_row

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tests.quality.subject import Subject

SEEDS = (1, 2, 3)
ANSWERED = 90.0
"""Least share of operations that must be answered 2xx at least once, in percent."""
METHODS = frozenset({"get", "put", "post", "delete", "options", "head", "patch", "trace"})


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
        runs = [_fuzz(base, document, scratch, seed=seed, examples=examples, headers=caller.headers) for seed in SEEDS]
    took = _now() - began
    return [*rows, _failures(subject, kind, runs, took), _answers(subject, kind, document, runs, caller)]


def _now() -> float:
    import time

    return time.monotonic()


def _fuzz(
    base: str, document: dict[str, object], scratch: Path, *, seed: int, examples: int, headers: Mapping[str, str]
) -> Fuzzed:
    har = scratch / f"fuzz-{seed}.har"
    argv = python("-m", "schemathesis.cli", "run", f"{base}/openapi.json", "--checks", "all", "--no-color")
    options = ["--max-examples", str(examples), "--seed", str(seed), "--continue-on-failure"]
    report = ["--report", "har", "--report-har-path", str(har), "--generation-database", "none"]
    named = [part for name, value in headers.items() for part in ("--header", f"{name}: {value}")]
    done = run([*argv, *options, *report, *named], scratch, limit=1800)
    answered = _answered(document, har) if har.is_file() else frozenset()
    counted = re.search(r"(\d[\d,]*) generated", done.output)
    cases = int(counted[1].replace(",", "")) if counted else 0
    return Fuzzed(done.status, done.output, cases, answered)


def _operations(document: dict[str, object]) -> dict[tuple[str, str], re.Pattern[str]]:
    """Return every operation of an OpenAPI document with a pattern of its path."""
    paths = document["paths"]
    assert isinstance(paths, dict)
    return {
        (method.upper(), path): re.compile(re.sub(r"\\\{[^/]*?\\\}", "[^/]+", re.escape(path)) + "$")
        for path, item in paths.items()
        for method in item
        if method in METHODS
    }


def _answered(document: dict[str, object], har: Path) -> frozenset[tuple[str, str]]:
    operations = _operations(document)
    found = set()
    for entry in json.loads(har.read_text(encoding="utf-8"))["log"]["entries"]:
        if 200 <= entry["response"]["status"] < 300:
            method, path = entry["request"]["method"], urlsplit(entry["request"]["url"]).path
            found |= {one for one, pattern in operations.items() if one[0] == method and pattern.match(path)}
    return frozenset(found)


def _failures(subject: Subject, kind: str, runs: list[Fuzzed], seconds: float) -> Row:
    bad = [one for one in runs if one.status != 0 or one.cases == 0]
    cases = sum(one.cases for one in runs)
    measured = f"{len(runs) - len(bad)} of {len(runs)} seeds clean, {cases} cases"
    detail = "\n".join(one.summary[-7000:] for one in bad[:1])
    return Row(subject.style, kind, "Schemathesis, all checks", "0 failures", measured, not bad, detail, seconds)


def _answers(subject: Subject, kind: str, document: dict[str, object], runs: list[Fuzzed], caller: SignedIn) -> Row:
    wanted = set(_operations(document))
    answered = set(caller.answered).union(*(one.answered for one in runs))
    share = 100 * len(answered) / len(wanted)
    missing = "\n".join(f"{method} {path}" for method, path in sorted(wanted - answered))
    measured = f"{share:.0f}% ({len(answered)} of {len(wanted)})"
    required = f">= {ANSWERED:.0f}%"
    return Row(subject.style, kind, "operations answered 2xx", required, measured, share >= ANSWERED, missing)


def _missed(subject: Subject, kind: str, measured: str, detail: str) -> Row:
    return Row(subject.style, kind, "Schemathesis, all checks", "0 failures", measured, False, detail)
