# Each target sets up what it needs: Python 3.11 or newer, make, and the machine's package index are enough.
#   make demo             from nothing to a served answer; ONCE=1 ends after the answer
#   make serve            the service, on the records and champions of BELLWETHER_HOME
#   make flow             a Prefect flow as client of a service on the invented firm, from a signed deal to an invoice
#   make test check       the tests; lint, format, types and the arrows between the rooms
#   make bench            all of tests/benchmarks; make bench-time-log for one, with ARGS for its options
#   make lock             resolve requirements/*.txt again; UPGRADE=1 takes newer versions

SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.PHONY: help setup demo flow serve test check bench lock

# bytecode is written once and saves each later command seconds
unexport PYTHONDONTWRITEBYTECODE

PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready
BENCHMARKS = $(subst _,-,$(patsubst tests/benchmarks/%.py,bench-%,$(filter-out %/figures.py,$(wildcard tests/benchmarks/*.py))))
RESOLVE = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-header --no-annotate $(if $(UPGRADE),--upgrade)
FLOW := .venv-prefect

help:
	@sed -n 's/^#   //p' Makefile

setup: $(READY)

demo: $(READY)
	@$(BIN)/bellwether demo $(if $(filter-out 0,$(ONCE)),--once)

# Prefect does not import beside our FastAPI: the flow has an environment of its own, and knows the service by HTTP alone.
flow: $(READY) $(FLOW)/.ready
	@$(BIN)/python fixtures/orchestrations/stage.py --flow-python $(FLOW)/bin/python $(ARGS)

serve: $(READY)
	@$(BIN)/bellwether serve

test: $(READY)
	$(BIN)/pytest -n 2 --dist loadgroup $(ARGS)

check: $(READY)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(BENCHMARKS)

bench-%: $(READY)
	@$(BIN)/python tests/benchmarks/$(subst -,_,$*).py $(ARGS)

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else f"Bellwether needs Python 3.11 or newer; $(PYTHON) is {sys.version.split()[0]}. Name a newer one: make $(MAKECMDGOALS) PYTHON=python3.12")'
	@echo "Making .venv with $$($(PYTHON) --version)"
	@$(PYTHON) -m venv .venv || { rm -rf .venv; exit 1; }

$(READY): $(BIN)/python requirements/uv.txt requirements/dev.txt pyproject.toml
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements/uv.txt
	@echo "Installing the locked dependencies into .venv"
	@VIRTUAL_ENV=$(CURDIR)/.venv $(BIN)/uv pip sync --require-hashes requirements/dev.txt 2>&1 | sed -u '/^ [-+~] /d; /^ Downloaded /d'
	@VIRTUAL_ENV=$(CURDIR)/.venv $(BIN)/uv pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(FLOW)/.ready: $(READY) requirements/prefect.txt
	@$(PYTHON) -m venv --without-pip $(FLOW)
	@echo "Installing Prefect into $(FLOW)"
	@VIRTUAL_ENV=$(CURDIR)/$(FLOW) $(BIN)/uv pip sync --quiet --require-hashes requirements/prefect.txt
	@touch $@

lock: $(BIN)/python
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements/uv.txt
	$(RESOLVE) pyproject.toml --extra dev --output-file requirements/dev.txt
	$(RESOLVE) pyproject.toml --constraint requirements/dev.txt --output-file requirements/runtime.txt
	$(RESOLVE) requirements/prefect.in --output-file requirements/prefect.txt
