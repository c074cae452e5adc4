"""How the target project does things: what every skill is told before it writes."""

from __future__ import annotations

from dataclasses import dataclass
from keyword import iskeyword
from pathlib import PurePosixPath

from backwright.spec.model import Layout, ResourceSpec, ServiceSpec, SessionKind


@dataclass(frozen=True)
class Project:
    """The conventions of the target; for a backend of ours they follow from its ``service.yaml``.

    ``package`` is the app's import package. ``registers_by_discovery`` means that routers and models are found by
    looking into their packages, so that typed inserts for them are satisfied as they are.
    """

    package: str = "app"
    layout: Layout = Layout.LAYER
    session: SessionKind = SessionKind.ASYNC
    registers_by_discovery: bool = True

    @property
    def is_async(self) -> bool:
        """Whether database calls are awaited."""
        return self.session is SessionKind.ASYNC

    def module(self, role: str, resource: ResourceSpec) -> str:
        """Return the dotted module of one role (``models``, ``schemas``, ``crud``, ``endpoints``) of a resource."""
        if self.layout is Layout.FEATURE:
            leaf = {"endpoints": "router"}.get(role, role)
            return f"{self.package}.features.{_importable(resource.name)}.{leaf}"
        parent = {"endpoints": "api.v1.endpoints"}.get(role, role)
        leaf = resource.name if role == "endpoints" else resource.singular
        return f"{self.package}.{parent}.{_importable(leaf)}"

    def path(self, role: str, resource: ResourceSpec) -> PurePosixPath:
        """Return the file of that module, relative to the backend's root."""
        return PurePosixPath(*self.module(role, resource).split(".")).with_suffix(".py")


def _importable(name: str) -> str:
    """Return a module's name: Python's own words (``class``) get an underscore."""
    return f"{name}_" if iskeyword(name) else name


def own_project(service: ServiceSpec) -> Project:
    """Return the conventions of a backend that Backwright writes."""
    return Project(layout=service.layout, session=service.session)
