from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import jsonschema_rs
import pytest
from backwright.cli.app import run_command
from backwright.errors import NotFound
from backwright.spec.find import find_spec
from backwright.spec.model import BackendSpec
from backwright.spec.normal import plain_resource, plain_service
from backwright.spec.schema import json_schema
from hypothesis import HealthCheck, given, settings

from tests.spec.specs import backends

VALIDATOR = jsonschema_rs.validator_for(json_schema("backend"))


def plain(spec: BackendSpec) -> object:
    whole = {
        "service": plain_service(spec.service),
        "resources": {resource.name: plain_resource(resource) for resource in spec.resources},
    }
    return json.loads(
        json.dumps(whole, default=lambda value: float(value) if isinstance(value, Decimal) else str(value))
    )


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(backends())
def test_what_the_tool_writes_is_valid_by_its_schema(spec: BackendSpec) -> None:
    VALIDATOR.validate(plain(spec))


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"service": {"name": "shop"}, "resorces": {}},
        {"service": {"name": "shop"}, "resources": {"products": {"fields": {"name": "strng"}}}},
        {"service": {"name": "shop"}, "resources": {"products": {"fields": {"name": {"typ": "string"}}}}},
        {"service": {"name": "shop"}, "resources": {"products": {"key": "guid"}}},
    ],
)
def test_what_cannot_be_read_is_not_valid(document: object) -> None:
    assert not VALIDATOR.is_valid(document)


@pytest.mark.parametrize("name", ["backend", "service", "resource", "agent", "skill"])
def test_the_command_prints_a_schema(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["schema", name]) == 0
    jsonschema_rs.meta.validate(json.loads(capsys.readouterr().out))


def test_an_unknown_schema_is_met_with_those_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["schema", "nope"]) == 2
    assert "backend" in capsys.readouterr().err


def backend(folder: Path, fields: str = "name: string") -> Path:
    spec = folder / "specs" / "backend"
    spec.mkdir(parents=True)
    (spec / "service.yaml").write_text("name: shop\n")
    (spec / "products.yaml").write_text(f"fields:\n  {fields}\n")
    return spec


def test_a_spec_is_found_here_above_and_below(tmp_path: Path) -> None:
    spec = backend(tmp_path / "api")
    assert find_spec(tmp_path / "api") == find_spec(spec) == find_spec(tmp_path) == spec.resolve()


def test_several_backends_are_listed(tmp_path: Path) -> None:
    backend(tmp_path / "one")
    backend(tmp_path / "two")
    with pytest.raises(NotFound, match="several") as caught:
        find_spec(tmp_path)
    assert [Path(line).name for line in caught.value.candidates] == ["one", "two"]


def test_the_spec_is_shown_in_its_normal_form(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    backend(tmp_path)
    assert run_command(["spec", "show", "--repo", str(tmp_path)]) == 0
    assert "      name: string(255)\n" in capsys.readouterr().out


@pytest.mark.parametrize(("fields", "status"), [("name: string", 0), ("id: integer", 2), ("name: strng", 2)])
def test_check_says_with_its_status_whether_the_spec_is_sound(tmp_path: Path, fields: str, status: int) -> None:
    backend(tmp_path, fields)
    assert run_command(["spec", "check", "--repo", str(tmp_path)]) == status
