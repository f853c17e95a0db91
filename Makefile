# Every task a person needs. `make preview` and `make test` set up all they need by themselves.
SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

STACK ?= cn-tertiary
PYTHON ?= python3
UV_VERSION := 0.13.9
BIN := .venv/bin
UV := VIRTUAL_ENV=$(CURDIR)/.venv $(BIN)/uv
# A mirror that pip is configured for serves uv too.
INDEX := $(shell $(PYTHON) -m pip config get global.index-url 2>/dev/null)
export UV_DEFAULT_INDEX ?= $(INDEX)
ifeq ($(strip $(UV_DEFAULT_INDEX)),)
unexport UV_DEFAULT_INDEX
endif
# Compiled modules are kept: without them every run compiles the cloud SDK anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help
help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

.PHONY: setup
setup: .venv/ready ## Make .venv from the lock (the other tasks do this by themselves)

.venv/ready: uv.lock pyproject.toml
	@echo "Setting up .venv from uv.lock ..."
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Python 3.11 or newer is needed, this is " + sys.version.split()[0] + "; name another with PYTHON=python3.12")'
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check "uv==$(UV_VERSION)"
	@$(UV) export --frozen --quiet --all-groups --no-emit-project --output-file .venv/requirements.txt
	@$(UV) pip install --quiet --require-hashes --requirement .venv/requirements.txt
	@$(UV) pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

.PHONY: preview
preview: .venv/ready ## Show what STACK would build, how it was sized, and whether it may be deployed
	@$(BIN)/hospital-cloud preview --stack $(STACK)

.PHONY: test
test: .venv/ready ## Everything CI runs
	@$(BIN)/python -m tests.run

SANDBOX := $(BIN)/python -m operations.sandbox
ENGINE ?= auto
SANDBOX_OPTIONS := --engine $(ENGINE) $(if $(INSTALL_ENGINE),--install-engine) $(if $(KEEP),--keep)

.PHONY: sandbox
sandbox: .venv/ready ## Deploy STACK into an AWS emulator on this machine, and verify it
	@$(SANDBOX) up --stack $(STACK) $(SANDBOX_OPTIONS)

.PHONY: sandbox-down
sandbox-down: .venv/ready ## Remove everything that stands there (or STACK alone), and show that nothing is left
	@$(SANDBOX) down $(if $(filter-out file,$(origin STACK)),--stack $(STACK)) $(SANDBOX_OPTIONS) $(if $(DISCARD),--discard)

.PHONY: sandbox-all
sandbox-all: .venv/ready ## The same for every stack, one after the other: up, then down
	@$(SANDBOX) all $(SANDBOX_OPTIONS)

.PHONY: lint
lint: .venv/ready ## Linters and the type checker alone
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

.PHONY: format
format: .venv/ready ## Format the code
	@$(BIN)/ruff check --fix --quiet . || true
	@$(BIN)/ruff format --quiet .

.PHONY: docs
docs: .venv/ready ## Write the generated documents anew (a test compares them)
	@$(BIN)/python -m tests.repository.generate

.PHONY: texts
texts: .venv/ready ## Print the messages that have no Chinese row yet, as rows to fill in
	@$(BIN)/python -m tests.languages.missing

.PHONY: goldens
goldens: .venv/ready ## Write the expected inventories of the stacks anew (review the difference)
	@$(BIN)/python -m tests.golden.generate

.PHONY: bench
bench: .venv/ready ## Measure, as ratios in one run (docs/benchmarks.md)
	@$(BIN)/python -m tests.bench.run

.PHONY: lock
lock: .venv/ready ## Resolve uv.lock anew after a change of pyproject.toml, and Checkov's own lock
	@$(UV) lock
	@cd policies/checkov_runner && $(abspath $(BIN))/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate \
		--custom-compile-command "make lock" --output-file requirements.lock requirements.in

.PHONY: clean
clean: ## Remove what was made, the environment too
	rm -rf .venv out dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
