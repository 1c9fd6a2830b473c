# Two doors: `make kata` for learners, `make test` for everybody who changes something.
# Both build .venv first, once; a later call starts at once unless the requirements changed.

PYTHON ?= python3
# Test workers. Each loads torch once.
WORKERS ?= 2
# Further pip options for torch alone, e.g. another build of it (see the README).
TORCH_PIP ?=

BIN := .venv/bin
READY := .venv/.ready

# Twelve katas of as many tracks, for the road that Windows and macOS take: a fresh process for each check.
SLOW := basics/two_inputs autograd/fit_gain graph/second_step inplace/clamped_weights modules/input_scaling \
    losses/padded_batch optim/late_freeze modes/frozen_features state/best_model memory/trajectory \
    policy_gradients/joystick value_learning/discounted_returns

# What every change is proven with on the stand-in for a GPU; `make stand-in` takes all katas, and its time.
FIRST := basics/square basics/two_weights autograd/fit_gain autograd/frozen_backbone graph/second_step \
    graph/two_heads_one_body inplace/hand_written_step modules/stack_of_layers losses/loss_floor optim/flat_line \
    optim/micro_batches policy_gradients/joystick

.PHONY: atlas container environment hostile kata lint test test-torch bench clean stand-in slow-road gpu package
.DEFAULT_GOAL := kata

kata: $(READY)
	@$(BIN)/kata

environment: $(READY)

# Every step runs, whatever became of those before it.
test: export PATH := $(CURDIR)/$(BIN):$(PATH)
test: $(READY)
	@.ci/steps \
	    format "ruff format --quiet --check ." \
	    lint "ruff check --quiet ." \
	    types "mypy --no-error-summary" \
	    rooms "lint-imports --no-cache | tail -n 3" \
	    suite "pytest -q -n $(WORKERS) --dist loadfile --ignore tests/hostile" \
	    proof "kata prove" \
	    stand-in ".ci/unless-unavailable kata prove --device lazy $(FIRST)" \
	    slow-road "TORCHKATA_FORK=0 kata prove $(SLOW)" \
	    hostile "pytest -q -n $(WORKERS) --dist loadfile tests/hostile" \
	    workflows "$(WORKFLOWS)"

# The site, into site/: open site/index.html.
atlas: $(READY)
	@$(BIN)/kata atlas

# Everything that needs no torch, in seconds.
lint: export PATH := $(CURDIR)/$(BIN):$(PATH)
lint: $(READY)
	@.ci/steps format "ruff format --quiet --check ." lint "ruff check --quiet ." types "mypy --no-error-summary" \
	    rooms "lint-imports --no-cache | tail -n 3" katas "kata lint" \
	    workflows "$(WORKFLOWS)"

# What can be known of a workflow without the network.
WORKFLOWS := zizmor --offline --quiet .github action.yml && \
    check-jsonschema --quiet --builtin-schema vendor.github-workflows .github/workflows/*.yml && \
    check-jsonschema --quiet --builtin-schema vendor.dependabot .github/dependabot.yml && \
    check-jsonschema --quiet --builtin-schema vendor.github-actions action.yml

# A second device without a GPU: all tests and all proofs on torch's lazy tensors.
stand-in: export PATH := $(CURDIR)/$(BIN):$(PATH)
stand-in: $(READY)
	@.ci/steps \
	    suite "pytest -q -n $(WORKERS) --dist loadfile --device lazy --ignore tests/engine --ignore tests/hostile \
	        --junitxml stand-in.xml; .ci/unless-unavailable kata report stand-in.xml --expect lazy" \
	    proof ".ci/unless-unavailable kata prove --device lazy"

slow-road: $(READY)
	@TORCHKATA_FORK=0 $(BIN)/kata prove $(SLOW)

# Everything that a machine with CUDA can show, in one go; see docs/ci.md.
gpu: export PATH := $(CURDIR)/$(BIN):$(PATH)
gpu: $(READY)
	@.ci/gpu

# The files of a release, checked as PyPI would.
package: export PATH := $(CURDIR)/$(BIN):$(PATH)
package: $(READY)
	@rm -rf dist
	@.ci/steps build "hatchling build --directory dist" described "twine check --strict dist/*" \
	    installed "pytest -q tests/engine/test_wheel.py"

# The image of the Dockerfile, built and used: make container, or make container CONTAINER=podman
container: $(READY)
	@CONTAINER="$(or $(CONTAINER),docker)" .ci/container

# Every kata on another release of torch, in an environment beside .venv: make test-torch VERSION=2.6.0
# Twice: the second proof compares how each known wrong fix fails with how it failed in another process.
VERSION ?=
OTHER := .venv-torch-$(VERSION)
test-torch:
	@test -n "$(VERSION)" || { echo "name a release: make test-torch VERSION=2.6.0"; exit 1; }
	@test -x $(OTHER)/bin/python || $(PYTHON) -m venv $(OTHER)
	@{ grep -v '^torch==' constraints.txt; echo "torch==$(VERSION)"; } > $(OTHER)/constraints.txt
	@$(OTHER)/bin/python -m pip install --quiet --disable-pip-version-check $(TORCH_PIP) torch==$(VERSION)
	@$(OTHER)/bin/python -m pip install --quiet --disable-pip-version-check \
	    --constraint $(OTHER)/constraints.txt --editable '.[dev]'
	@$(OTHER)/bin/python -c 'import sys, torch; print("torch", torch.__version__); \
	    sys.exit(torch.__version__.partition("+")[0] != "$(VERSION)" and "that is not $(VERSION)")'
	@$(OTHER)/bin/kata prove
	@$(OTHER)/bin/kata prove

# Ratios and processor time; on their own, for test workers beside them would count as well.
bench: $(READY)
	@$(BIN)/pytest -q -p no:xdist benchmarks --benchmark-columns=min,median,max,rounds

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
	rm -rf .venv .venv-torch-* .mypy_cache .ruff_cache .pytest_cache build dist
