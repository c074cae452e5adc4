"""Tokens that are taken at their word."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from backwright.reviewer.flow import Frame, Trace, frame_of, value_nodes
from backwright.reviewer.found import Found, found_at
from backwright.reviewer.modules import (
    Module,
    argument_of,
    dotted_of,
    elements_of,
    has_unknown_options,
    is_constant,
    keyword_of,
    text_of,
)
from backwright.reviewer.project import Project

LIBRARIES = ("jwt", "jose", "authlib", "jwcrypto")
UNCHECKED = {"get_unverified_claims", "get_unverified_claim"}


def unverified_tokens(project: Project) -> Iterator[Found]:
    """Find tokens that are decoded without looking at their signature or with any algorithm."""
    trace = Trace(project)
    for module, call in project.calls_of("decode"):
        if dotted_of(module, call.func).partition(".")[0] in LIBRARIES:
            how = _how(trace, module, call)
            if how:
                yield found_at("CR005", module, call, how=how)
    for module, call in project.calls_of(*UNCHECKED):
        if dotted_of(module, call.func).partition(".")[0] in LIBRARIES:
            yield found_at("CR005", module, call, how="without checking its signature")


def _how(trace: Trace, module: Module, call: ast.Call) -> str | None:
    frame = frame_of(module, call)
    options, verify = keyword_of(call, "options"), keyword_of(call, "verify")
    if options is not None and any(
        _switches_off(trace, value, where) for value, where in value_nodes(trace, options, frame)
    ):
        return "without checking its signature"
    if verify is not None and any(is_constant(value, False) for value, _ in value_nodes(trace, verify, frame)):
        return "without checking its signature"
    algorithms = argument_of(call, "algorithms", 2)
    if algorithms is None:
        return None if has_unknown_options(call) else "without naming an algorithm"
    for value, where in value_nodes(trace, algorithms, frame):
        if is_constant(value, None):
            return "without naming an algorithm"
        for one in elements_of(value) or [value]:
            names = {text_of(inner).lower() for inner, _ in value_nodes(trace, one, where)}
            if "none" in names:
                return "with the algorithm `none`"
    return None


def _switches_off(trace: Trace, options: ast.expr, frame: Frame) -> bool:
    pairs: list[tuple[str, ast.expr]] = []
    if isinstance(options, ast.Dict):
        pairs = [(text_of(key), value) for key, value in zip(options.keys, options.values, strict=True)]
    elif isinstance(options, ast.Call):
        pairs = [(keyword.arg or "", keyword.value) for keyword in options.keywords]
    for key, value in pairs:
        if key == "verify_signature":
            return any(is_constant(inner, False) for inner, _ in value_nodes(trace, value, frame))
    return False
