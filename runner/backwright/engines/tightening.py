"""Which rows a changed field or relation no longer takes: what a migration stops at, in words."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from backwright.codegen.retype import kind_of
from backwright.codegen.tables import max_length, precision_of, sql_type
from backwright.spec.model import FieldSpec, Format, RelationSpec

Bound = tuple[Decimal, bool]
"""A limit, and whether it is itself excluded; upper limits are negated, so that more is always tighter."""


def tightened_field(old: FieldSpec, new: FieldSpec) -> Iterator[str]:
    """Yield what rows stop the migration from ``old`` to ``new`` at; nothing where every row stays valid.

    Patterns, and bounds of moments, are not among the database's rules: rows that break them stay as they are.
    """
    if not _converts(old, new):
        yield "rows whose value has no form in the new type stop the migration"
    elif _shortened(old, new):
        yield "rows whose value is too long for it now stop the migration"
    if _tighter(_lower(old), _lower(new)) or _tighter(_upper(old), _upper(new)) or _other_steps(old, new):
        yield "rows that break the new rule stop the migration"
    elif (new.min_length or 0) > (old.min_length or 0) and not new.enum:
        yield "rows whose value is too short now stop the migration"
    if new.enum and set(old.enum or ()) - set(new.enum or ()):
        gone = ", ".join(value for value in old.enum or () if value not in new.enum)
        yield f"rows that hold {gone} stop the migration"
    elif new.enum and not old.enum:
        yield "rows that hold another value stop the migration"
    if new.unique and not old.unique:
        yield "a second row of the same value stops the migration"


def tightened_relation(old: RelationSpec, new: RelationSpec) -> Iterator[str]:
    """Yield what rows stop the migration from ``old`` to ``new`` at."""
    if new.target != old.target:
        yield f"rows whose id is none of {new.target} stop the migration"
    if new.required and not old.required and new.backfill is None:
        yield "rows that have none stop the migration"
    if new.unique and not old.unique:
        yield "a second row that points at the same one stops the migration"


def rounded(old: FieldSpec, new: FieldSpec) -> bool:
    """Whether values lose digits after the point."""
    before, after = kind_of(sql_type(old)), kind_of(sql_type(new))
    if after.family == "integer":
        return before.family in {"decimal", "float"}
    return after.family == "decimal" and (before.family == "float" or before.scale > after.scale)


def _converts(old: FieldSpec, new: FieldSpec) -> bool:
    before, after = kind_of(sql_type(old)).family, kind_of(sql_type(new)).family
    return after in {before, "text"} or (before, after) in _SAFE


_SAFE = {
    ("integer", "float"),
    ("integer", "decimal"),
    ("integer", "boolean"),
    ("boolean", "integer"),
    ("decimal", "float"),
    ("date", "moment"),
    ("moment", "date"),
}


def _shortened(old: FieldSpec, new: FieldSpec) -> bool:
    before, after = kind_of(sql_type(old)).family, kind_of(sql_type(new)).family
    if after == "text":
        room, most = max_length(new), max_length(old) if before == "text" else None
        is_bounded = sql_type(new).startswith("sa.String") and room is not None
        return is_bounded and not new.enum and before == "text" and (most is None or most > (room or 0))
    if after == "decimal" and before == "decimal":
        return _whole_digits(new) < _whole_digits(old)
    return old.format is Format.INT64 and after == "integer" and new.format is not Format.INT64


def _whole_digits(field: FieldSpec) -> int:
    precision, scale = precision_of(field)
    return precision - scale


def _lower(field: FieldSpec) -> Bound | None:
    bounds = [(field.minimum, False), (field.exclusive_minimum, True)]
    return max(((value, excluded) for value, excluded in bounds if value is not None), default=None)


def _upper(field: FieldSpec) -> Bound | None:
    bounds = [(field.maximum, False), (field.exclusive_maximum, True)]
    return max(((-value, excluded) for value, excluded in bounds if value is not None), default=None)


def _tighter(old: Bound | None, new: Bound | None) -> bool:
    return new is not None and (old is None or new > old)


def _other_steps(old: FieldSpec, new: FieldSpec) -> bool:
    if new.multiple_of is None:
        return False
    return old.multiple_of is None or old.multiple_of % new.multiple_of != 0
