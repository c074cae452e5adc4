"""The two measurements: requests against a database of the probe's own, and a connection to the target's."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from .calling import call, crowded, described, measured
from .foreign import Foreign
from .loading import Engines, load_app, metadata_of_the_app
from .routes import Endpoint, endpoints, guards, model_of
from .rows import fill
from .watching import Statements

CROWD = 25
CONNECT_SECONDS = 5.0
MOST_PLANS = 40


async def requested(job: dict[str, Any]) -> dict[str, Any]:
    """Measure endpoints with few rows and with more."""
    root, database = Path(job["root"]), Path(job["scratch"], "probe.db")
    engines = Engines(database)
    engines.install()
    statements = Statements(root)
    statements.listen()
    try:
        app = load_app(job["module"], job["attribute"])
        found = [one for one in endpoints(app) if not job["paths"] or one.path in job["paths"]]
    except Exception as error:  # noqa: BLE001 - whatever the target raises is what is reported
        return {"error": described(error), "asked": engines.asked}
    report: dict[str, Any] = {"asked": engines.asked, "endpoints": [_described(one, root) for one in found]}
    report["refused"] = []
    for count in job["rows"]:
        await _disposed(engines)
        report["refused"] = _filled(database, count)
        async with _running(app) as fault:
            if fault:
                return {**report, "error": fault}
            for endpoint, described_one in zip(found, report["endpoints"], strict=True):
                _go_round_guards(app, endpoint, database)
                measure = await measured(app, endpoint.address(), statements, root)
                described_one["measures"].append({"rows": count, **measure})
                if count == job["rows"][-1]:
                    await _last(app, endpoint, described_one, statements, engines)
    return report


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
) -> None:
    """Measure what needs most rows: plans of all statements, also of filters, and many requests at once."""
    for address in endpoint.filtered():
        await call(app, address)
    report["plans"] = _plans(statements, engines.database)
    await _disposed(engines)
    report["crowd"] = await crowded(app, endpoint.address(), CROWD)
    await asyncio.sleep(0)
    report["kept"] = sum(_checked_out(engine) for engine in engines.made)


async def _disposed(engines: Engines) -> None:
    """Give every engine a new pool: what was checked out before counts no longer, files made anew are opened anew."""
    for engine in engines.made:
        disposed = engine.dispose()
        if inspect.isawaitable(disposed):
            await disposed


def _checked_out(engine: Foreign) -> int:
    pool = engine.pool
    return int(pool.checkedout()) if hasattr(pool, "checkedout") else 0


def _filled(database: Path, count: int) -> list[str]:
    """Make all tables anew in the probe's database, with that many rows each."""
    from sqlalchemy import create_engine
    from sqlalchemy.exc import SQLAlchemyError
    from sqlalchemy.pool import NullPool

    database.unlink(missing_ok=True)
    refused = []
    collections = metadata_of_the_app()
    maker = getattr(create_engine, "__wrapped__", create_engine)
    engine = maker(f"sqlite:///{database}", poolclass=NullPool)
    for metadata in collections:
        try:
            metadata.create_all(engine)
        except SQLAlchemyError as error:
            refused.append(f"tables: {str(error).splitlines()[0]}")
    with engine.begin() as connection:
        refused += fill(connection, collections, count)
    return refused


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


def _go_round_guards(app: Foreign, endpoint: Endpoint, database: Path) -> None:
    for guard in guards(endpoint.dependant):
        person = _person(guard, database)
        app.dependency_overrides[guard] = lambda person=person: person


def _person(guard: Foreign, database: Path) -> object:
    """Return the first row of the model that a guard answers with."""
    from sqlalchemy import create_engine, select
    from sqlalchemy.orm import Session
    from sqlalchemy.pool import NullPool

    model = model_of(guard, _mapped())
    if model is None:
        return None
    maker = getattr(create_engine, "__wrapped__", create_engine)
    with Session(maker(f"sqlite:///{database}", poolclass=NullPool), expire_on_commit=False) as session:
        row: object = session.scalars(select(model)).first()
        session.expunge_all()
    return row


def _mapped() -> list[type]:
    import gc

    from sqlalchemy.orm import registry

    registries = [one for one in gc.get_objects() if isinstance(one, registry)]
    return [mapper.class_ for one in registries for mapper in one.mappers]


def _plans(statements: Statements, database: Path | None) -> list[dict[str, Any]]:
    """Return SQLite's plan of every different SELECT, with the line that sent it."""
    import sqlite3

    different = {one.sql: one for one in statements.seen if one.sql.lstrip().upper().startswith("SELECT")}
    plans = []
    connection = sqlite3.connect(database or ":memory:")
    try:
        for one in list(different.values())[:MOST_PLANS]:
            try:
                rows = connection.execute(f"EXPLAIN QUERY PLAN {one.sql}", one.parameters or ()).fetchall()
            except sqlite3.Error:
                continue  # a function that only the app's own connection has: no plan to be had
            plans.append({"sql": one.sql, "place": one.place, "plan": [row[-1] for row in rows]})
    finally:
        connection.close()
    return plans


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
