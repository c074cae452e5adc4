# Everything a person needs to know about running this project is one of these lines.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/$(if $(filter Windows_NT,$(OS)),Scripts,bin)

.PHONY: demo test lint types unit bench quality golden clean

demo: $(VENV)/.installed          ## run the main job into ./demo, then the result's own tests
	rm -rf demo
	$(BIN)/agent run fastapi-backend "add products CRUD" --repo demo --init --yes
	cd demo && ../$(BIN)/python -m pytest

test: $(VENV)/.installed-dev      ## lint, types and the whole test-suite
	$(MAKE) --no-print-directory lint types unit

lint: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.installed-dev
	$(BIN)/mypy

unit: $(VENV)/.installed-dev
	$(BIN)/python -m pytest -n 2 --dist worksteal

bench: $(VENV)/.installed-dev     ## whole-process time and memory, medians and ratios
	$(BIN)/python -m tests.bench

quality: $(VENV)/.installed-dev   ## every bar a generated backend must meet, as one table
	$(BIN)/python -m tests.quality

golden: $(VENV)/.installed-dev    ## rebuild the golden files; review them as a diff
	$(BIN)/python -m tests.golden

$(VENV)/.installed: pyproject.toml constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable .
	touch $@

$(VENV)/.installed-dev: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable ".[dev]"
	touch $@

clean:
	rm -rf demo build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
