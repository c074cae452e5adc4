"""Writes the test-suite of a backend: fixtures, the tests of the skeleton, and a factory and tests per resource."""

from __future__ import annotations

from pathlib import PurePosixPath

from backwright.codegen.build import Build
from backwright.codegen.contribution import Contribution, Dependency, File
from backwright.codegen.project import Project
from backwright.spec.model import Layout, ServiceSpec


def build(context: Build) -> Contribution:
    """Return the files below ``tests/``; resources lie in files of their own, so that branches merge."""
    files = service_files(context)
    return Contribution(files=files, inserts=development_dependencies())


def development_dependencies() -> tuple[Dependency, ...]:
    """Return what the suite needs beside the app."""
    wanted = ("pytest>=9.0", "pytest-cov>=7.0", "httpx2>=2.0")
    return tuple(Dependency(requirement, "dev") for requirement in wanted)


def style(project: Project, service: ServiceSpec) -> dict[str, object]:
    """Return the words in which the two kinds of session differ."""
    is_async = project.is_async
    by_feature = project.layout is Layout.FEATURE
    return {
        "is_async": is_async,
        "package": project.package,
        "prefix": service.api_prefix,
        "metadata_module": f"{project.package}.features" if by_feature else f"{project.package}.models",
        "adef": "async def" if is_async else "def",
        "aw": "await " if is_async else "",
        "awith": "async with" if is_async else "with",
        "Client": "AsyncClient" if is_async else "TestClient",
        "Iterator": "AsyncIterator" if is_async else "Iterator",
        "Engine": "AsyncEngine" if is_async else "Engine",
        "create_engine": "create_async_engine" if is_async else "create_engine",
        "pytestmark": "\npytestmark = pytest.mark.anyio\n" if is_async else "",
        "sqlite_driver": "+aiosqlite" if is_async else "",
        "postgres_driver": "postgresql+asyncpg" if is_async else "postgresql+psycopg",
    }


def service_files(context: Build) -> dict[PurePosixPath, File]:
    """Return the fixtures and the tests of the skeleton, the same for every set of resources."""
    words = style(context.project, context.spec.service)
    places = {
        "conftest.py": "conftest.py",
        "databases.py": "databases.py",
        "serving.py": "serving.py",
        "problems.py": "problems.py",
        "schema.py": "schema.py",
        "test_config.py": "test_config.py",
        "test_migrations.py": "test_migrations.py",
        "test_openapi.py": "test_openapi.py",
        "test_health.py": "api/test_health.py",
        "test_errors.py": "core/test_errors.py",
        "test_logging.py": "core/test_logging.py",
        "test_middleware.py": "core/test_middleware.py",
        "test_engine.py": "db/test_engine.py",
        "test_types.py": "db/test_types.py",
    }
    files = {
        PurePosixPath("tests", place): File(context.templates.render(f"service/{name}.j2", **words))
        for name, place in places.items()
    }
    return files
