"""Run in a generated backend: migrate to each revision in turn, with rows, and compare with the models.

Usage: python schema_worker.py ROWS, where ROWS is JSON: SQL to execute after the first revision, and queries with the
answers they shall give at head.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory


def main() -> None:
    """Print what differs, as JSON."""
    plan = json.loads(sys.argv[1])
    config = Config("alembic.ini")
    revisions = [revision.revision for revision in ScriptDirectory.from_config(config).walk_revisions()][::-1]
    engine = _engine()
    command.upgrade(config, revisions[0])
    with engine.begin() as connection:
        for statement in plan["insert"]:
            connection.execute(sa.text(statement))
    command.upgrade(config, "head")
    migrated = _dump(engine)
    answers = []
    with engine.begin() as connection:
        answers = [[list(map(str, row)) for row in connection.execute(sa.text(query))] for query in plan["ask"]]
    command.downgrade(config, revisions[0])
    command.upgrade(config, "head")
    again = _dump(engine)
    with engine.begin() as connection:
        for table in reversed(sa.inspect(connection).get_table_names()):
            if table != "alembic_version":
                connection.execute(sa.text(f'DELETE FROM "{table}"')) if engine.dialect.name == "sqlite" else None
    command.downgrade(config, "base")
    left = [name for name in sa.inspect(engine).get_table_names() if name != "alembic_version"]
    package = "app.features" if os.path.isdir("app/features") else "app.models"  # noqa: PTH112
    metadata = importlib.import_module(package).metadata
    metadata.create_all(engine)
    print(json.dumps({"migrated": migrated, "again": again, "models": _dump(engine), "answers": answers, "left": left}))


def _engine() -> sa.Engine:
    url = os.environ["DATABASE_URL"].replace("+aiosqlite", "").replace("postgresql://", "postgresql+psycopg://")
    return sa.create_engine(url)


def _dump(engine: sa.Engine) -> dict[str, Any]:
    """Return everything about the tables that a database tells, in an order of its own."""
    inspector = sa.inspect(engine)
    return {name: _table(inspector, name) for name in inspector.get_table_names() if name != "alembic_version"}


def _table(inspector: sa.Inspector, name: str) -> dict[str, Any]:
    columns = {
        column["name"]: [str(column["type"]), column["nullable"], str(column["default"])]
        for column in inspector.get_columns(name)
    }
    return {
        "columns": columns,
        "key": [inspector.get_pk_constraint(name)[part] for part in ("name", "constrained_columns")],
        "checks": sorted([c["name"], c["sqltext"]] for c in inspector.get_check_constraints(name)),
        "uniques": sorted([c["name"], c["column_names"]] for c in inspector.get_unique_constraints(name)),
        "indexes": sorted([c["name"], c["column_names"], bool(c["unique"])] for c in inspector.get_indexes(name)),
        "references": sorted(
            [c["name"], c["constrained_columns"], c["referred_table"], c["options"].get("ondelete")]
            for c in inspector.get_foreign_keys(name)
        ),
    }


if __name__ == "__main__":
    main()
