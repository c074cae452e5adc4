from __future__ import annotations

from backwright.spec.model import BackendSpec
from backwright.spec.yaml import read_spec, read_spec_text, write_backend, write_spec
from hypothesis import HealthCheck, given, settings

from tests.spec.specs import backends

CALM = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


def read(files: dict[str, str]) -> BackendSpec:
    return read_spec({name: text.encode() for name, text in files.items()})


@CALM
@given(backends())
def test_what_was_written_reads_back_as_the_same_spec(spec: BackendSpec) -> None:
    assert read(write_spec(spec)) == spec


@CALM
@given(backends())
def test_one_file_says_the_same_as_many(spec: BackendSpec) -> None:
    assert read_spec_text(write_backend(spec), "backend.yaml") == spec


@CALM
@given(backends())
def test_writing_again_changes_no_character(spec: BackendSpec) -> None:
    files = write_spec(spec)
    assert write_spec(spec, files) == files


@CALM
@given(backends(), backends())
def test_any_spec_can_be_written_over_any_other(old: BackendSpec, new: BackendSpec) -> None:
    assert read(write_spec(new, write_spec(old))) == new
