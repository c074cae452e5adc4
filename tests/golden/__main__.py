"""Rebuild the golden files."""

import shutil

from tests.golden import SPECS, TREES, generated_files

for spec_file in sorted(SPECS.glob("*.yaml")):
    root = TREES / spec_file.stem
    shutil.rmtree(root, ignore_errors=True)
    files = generated_files(spec_file)
    for name, content in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(content)
    print(f"{spec_file.stem}: {len(files)} files")
