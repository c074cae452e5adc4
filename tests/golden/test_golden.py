"""What is generated is what was reviewed."""

from __future__ import annotations

import pytest

from tests.golden import SPECS, generated_files, kept_files

NAMES = sorted(path.stem for path in SPECS.glob("*.yaml"))


@pytest.mark.parametrize("name", NAMES)
def test_the_generated_backend_is_the_golden_one(name: str) -> None:
    generated, kept = generated_files(SPECS / f"{name}.yaml"), kept_files(name)
    assert sorted(generated) == sorted(kept), "run `make golden` and review the diff"
    different = [path for path in kept if generated[path] != kept[path]]
    assert not different, "run `make golden` and review the diff"


def test_both_styles_are_kept() -> None:
    assert {"async-by-layer", "sync-by-feature"} <= set(NAMES)


def test_the_same_spec_gives_the_same_bytes() -> None:
    spec_file = SPECS / f"{NAMES[0]}.yaml"
    assert generated_files(spec_file) == generated_files(spec_file)
