"""Names as generated code may use them: what would shadow or break something gets a trailing underscore."""

from __future__ import annotations

import keyword

from backwright.naming import pascal
from backwright.spec.model import FilterOperator, ResourceSpec

# Attributes of pydantic's BaseModel and SQLAlchemy's DeclarativeBase.
_INHERITED = (
    "construct copy dict from_orm json metadata parse_file parse_obj parse_raw registry schema schema_json "
    "update_forward_refs validate"
)
# Types and functions that annotations and defaults in the same class body refer to.
_REFERRED = "annotated any bool bytes date datetime decimal field float int list literal mapped set str time tuple uuid"
_TAKEN_ATTRIBUTES = frozenset((*_INHERITED.split(), *_REFERRED.split()))
# Names in the functions of a resource's modules.
_VARIABLES = (
    "annotated bool bytes crud data dict float int key list name object page problems query request response router "
    "select session set setattr statement status str tuple type value"
)
# Names that the modules of a resource import.
_CLASSES = (
    "Absent Annotated Any APIRouter AsyncIterator AsyncSession Base CheckConstraint ConfigDict Decimal DecimalText "
    "Email ExactDecimal Field Input Iterator JsonDate JsonNumber ListOutput ListQuery Literal LowerCased Mapped NoNul "
    "NotFoundError Output Page Path Query Reference Request Response Session SessionDep Text TimeOfDay Timestamped "
    "SearchTerm UUID UtcDateTime UtcTime"
)
_TAKEN_VARIABLES = frozenset(_VARIABLES.split())
_TAKEN_CLASSES = frozenset(_CLASSES.split())
# Words that PostgreSQL or SQLite keep for themselves, so that they are quoted in an expression.
_SQL_TEXT = (
    "add after all alter analyse analyze and any array as asc asymmetric attach authorization autoincrement before "
    "begin between binary both by cascade case cast check collate column commit conflict constraint create cross "
    "current_catalog current_date current_role current_schema current_time current_timestamp current_user database "
    "default deferrable deferred delete desc detach distinct do drop each else end escape except exclusive exists "
    "explain fail false fetch for foreign freeze from full glob grant group having if ignore ilike immediate in index "
    "indexed initially inner insert instead intersect into is isnull join key leading left like limit localtime "
    "localtimestamp match natural new not notnull null of off offset old on only or order outer over overlaps placing "
    "plan pragma primary query raise references reindex rename replace restrict returning right rollback row select "
    "session_user set similar some symmetric table temp temporary then to trailing transaction trigger true union "
    "unique update user using vacuum values variadic verbose view virtual when where window with"
)
_SQL_WORDS = frozenset(_SQL_TEXT.split())
_SCHEMAS = frozenset({"Create", "Id", "List", "Query", "Replace", "Response", "Sort", "Update"})
LONG_NAME = 20
LONG_ALIAS = 40
_LIST_PARAMETERS = frozenset({"skip", "limit", "sort", "search"})


def attribute(name: str) -> str:
    """Return the Python attribute of a column or field: its name, or with an underscore where that is taken."""
    taken = keyword.iskeyword(name) or name in _TAKEN_ATTRIBUTES or name.startswith("model_")
    return f"{name}_" if taken else name


def class_name(resource: ResourceSpec) -> str:
    """Return the name of a resource's model: ``OrderItem``, or ``PageRecord`` where the short one is taken."""
    import builtins

    name = pascal(resource.singular)
    return f"{name}Record" if name in _TAKEN_CLASSES or hasattr(builtins, name) or keyword.iskeyword(name) else name


def variable(resource: ResourceSpec) -> str:
    """Return the name of a variable that holds one row; ``row`` where the resource's own is long."""
    name = resource.singular
    if len(name) > LONG_NAME:
        return "row"
    return f"{name}_" if keyword.iskeyword(name) or name in _TAKEN_VARIABLES else name


def key_variable(resource: ResourceSpec) -> str:
    """Return the name of a parameter that holds a key: ``order_item_id``, or ``key`` where that is long."""
    return "key" if len(resource.singular) > LONG_NAME else f"{resource.singular}_id"


def type_alias(resource: ResourceSpec, field: str) -> str:
    """Return the name of a field's type in the schemas: ``ProductPrice``."""
    own = pascal(field)
    if len(resource.singular) + len(field) > LONG_ALIAS:
        return f"{own}Value"
    return f"{class_name(resource)}{own}{'Value' if own in _SCHEMAS else ''}"


def sql_name(name: str) -> str:
    """Return a column's name as it is written in an SQL expression."""
    return f'"{name}"' if name in _SQL_WORDS else name


def query_parameter(column: str, operator: FilterOperator) -> str:
    """Return the query parameter of a filter: ``price`` for equality, ``price__ge`` and so on for the rest."""
    if operator is FilterOperator.EQ and column not in _LIST_PARAMETERS:
        return column
    return f"{column}__{operator.value}"
