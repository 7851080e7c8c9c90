# Everything is kept inside the project: .venv (Python), .demo (what `make demo` made).
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
# The platform's pages, and what they are made of.
NODE := jupyter_extension
PAGES := platform/dbapi_platform/web/static/index.html
PAGE_SOURCES := $(shell find $(NODE)/src $(NODE)/style -type f 2>/dev/null) \
  $(wildcard $(NODE)/package-lock.json $(NODE)/vite.config.* $(NODE)/tsconfig*.json)

.DEFAULT_GOAL := help
.PHONY: help install demo demo-check lint format test coverage bench bench-records docs services web clean

help:  ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: $(STAMP)  ## Make the virtual environment with both distributions, editable

$(STAMP): pyproject.toml jupyter_extension/pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Python 3.11 or newer is needed; name it with: make PYTHON=python3.12 …"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) \
	  || { echo "No virtual environment could be made; on Debian: apt-get install python3-venv"; exit 1; }
	@echo "Installing both distributions into $(VENV) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check \
	  -e './jupyter_extension[pandas,form]' -e '.[demo,dev]'
	@touch $@

demo: $(STAMP)  ## Start the platform and JupyterLab with sample data
	@$(BIN)/dbapi demo

demo-check: $(STAMP)  ## Run the quickstart without a person
	@$(BIN)/dbapi demo --check

lint: $(STAMP)  ## Check style, types and import directions
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

format: $(STAMP)  ## Put the code into the project's format
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

web: $(PAGES)  ## Build the platform's pages, if their sources changed

# Touched when all is written: a build that fails halfway is none.
$(PAGES): $(PAGE_SOURCES)
	@command -v npm >/dev/null || { echo "Node.js with npm is needed to build the pages"; exit 1; }
	@echo "Building the pages …"
	@rm -f $@
	@cd $(NODE) && npm ci --silent && npm run build:web
	@test -f $@ || { echo "npm run build:web wrote no $@"; exit 1; }
	@touch $@

services:  ## Install the servers that the tests start (PostgreSQL, MariaDB, Redis, Trino, a login provider)
	@bash tests/services/install.sh

test: lint services  ## Run lint, then all tests against real servers, two files at a time
	@$(BIN)/pytest -n 2 --dist loadfile

coverage: services $(STAMP)  ## Tell which lines the tests reach, in half as much time again
	@$(BIN)/pytest --cov --cov-report=term

bench: $(STAMP)  ## Measure the gateway against hand-written endpoints
	@bash tests/services/install.sh wrk
	@$(BIN)/python -m tests.benchmarks.gateway

bench-records: $(STAMP)  ## Measure lists and the overview among a million access records
	@$(BIN)/python -m tests.benchmarks.records

docs: $(STAMP)  ## Write the pages that are made from the code
	@$(BIN)/dbapi settings --markdown > docs/settings.md

clean:  ## Remove all that was made here, the demo's data included
	rm -rf $(VENV) $(dir $(PAGES)) .demo .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
