"""Modules found by looking: a new resource is a new file, nothing else."""

from collections.abc import Iterable
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType


def submodules(package: str, path: Iterable[str]) -> list[ModuleType]:
    """Import the modules directly inside a package.

    Args:
        package: Dotted name of the package.
        path: The package's `__path__`.

    Returns:
        The modules in the order of their names.
    """
    names = sorted(info.name for info in iter_modules(path))
    return [import_module(f"{package}.{name}") for name in names]
