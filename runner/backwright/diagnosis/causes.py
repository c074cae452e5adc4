"""From measurements to causes: each names a line, what was measured there, and what mends it; the heaviest first."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from backwright.diagnosis.probe import FEW, MANY
from backwright.diagnosis.report import Asked, Crowd, Endpoint, Line, Measure, Plan, Report, Statement
from backwright.errors import Place
from backwright.finding import Finding, Severity

STANDSTILL_SECONDS = 0.08
PYTHON_SECONDS = 0.25
SQL_SHOWN = 110
GROWTH = 5
"""More statements than this for many rows than for few: they depend on rows."""
BYTES_PER_ROW = 10


@dataclass(frozen=True)
class Cause:
    """A cause; ``weight`` ranks it: roughly the share of the trouble that it explains, from 0 to 100."""

    weight: float
    finding: Finding


def causes_of(report: Report, otherwise: str) -> tuple[Cause, ...]:
    """Return the causes of slow or failing requests, heaviest first; ``otherwise`` is the place of what has none."""
    found = [cause for one in report.endpoints for rule in _RULES for cause in rule(one, report, otherwise)]
    different = {(cause.finding.code, str(cause.finding.place)): cause for cause in sorted(found, key=_by_weight)}
    return tuple(sorted(different.values(), key=lambda cause: -cause.weight))


def _by_weight(cause: Cause) -> float:
    return cause.weight


def _cause(weight: float, code: str, place: Place, message: str, fix: str) -> Cause:
    severity = Severity.ERROR if weight >= 50 else Severity.WARNING  # noqa: PLR2004 - half of the scale
    return Cause(weight, Finding(code, severity, place, message, fix))


def _at(otherwise: str, *lines: Line | None) -> Place:
    """Return the first line that is known."""
    path, line = next((line for line in lines if line), (otherwise, None))
    return Place(path, line)


def _few_and_many(endpoint: Endpoint) -> tuple[Measure, Measure] | None:
    by_rows = {measure.rows: measure for measure in endpoint.measures}
    return (by_rows[FEW], by_rows[MANY]) if {FEW, MANY} <= by_rows.keys() else None


def _growing_statements(endpoint: Endpoint, _report: Report, otherwise: str) -> Iterator[Cause]:
    pair = _few_and_many(endpoint)
    if pair is None or len(pair[1].statements) - len(pair[0].statements) <= GROWTH:
        return
    few, many = pair
    before = Counter(statement.sql for statement in few.statements)
    after = Counter(statement.sql for statement in many.statements)
    sql, count = max(((sql, count) for sql, count in after.items()), key=lambda item: item[1] - before[item[0]])
    place = next((statement.place for statement in many.statements if statement.sql == sql and statement.place), None)
    message = (
        f"GET {endpoint.path} sends {len(few.statements)} statements for {FEW} row and {len(many.statements)} for "
        f"{MANY}: one runs {count} times, {_shown(sql)}"
    )
    fix = "load what belongs to the rows with them: selectinload() or joinedload() on the list's statement"
    yield _cause(90, "D101", _at(otherwise, place, endpoint.place), message, fix)


def _standstill(endpoint: Endpoint, _report: Report, otherwise: str) -> Iterator[Cause]:
    worst = max(endpoint.measures, key=lambda measure: measure.standstill.seconds, default=None)
    if worst is None or worst.standstill.seconds < STANDSTILL_SECONDS or not endpoint.is_async:
        return
    seconds, share = worst.standstill.seconds, worst.standstill.seconds / max(worst.seconds, 0.001)
    message = (
        f"the event loop stood still for {seconds:.2f} s of the {worst.seconds:.2f} s of GET {endpoint.path}: "
        "nobody else is served meanwhile"
    )
    fix = "await an asynchronous call there, or hand the blocking one to anyio.to_thread.run_sync()"
    yield _cause(60 + 38 * min(share, 1), "D102", _at(otherwise, worst.standstill.place, endpoint.place), message, fix)


def _slow_python(endpoint: Endpoint, _report: Report, otherwise: str) -> Iterator[Cause]:
    worst = max(endpoint.measures, key=lambda measure: measure.seconds, default=None)
    if worst is None or worst.seconds < PYTHON_SECONDS or worst.standstill.seconds > worst.seconds / 2:
        return
    if len(worst.statements) > GROWTH:
        return
    message = (
        f"GET {endpoint.path} takes {worst.seconds:.2f} s with {len(worst.statements)} statements on {worst.rows} rows"
    )
    fix = "the time goes to what the endpoint waits for beside the database: calls to other services, sleeps, locks"
    yield _cause(70, "D103", _at(otherwise, endpoint.place), message, fix)


_SCAN = re.compile(r"^(?:SCAN (?:TABLE )?|(?:Seq|Index) Scan on )(\w+)(?! USING)")
_WHERE = re.compile(r"\bWHERE\b", re.IGNORECASE)


def _full_scans(endpoint: Endpoint, report: Report, otherwise: str) -> Iterator[Cause]:
    """Yield what reads a whole table for want of an index; where there is one, to read it all was the better plan."""
    seen: set[tuple[str, str]] = set()
    for plan in endpoint.plans:
        for step in plan.plan:
            scan = _SCAN.match(step)
            columns = _compared(plan, scan[1]) if scan and "USING" not in step else ()
            if scan is None or not columns or (scan[1], columns[0]) in seen:
                continue
            if set(columns) & set(report.indexed.get(scan[1], ())):
                continue
            seen.add((scan[1], columns[0]))
            compared = ", ".join(columns)
            message = f"GET {endpoint.path} reads all of {scan[1]} to compare {compared}: {step}; {_shown(plan.sql)}"
            fix = f"index {scan[1]}.{columns[0]} (index=True on the column, and a migration)"
            yield _cause(55, "D104", _at(otherwise, plan.place, endpoint.place), message, fix)


def _compared(plan: Plan, table: str) -> tuple[str, ...]:
    """Return the columns of a table that a statement compares with a value (``LIKE`` has no use for an index)."""
    condition = _WHERE.split(plan.sql, maxsplit=1)[1:] or [""]
    alias = re.search(rf"\b{table} AS (\w+)", plan.sql)
    names = "|".join({table, alias[1] if alias else table})
    return tuple(dict.fromkeys(re.findall(rf"\b(?:{names})\.(\w+) (?:=|<|>|<=|>=|IN)\s", condition[0])))


def _whole_table(endpoint: Endpoint, _report: Report, otherwise: str) -> Iterator[Cause]:
    pair = _few_and_many(endpoint)
    if pair is None or pair[1].size - pair[0].size < (MANY - FEW) * BYTES_PER_ROW:
        return
    reads = [one for one in pair[1].statements if one.sql.lstrip().upper().startswith("SELECT")]
    listing = next((one for one in reads if not _is_limited(one)), None)
    if listing is None or any(_is_limited(one) for one in reads):
        return
    message = (
        f"GET {endpoint.path} answers with every row ({pair[0].size} bytes for {FEW} row, {pair[1].size} for {MANY}): "
        f"no LIMIT in {_shown(listing.sql)}"
    )
    fix = "cut the list into pages: a limit with a most, and an offset or a cursor"
    yield _cause(65, "D105", _at(otherwise, listing.place, endpoint.place), message, fix)


def _is_limited(statement: Statement) -> bool:
    return bool(re.search(r"\bLIMIT\b|\bcount\(", statement.sql, re.IGNORECASE))


def _kept_connections(endpoint: Endpoint, report: Report, otherwise: str) -> Iterator[Cause]:
    if not endpoint.kept:
        return
    place = next((one.place for measure in endpoint.measures for one in measure.statements if one.place), None)
    message = (
        f"{endpoint.kept} connections were not given back after the requests to GET {endpoint.path}"
        f" ({_pool(report)}): the pool runs dry and requests time out"
    )
    fix = "close the session when the request ends: `async with sessionmaker() as session: yield session`"
    yield _cause(97, "D106", _at(otherwise, place, endpoint.place), message, fix)


def _crowded(endpoint: Endpoint, report: Report, otherwise: str) -> Iterator[Cause]:
    crowd = endpoint.crowd
    if crowd is None or not crowd.failed or endpoint.kept:
        return
    text = "\n".join(crowd.errors)
    what = f"{crowd.failed} of {crowd.calls} requests at once to GET {endpoint.path} failed"
    if "QueuePool" in text or "TimeoutError" in text:
        fix = "raise pool_size and max_overflow to what the database allows, and hold a session no longer than needed"
        yield _cause(
            85, "D107", _at(otherwise, endpoint.place), f"{what}: no connection was free ({_pool(report)})", fix
        )
    elif _is_shared(text):
        yield _shared(endpoint, f"{what}: {_first(crowd)}", otherwise)
    elif not _fails_alone(endpoint):
        yield _cause(75, "D109", _at(otherwise, endpoint.place), f"{what}: {_first(crowd)}", "see the error named")


def _is_shared(text: str) -> bool:
    return any(sign in text for sign in ("concurrent operations", "IllegalStateChange", "isce", "another operation is"))


def _shared(endpoint: Endpoint, measured: str, otherwise: str) -> Cause:
    fix = "one session per task: await the queries one after another, or open a session in each task"
    message = f"one session is used by several tasks at once: {measured}"
    return _cause(98, "D108", _at(otherwise, endpoint.place), message, fix)


def _first(crowd: Crowd) -> str:
    return crowd.errors[0].splitlines()[0] if crowd.errors else "no error was named"


def _fails_alone(endpoint: Endpoint) -> bool:
    return any(measure.status >= 500 for measure in endpoint.measures)  # noqa: PLR2004 - HTTP's server errors


def _failing(endpoint: Endpoint, _report: Report, otherwise: str) -> Iterator[Cause]:
    failed = next((measure for measure in endpoint.measures if measure.status >= 500), None)  # noqa: PLR2004 - as above
    if failed is None:
        return
    measured = f"GET {endpoint.path} answers {failed.status} with {failed.rows} rows: {failed.error or 'no text'}"
    if _is_shared(failed.error):
        yield _shared(endpoint, measured.replace("\n", "; "), otherwise)
        return
    place = next((one.place for one in reversed(failed.statements) if one.place), None)
    fix = "mend what raises the error named"
    yield _cause(95, "D109", _at(otherwise, place, endpoint.place), measured.replace("\n", "; "), fix)


Rule = Callable[[Endpoint, Report, str], Iterator[Cause]]
_RULES: tuple[Rule, ...] = (
    _growing_statements,
    _standstill,
    _slow_python,
    _full_scans,
    _whole_table,
    _kept_connections,
    _crowded,
    _failing,
)


def _pool(report: Report) -> str:
    asked: Asked | None = next(iter(report.asked), None)
    if asked is None:
        return "no engine was made"
    settings = {"pool_size": asked.pool_size, "max_overflow": asked.max_overflow, "pool_timeout": asked.pool_timeout}
    return ", ".join(f"{name}={'not set' if value is None else value}" for name, value in settings.items())


def _shown(sql: str) -> str:
    line = " ".join(sql.split())
    return f"`{line if len(line) <= SQL_SHOWN else _middle(line)}`"


def _middle(line: str) -> str:
    """Return a long statement without its list of columns."""
    short = re.sub(r"(?<=SELECT ).*?(?= FROM )", "…", line, count=1)
    return short if len(short) <= SQL_SHOWN else short[: SQL_SHOWN - 1] + "…"
