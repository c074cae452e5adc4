"""Rebuild the golden files."""

import shutil

from tests.golden import SPECS, TREES, generated_files

for spec_file in sorted(SPECS.glob("*.yaml")):
    root, files = TREES / spec_file.stem, generated_files(spec_file)
    shutil.rmtree(root, ignore_errors=True)
    for name, content in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(content)
    print(f"{spec_file.stem}: {len(files)} files")
