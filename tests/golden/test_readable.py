"""Every generated file that is data can be read as what it is."""

from __future__ import annotations

import json
import tomllib
from pathlib import PurePosixPath

import pytest
import yaml

from tests.golden import SPECS, generated_files

READERS = {".yml": yaml.safe_load, ".yaml": yaml.safe_load, ".toml": tomllib.loads, ".json": json.loads}


@pytest.mark.parametrize("name", sorted(path.stem for path in SPECS.glob("*.yaml")))
def test_generated_data_files_can_be_read(name: str) -> None:
    read = 0
    for path, content in generated_files(SPECS / f"{name}.yaml").items():
        reader = READERS.get(PurePosixPath(path).suffix)
        if reader:
            assert reader(content.decode()), path
            read += 1
    assert read >= 3
    workflow = yaml.safe_load(generated_files(SPECS / f"{name}.yaml")[".github/workflows/ci.yml"])
    job = workflow["jobs"]["test"]
    assert job["env"]["DATABASE_URL"] == "${{ matrix.database }}"
    assert job["steps"][-1]["run"].startswith("pytest")
