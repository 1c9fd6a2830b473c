# Two doors: `make kata` for learners, `make test` for everybody who changes something.
# Both build .venv first, once; a later call starts at once unless the requirements changed.

PYTHON ?= python3
# Test workers. Each loads torch once.
WORKERS ?= 2
# Further pip options for torch alone, e.g. another build of it (see the README).
TORCH_PIP ?=

BIN := .venv/bin
READY := .venv/.ready

.PHONY: hostile kata test lint prove clean
.DEFAULT_GOAL := kata

kata: $(READY)
	@$(BIN)/kata

test: $(READY)
	@$(BIN)/ruff check --quiet . && $(BIN)/ruff format --quiet --check .
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/lint-imports --no-cache >/dev/null || $(BIN)/lint-imports --no-cache
	@$(BIN)/pytest -q -n $(WORKERS) --dist loadfile --ignore tests/hostile
	@$(BIN)/kata prove
	@$(BIN)/pytest -q -n $(WORKERS) --dist loadfile tests/hostile

$(READY): pyproject.toml constraints.txt Makefile
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	    { echo "torchkata needs Python 3.11 or newer; name one: make PYTHON=python3.12"; exit 1; }
	@echo "Preparing .venv (once; torch is large) ..."
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt $(TORCH_PIP) torch
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	@touch $(READY)

# The worst programs that a learner can hand in, alone; after the others, for some of them take all that there is.
hostile: $(READY)
	@$(BIN)/pytest -q -n $(WORKERS) --dist loadfile tests/hostile

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache build dist
