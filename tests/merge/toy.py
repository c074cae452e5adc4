"""A toy generator of three files a resource, in three versions, for the merge to be tried on."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath

from backwright.codegen.assemble import Owned
from backwright.codegen.contribution import File

Spec = Mapping[str, tuple[tuple[str, str], ...]]
"""Fields, as name and type, by resource."""

SKILLS = ("models", "store", "api")
VERSIONS = ("1", "2", "3")
_IMPORTS = {
    "Decimal": "from decimal import Decimal",
    "date": "from datetime import date",
    "UUID": "from uuid import UUID",
}


def generate(spec: Spec, version: str) -> dict[PurePosixPath, Owned]:
    """Return the files of a spec as a version of the generator writes them."""
    files = {}
    for resource, fields in spec.items():
        for skill, write in zip(SKILLS, (_model, _store, _api), strict=True):
            text = write(resource, fields, int(version))
            files[path_of(skill, resource)] = Owned(skill, File(text, part=resource))
    return files


def path_of(skill: str, resource: str) -> PurePosixPath:
    return PurePosixPath("app", skill, f"{resource}.py")


def _model(name: str, fields: tuple[tuple[str, str], ...], version: int) -> str:
    imports = ["from dataclasses import dataclass"]
    imports += sorted(_IMPORTS[kind] for kind in {kind for _, kind in fields} if kind in _IMPORTS)
    lines = [f'"""The {name} as it is stored."""', "", *sorted(imports), "", f'TABLE = "{name}"', ""]
    if version > 1:
        lines += ["", "def table_name() -> str:", '    """Return the name of the table."""', "    return TABLE", "", ""]
    else:
        lines += [""]
    lines += ["@dataclass", f"class {name.title()}:", f'    """One {name}."""', "", "    id: int"]
    lines += [f"    {field}: {kind}" for field, kind in fields]
    lines += ["", "    def label(self) -> str:", '        """Return what people call it."""']
    lines += ['        parts = ["' + name + '"]', "        parts.append(str(self.id))"]
    lines += [f"        parts.append(str(self.{field}))" for field, _ in fields]
    lines += ['        return " ".join(parts)']
    if version > 2:
        lines += [
            "",
            "    @property",
            "    def key(self) -> int:",
            '        """Return the primary key."""',
            "        return self.id",
        ]
    return "\n".join(lines) + "\n"


def _store(name: str, fields: tuple[tuple[str, str], ...], version: int) -> str:
    model = name.title()
    lines = [f'"""Reading and writing of {name} rows."""', "", f"from app.models.{name} import {model}", ""]
    lines += [
        f"ROWS: dict[int, {model}] = {{}}",
        "",
        "",
        f"def create(data: dict) -> {model}:",
        f'    """Add a {name}."""',
    ]
    lines += [
        f"    row = {model}(",
        '        id=data["id"],',
        *(f'        {f}=data["{f}"],' for f, _ in fields),
        "    )",
    ]
    lines += ["    ROWS[row.id] = row", "    return row", "", "", f"def update(row: {model}, data: dict) -> {model}:"]
    lines += [f'    """Change a {name}."""']
    for field, _ in fields:
        lines += [f'    if "{field}" in data:', f'        row.{field} = data["{field}"]']
    lines += ["    return row"]
    if version > 1:
        lines += ["", "", "def remove(key: int) -> None:", f'    """Take a {name} away."""', "    ROWS.pop(key)"]
    if version > 2:
        lines += ["", "", "def count() -> int:", f'    """Count the {name} rows."""', "    return len(ROWS)"]
    return "\n".join(lines) + "\n"


def _api(name: str, fields: tuple[tuple[str, str], ...], version: int) -> str:
    lines = [f'"""What can be asked about {name} rows."""', "", "from app.routing import route", "", "SORTABLE = ["]
    lines += ['    "id",', *(f'    "{field}",' for field, _ in fields), "]", f"PAGE = {50 * version}", "", ""]
    lines += [f'@route("GET", "/{name}")', "def list_rows(query: dict) -> dict:", f'    """List {name} rows."""']
    lines += ["    found = {", '        "total": 0,', '        "limit": PAGE,', "    }"]
    if version > 1:
        lines += ['    found["skip"] = query.get("skip", 0)']
    lines += ['    found["sort"] = query.get("sort", SORTABLE[0])', "    return found", "", ""]
    lines += [f'@route("POST", "/{name}")', "def create_row(body: dict) -> dict:", f'    """Add a {name}."""']
    lines += ["    known = set(body)"]
    lines += [f'    known.discard("{field}")' for field, _ in fields]
    lines += ["    return body"]
    if version > 2:
        lines += [
            "",
            "",
            f'@route("DELETE", "/{name}")',
            "def delete_row(key: int) -> None:",
            f'    """Delete a {name}."""',
        ]
        lines += ["    SORTABLE.index(key)"]
    return "\n".join(lines) + "\n"


ROUTING = b'''"""Routes, by hand."""

ROUTES = []


def route(method, path):
    """Remember a route."""

    def remember(function):
        ROUTES.append((method, path, function))
        return function

    return remember
'''
