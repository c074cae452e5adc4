"""Whole generated backends, kept to be reviewed as a diff; ``make golden`` rebuilds them."""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).parent
SPECS = FOLDER / "specs"
TREES = FOLDER / "trees"


def generated_files(spec_file: Path) -> dict[str, bytes]:
    """Return everything that is generated for one spec file, by path."""
    from backwright.skills.generate import generate
    from backwright.spec.model import BackendSpec
    from backwright.spec.yaml import read_spec_file

    spec = read_spec_file(spec_file)
    assert isinstance(spec, BackendSpec)
    return {str(path): owned.file.content.encode() for path, owned in generate(spec).items()}


def kept_files(name: str) -> dict[str, bytes]:
    """Return the golden files of one backend, by path."""
    root = TREES / name
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}
