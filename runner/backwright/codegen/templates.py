"""Jinja templates of one skill, each compiled once."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jinja2 import Environment


class Templates:
    """The templates below some folders, nearest first: a project's or a person's file overrides the skill's own."""

    def __init__(self, folders: Sequence[Path | Mapping[str, str]]) -> None:
        """Keep the folders, on disk or as texts by path; nothing is read or compiled yet."""
        self._folders = tuple(folders)

    @cached_property
    def _environment(self) -> Environment:
        from jinja2 import (
            ChoiceLoader,
            DictLoader,
            Environment,
            FileSystemBytecodeCache,
            FileSystemLoader,
            StrictUndefined,
        )

        from backwright import naming
        from backwright.folders import private_folder

        environment = Environment(  # noqa: S701 - the output is Python and YAML, never HTML
            loader=ChoiceLoader(
                [FileSystemLoader(f) if isinstance(f, Path) else DictLoader(f) for f in self._folders],
            ),
            undefined=StrictUndefined,
            bytecode_cache=FileSystemBytecodeCache(str(private_folder("templates")), f"{self._key()}-%s.bin"),
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
        )
        environment.filters.update(naming.FILTERS)
        return environment

    def _key(self) -> str:
        """Tell these templates from others of the same names; texts are told apart by what they say."""
        texts = (
            f"{name}\0{text}" for f in self._folders if not isinstance(f, Path) for name, text in sorted(f.items())
        )
        return hashlib.sha256("\0".join(texts).encode()).hexdigest()[:16]

    def render(self, name: str, **values: Any) -> str:  # noqa: ANN401 - whatever the template names
        """Return the text of one template.

        Raises:
            jinja2.TemplateNotFound: no folder has a template of that name.
            jinja2.UndefinedError: the template names a value that was not given.
        """
        return self._environment.get_template(name).render(**values)
