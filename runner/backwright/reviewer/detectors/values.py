"""Values that mean something else than they seem: naive datetimes, defaults made once."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from backwright.reviewer.flow import Trace, frame_of, value_nodes
from backwright.reviewer.found import Edit, Found, found_at, replaced
from backwright.reviewer.modules import Module, arguments_of, dotted_of, keyword_of, origin_of
from backwright.reviewer.project import FUNCTIONS, Project
from backwright.reviewer.schemas import is_model

MUTABLE = (ast.List, ast.Dict, ast.Set, ast.ListComp, ast.DictComp, ast.SetComp)
MAKERS = {"list", "dict", "set", "defaultdict", "deque", "Counter", "OrderedDict"}
MOMENTS = {
    "utcnow",
    "now",
    "today",
    "time",
    "uuid4",
    "uuid1",
    "uuid7",
    "token_urlsafe",
    "token_hex",
    "random",
    "randint",
}
COLUMNS = ("Column", "mapped_column", "Field")


def naive_datetimes(project: Project) -> Iterator[Found]:
    """Find points in time without a zone, and the functions handed over that make them."""
    for module in project.modules:
        for node in module.all(ast.Attribute):
            if node.attr not in {"utcnow", "now", "utcfromtimestamp", "fromtimestamp"} or not _is_datetime(
                module, node.value
            ):
                continue
            call = module.parents.get(node)
            is_called = isinstance(call, ast.Call) and call.func is node
            if is_called and isinstance(call, ast.Call):
                naive = node.attr.startswith("utc") or len(call.args) + len(call.keywords) < (
                    2 if node.attr == "fromtimestamp" else 1
                )
                if naive and not _made_aware(module, call):
                    yield found_at(
                        "CR028", module, call, call=f"{ast.unparse(node)}()", edits=_aware(module, call, node)
                    )
            else:
                yield found_at("CR028", module, node, call=ast.unparse(node))


def _is_datetime(module: Module, node: ast.expr) -> bool:
    return dotted_of(module, node) == "datetime.datetime"


def _made_aware(module: Module, call: ast.Call) -> bool:
    """Whether the zone is put in at once: ``.astimezone()``, ``.replace(tzinfo=…)``."""
    attribute = module.parents.get(call)
    is_local = ast.unparse(call.func).endswith(".now")  # a timestamp is counted from local time, rightly
    return (
        isinstance(attribute, ast.Attribute)
        and attribute.attr
        in {"astimezone", "replace", "year", "strftime", "date", *(["timestamp"] if is_local else [])}
        and (attribute.attr != "replace" or "tzinfo" in ast.unparse(module.parents.get(attribute, call)))
    )


def _aware(module: Module, call: ast.Call, node: ast.Attribute) -> tuple[Edit, ...]:
    """Return the edits that give a call its zone, and import it."""
    if node.attr not in {"utcnow", "now"}:
        return ()
    value = ast.unparse(node.value)
    if value == "datetime.datetime":
        return (replaced(call, "datetime.datetime.now(datetime.UTC)"),)
    for imported in module.all(ast.ImportFrom):
        names = {alias.name for alias in imported.names if alias.asname is None}
        if imported.module == "datetime" and "datetime" in names and value == "datetime":
            last = imported.names[-1]
            end = (last.end_lineno or 0, last.end_col_offset or 0)
            extra = () if "UTC" in names else (Edit(end, end, ", UTC"),)
            return (replaced(call, "datetime.now(UTC)"), *extra)
    return ()


def shared_defaults(project: Project) -> Iterator[Found]:
    """Find defaults that are made once, when the module is imported."""
    for function, module in project.functions.items():
        for argument, default in arguments_of(function.args) if isinstance(function, FUNCTIONS) else ():
            what = _made_once(project, module, default)
            if what:
                yield found_at("CR029", module, default or argument, what=f"the default of {argument.arg} ({what})")
    yield from _defaults_of_columns(project)
    yield from _defaults_of_models(project)


def _defaults_of_columns(project: Project) -> Iterator[Found]:
    for module, call in project.calls_of(*COLUMNS):
        option = keyword_of(call, "default")
        if option is None and origin_of(module, call) == "Field" and call.args:
            option = call.args[0]
        if option is None:
            option = keyword_of(call, "onupdate")
        moment = _moment(project, module, option)
        if option is not None and moment:
            yield found_at(
                "CR029",
                module,
                call,
                what=f"the default of {origin_of(module, call)} ({moment})",
                edits=_uncalled(option),
            )


def _defaults_of_models(project: Project) -> Iterator[Found]:
    for module in project.modules:
        for cls in module.all(ast.ClassDef):
            for node in cls.body if is_model(project, (module, cls)) else ():
                moment = _moment(project, module, node.value) if isinstance(node, ast.AnnAssign) else None
                if moment and isinstance(node, ast.AnnAssign):
                    yield found_at("CR029", module, node, what=f"the default of {ast.unparse(node.target)} ({moment})")


def _uncalled(option: ast.expr) -> tuple[Edit, ...]:
    if isinstance(option, ast.Call) and not option.args and not option.keywords:
        return (replaced(option, ast.unparse(option.func)),)
    return ()


def _made_once(project: Project, module: Module, default: ast.expr | None) -> str | None:
    if default is None:
        return None
    for value, _ in value_nodes(Trace(project), default, frame_of(module, default)):
        is_maker = isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id in MAKERS
        if (isinstance(value, MUTABLE) or is_maker) and _is_written(default, value):
            return ast.unparse(default)
    return _moment(project, module, default)


def _is_written(default: ast.expr, value: ast.expr) -> bool:
    """Whether it is a default of its own: written here or made by a helper, no constant of the module."""
    return value is default or isinstance(default, ast.Call)


def _moment(project: Project, module: Module, value: ast.expr | None) -> str | None:
    """Return the call that yields something else every time, as it is written, or None."""
    if not isinstance(value, ast.Call):
        return None
    name = origin_of(module, value)
    dotted = dotted_of(module, value.func)
    if name in MOMENTS and dotted.partition(".")[0] in {"datetime", "time", "uuid", "secrets", "random"}:
        return ast.unparse(value)
    callee = project.function_called(module, value)
    if callee and callee[1].name != "__init__":
        for node in ast.walk(callee[1]):
            if (
                isinstance(node, ast.Return)
                and isinstance(node.value, ast.Call)
                and _moment(project, callee[0], node.value)
            ):
                return ast.unparse(value)
    return None
