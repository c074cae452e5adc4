"""Load a skill's script: the very bytes that were hashed, under a module name of their own."""

from __future__ import annotations

import ast
import hashlib
import linecache
import sys
from collections.abc import Callable, Mapping
from pathlib import Path, PurePosixPath
from types import ModuleType
from typing import Any, cast

from backwright.codegen.build import Build
from backwright.codegen.contribution import Contribution
from backwright.errors import BadInput, NotSupported, Place
from backwright.finding import Finding
from backwright.skills.script import complaints
from backwright.skills.spec import SkillSpec
from backwright.skills.trust import trusted

BuildFunction = Callable[[Build], Contribution]
ReviewFunction = Callable[[Mapping[PurePosixPath, bytes]], tuple[Finding, ...]]


def load_build(skill: SkillSpec) -> BuildFunction:
    """Return the function that writes a skill's part of a backend.

    Raises:
        NotSupported: the skill has none, or came with a repository and was not trusted.
        BadInput: its script is not one that may be loaded.
    """
    return cast("BuildFunction", _function(skill, skill.build, "build"))


def load_review(skill: SkillSpec) -> ReviewFunction:
    """Return the function with which a skill looks at a tree.

    Raises:
        NotSupported: the skill has none, or came with a repository and was not trusted.
        BadInput: its script is not one that may be loaded.
    """
    return cast("ReviewFunction", _function(skill, skill.review, "review"))


def _function(skill: SkillSpec, script: PurePosixPath | None, name: str) -> Callable[..., Any]:
    if script is None:
        raise NotSupported(f"the skill `{skill.name}` has no script to {name} with", place=Place(str(skill.folder)))
    if not trusted(skill):
        raise NotSupported(
            f"the skill `{skill.name}` came with the repository and its code was not trusted",
            place=Place(str(skill.folder)),
            hint=f"look at it, then: agent skills trust {skill.name}",
        )
    path = skill.folder / script
    module = _module(skill.name, path, skill.files[script])
    function = getattr(module, name, None)
    if not callable(function):
        raise BadInput(f"the script defines no function `{name}`", place=Place(str(path)))
    return cast("Callable[..., Any]", function)


def _module(name: str, path: Path, source: bytes) -> ModuleType:
    key = hashlib.sha256(str(path).encode("utf-8", "surrogateescape") + b"\0" + source).hexdigest()[:16]
    module_name = f"backwright_skill_{name.replace('-', '_')}_{key}"
    loaded = sys.modules.get(module_name)
    if loaded is not None:
        return loaded
    code = compile(_checked(path, source), str(path), "exec", dont_inherit=True)
    module = ModuleType(module_name)
    module.__file__ = str(path)
    text = source.decode("utf-8", "replace")
    linecache.cache[str(path)] = (len(source), None, text.splitlines(keepends=True), str(path))
    sys.modules[module_name] = module
    try:
        exec(code, module.__dict__)  # noqa: S102 - checked above: nothing but definitions
    except BaseException as error:
        del sys.modules[module_name]
        if isinstance(error, Exception):
            reason = f"the script cannot be loaded: {type(error).__name__}: {error}"
            raise BadInput(reason, place=Place(str(path))) from error
        raise
    return module


def _checked(path: Path, source: bytes) -> ast.Module:
    try:
        tree = ast.parse(source, filename=str(path))
    except (SyntaxError, ValueError, RecursionError) as error:
        raise BadInput(
            f"the script is not Python: {error}", place=Place(str(path), getattr(error, "lineno", None))
        ) from None
    wrong = list(complaints(tree))
    if wrong:
        line, reason = wrong[0]
        raise BadInput(f"the script may not be loaded: {reason}", place=Place(str(path), line))
    return tree
