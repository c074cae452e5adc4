"""The two measurements: requests against a database of the probe's own, and a connection to the target's."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from .calling import call, crowded, described, measured
from .database import Database, Job
from .foreign import Foreign
from .loading import Engines, load_app, metadata_of_the_app
from .plans import indexed_in, plans_of, selected
from .routes import Endpoint, endpoints, guards, model_of
from .watching import Statement, Statements

CROWD = 25
CONNECT_SECONDS = 5.0


async def requested(job: dict[str, Any]) -> dict[str, Any]:
    """Measure endpoints with few rows and with more."""
    root = Path(job["root"])
    engines = Engines(Path(job["scratch"], "probe.db"), _postgresql(job))
    engines.install()
    statements = Statements(root)
    statements.listen()
    try:
        app = load_app(job["module"], job["attribute"])
        found = [one for one in endpoints(app) if not job["paths"] or one.path in job["paths"]]
    except Exception as error:  # noqa: BLE001 - whatever the target raises is what is reported
        return {"error": described(error), "asked": engines.asked}
    if not engines.made:
        async with _running(app):  # only to see which database it asks for as it starts
            pass
    report: dict[str, Any] = {"asked": engines.asked, "endpoints": [_described(one, root) for one in found]}
    report["refused"] = []
    explained: list[list[Statement]] = []
    for count in job["rows"]:
        await _disposed(engines)
        report["refused"] = _filled(engines, count)
        async with _running(app) as fault:
            if fault:
                return {**report, "error": fault}
            for endpoint, described_one in zip(found, report["endpoints"], strict=True):
                _go_round_guards(app, endpoint, engines)
                measure = await measured(app, endpoint.address(), statements, root)
                described_one["measures"].append({"rows": count, **measure})
                if count == job["rows"][-1]:
                    explained.append(await _last(app, endpoint, described_one, statements, engines))
    await _disposed(engines)
    _explain(report, explained, engines, job["plan_rows"])
    return {**report, "database": _used(engines)}


def _postgresql(job: dict[str, Any]) -> Job:
    return Job(job["database"], job["server"], Path(job["scratch"], "server"))


def _used(engines: Engines) -> dict[str, str]:
    """Return what was measured on."""
    first = engines.databases[0]
    return {
        "name": "PostgreSQL" if first.is_postgresql else "SQLite",
        "version": first.version,
        "why_not": engines.why_not,
    }


def _explain(report: dict[str, Any], statements: list[list[Statement]], engines: Engines, rows: int) -> None:
    """Add the plans of statements: PostgreSQL's with so many rows that it is worth its while to use an index."""
    database, collections = engines.databases[0], metadata_of_the_app()
    if database.is_postgresql:
        database.renew(collections, rows)
    for endpoint, several in zip(report["endpoints"], statements, strict=True):
        endpoint["plans"] = plans_of(database, several)
    report["indexed"] = indexed_in(database, collections)


def _described(endpoint: Endpoint, root: Path) -> dict[str, Any]:
    code = getattr(inspect.unwrap(endpoint.function), "__code__", None)
    path = Path(code.co_filename) if code else root
    place = [path.relative_to(root).as_posix(), code.co_firstlineno] if code and path.is_relative_to(root) else None
    return {
        "path": endpoint.path,
        "place": place,
        "is_async": inspect.iscoroutinefunction(endpoint.function),
        "measures": [],
    }


async def _last(
    app: Foreign, endpoint: Endpoint, report: dict[str, Any], statements: Statements, engines: Engines
) -> list[Statement]:
    """Measure what needs most rows, many requests at once; return the statements to explain, also of filters."""
    for address in endpoint.filtered():
        await call(app, address)
    several = selected(statements.seen)
    await _disposed(engines)
    report["crowd"] = await crowded(app, endpoint.address(), CROWD)
    await asyncio.sleep(0)
    report["kept"] = sum(_checked_out(engine) for engine in engines.made)
    return several


async def _disposed(engines: Engines) -> None:
    """Give every engine a new pool: what was checked out before counts no longer, files made anew are opened anew."""
    for engine in engines.made:
        disposed = engine.dispose()
        if inspect.isawaitable(disposed):
            await disposed


def _checked_out(engine: Foreign) -> int:
    pool = engine.pool
    return int(pool.checkedout()) if hasattr(pool, "checkedout") else 0


def _filled(engines: Engines, count: int) -> list[str]:
    """Make all tables anew in the probe's databases, with that many rows each."""
    collections = metadata_of_the_app()
    return [line for database in engines.databases for line in database.renew(collections, count)]


@asynccontextmanager
async def _running(app: Foreign) -> AsyncIterator[str]:
    """Run the app's lifespan; yield what it raised at start, or nothing."""
    lifespan = app.router.lifespan_context(app)
    try:
        await asyncio.wait_for(lifespan.__aenter__(), CONNECT_SECONDS)
    except Exception as error:  # noqa: BLE001 - whatever the target raises is what is reported
        yield described(error)
        return
    try:
        yield ""
    finally:
        await lifespan.__aexit__(None, None, None)


def _go_round_guards(app: Foreign, endpoint: Endpoint, engines: Engines) -> None:
    for guard in guards(endpoint.dependant):
        person = _person(guard, engines.databases[0])
        app.dependency_overrides[guard] = lambda person=person: person


def _person(guard: Foreign, database: Database) -> object:
    """Return the first row of the model that a guard answers with."""
    from sqlalchemy import Connection, select
    from sqlalchemy.orm import Session

    model = model_of(guard, _mapped())
    if model is None:
        return None

    def first(connection: Connection) -> object:
        with Session(connection, expire_on_commit=False) as session:
            row: object = session.scalars(select(model)).first()
            session.expunge_all()
        return row

    return database.run(first)


def _mapped() -> list[type]:
    import gc

    from sqlalchemy.orm import registry

    registries = [one for one in gc.get_objects() if isinstance(one, registry)]
    return [mapper.class_ for one in registries for mapper in one.mappers]


async def connected(job: dict[str, Any]) -> dict[str, Any]:
    """Try to connect with the target's own settings; nothing is read or written there."""
    engines = Engines(None)
    engines.install()
    error = ""
    try:
        app = load_app(job["module"], job["attribute"])
    except Exception as fault:  # noqa: BLE001 - whatever the target raises is what is reported
        return {"asked": engines.asked, "error": described(fault)}
    if not engines.made:
        async with _running(app) as raised:
            error = raised
    tries = [{**asked, **await _tried(engine)} for asked, engine in zip(engines.asked, engines.made, strict=False)]
    return {"asked": engines.asked, "error": error, "tries": tries}


async def _tried(engine: Foreign) -> dict[str, Any]:
    try:
        await asyncio.wait_for(_connect(engine), CONNECT_SECONDS)
    except TimeoutError:
        return {"connected": False, "error": f"TimeoutError: no answer within {CONNECT_SECONDS:.0f} s"}
    except Exception as error:  # noqa: BLE001 - whatever the driver raises is what is reported
        return {"connected": False, "error": described(error)}
    return {"connected": True, "error": ""}


async def _connect(engine: Foreign) -> None:
    if hasattr(engine, "sync_engine"):
        async with engine.connect():
            return
    await asyncio.to_thread(_connect_plainly, engine)


def _connect_plainly(engine: Foreign) -> None:
    with engine.connect():
        pass
