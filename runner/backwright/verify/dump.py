"""Compares the schema that migrations leave with the one the models describe, both as dumps of SQLite.

Columns, foreign keys and indexes are compared by what SQLite says about them, everything that it does not say (CHECK,
the names of constraints, generated columns, partial indexes) by the normalised text of its DDL.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

Entry = Mapping[str, Any]
QUOTED = re.compile(r"""("[^"]*"|`[^`]*`|\[[^\]]*\])|('(?:[^']|'')*')""")


def differences(migrated: Sequence[Entry], modelled: Sequence[Entry]) -> tuple[str, ...]:
    """Return one line for each thing that is in one schema and not (so) in the other; none: they are equal."""
    left, right = _facts(migrated), _facts(modelled)
    lines = []
    for key in sorted(left.keys() | right.keys()):
        ours, theirs = left.get(key), right.get(key)
        if ours == theirs:
            continue
        if ours is None:
            lines.append(f"{key}: the models have it, the migrations do not: {theirs}")
        elif theirs is None:
            lines.append(f"{key}: the migrations leave it, the models do not have it: {ours}")
        else:
            lines.append(f"{key}: the migrations leave {ours}, the models say {theirs}")
    return tuple(lines)


def _facts(dump: Sequence[Entry]) -> dict[str, str]:
    """Return one fact per column, key, constraint and index, by its name."""
    facts: dict[str, str] = {}
    for entry in dump:
        if entry["type"] == "table":
            facts[f"table {entry['name']}"] = "there"
            facts |= _table_facts(entry)
        else:
            facts[f"{entry['type']} {entry['name']} on {entry['table']}"] = normalised(entry["sql"] or "")
    return facts


def _table_facts(entry: Entry) -> dict[str, str]:
    table = entry["name"]
    facts = {}
    for _position, name, kind, not_null, default, key, hidden in entry["table_xinfo"]:
        parts = [kind.upper(), "NOT NULL" if not_null else "NULL"]
        parts += [f"DEFAULT {normalised(_without_parentheses(default))}"] if default is not None else []
        parts += [f"PRIMARY KEY {key}"] if key else []
        parts += [f"generated {hidden}"] if hidden else []
        facts[f"column {table}.{name}"] = " ".join(parts)
    for number, _part, target, column, target_column, on_update, on_delete, match in entry["foreign_key_list"]:
        rules = f"ON UPDATE {on_update} ON DELETE {on_delete} MATCH {match}"
        same = [row[3] for row in entry["foreign_key_list"] if row[0] == number]
        facts[f"foreign key {table}({','.join(same)}) of {column}"] = f"{target}({target_column}) {rules}"
    for clause in _clauses(entry["sql"]):
        text = normalised(clause)
        if re.match(r"constraint\b|check\b|unique\b|primary key\b|foreign key\b", text):
            facts[f"constraint {table}: {text}"] = "there"
        else:
            name = text.partition(" ")[0]
            for check in re.findall(r"(?:constraint \S+ )?check ?\(.*", text):
                facts[f"check of column {table}.{name}"] = check
    return facts


def _without_parentheses(text: str) -> str:
    while text.startswith("(") and text.endswith(")"):
        text = text[1:-1].strip()
    return text


def _clauses(sql: str) -> list[str]:
    """Return what stands between the outer parentheses of a CREATE TABLE, split at its outer commas."""
    clauses, depth, start, quote = [], 0, 0, ""
    for position, sign in enumerate(sql):
        if quote:
            quote = "" if sign == quote else quote
        elif sign in "'\"`":
            quote = sign
        elif sign == "(":
            depth += 1
            start = position + 1 if depth == 1 else start
        elif sign in ",)" and depth == 1:
            clauses.append(sql[start:position].strip())
            start = position + 1
        depth -= sign == ")" and not quote
        if depth == 0 and sign == ")" and not quote:
            break
    return clauses


def normalised(sql: str) -> str:
    """Return SQL in lower case with single spaces and bare names; what stands in single quotes stays as it is."""
    pieces = []
    for index, piece in enumerate(QUOTED.split(sql)):
        kind = index % 3
        if not piece:
            continue
        if kind == 1:
            pieces.append(piece[1:-1].lower())
        elif kind == 2:  # noqa: PLR2004 - the second group of the pattern
            pieces.append(piece)
        else:
            pieces.append(re.sub(r"\s*([(),=<>+*/-])\s*", r"\1", re.sub(r"\s+", " ", piece)).lower())
    return "".join(pieces).strip()
