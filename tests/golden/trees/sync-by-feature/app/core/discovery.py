"""Modules found by looking: a new resource is a new package, nothing else."""

from collections.abc import Iterable
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType


def submodules(package: str, path: Iterable[str], leaf: str) -> list[ModuleType]:
    """Import one module of each package directly inside a package.

    Args:
        package: Dotted name of the outer package.
        path: The outer package's `__path__`.
        leaf: Name of the module in each inner package.

    Returns:
        The modules in the order of their packages' names.
    """
    names = sorted(info.name for info in iter_modules(path))
    return [import_module(f"{package}.{name}.{leaf}") for name in names]
