# Everything is kept inside the project: .venv (Python), .demo (what `make demo` made).
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
# What reads the files that deploy it.
LINTERS := $(VENV)/.linters
# What is written in TypeScript: the JupyterLab extension, and the same pages for plain browsers.
NODE := jupyter_extension
NODE_MODULES := $(NODE)/node_modules/.package-lock.json
NODE_SOURCES := $(shell find $(NODE)/src $(NODE)/style $(NODE)/schema -type f) \
  $(wildcard $(NODE)/package.json $(NODE)/vite.config.ts $(NODE)/tsconfig*.json)
LAB := $(NODE)/dbapi_jupyter/labextension/package.json
PAGES := platform/dbapi_platform/web/static/index.html

.DEFAULT_GOAL := help
.PHONY: help install demo demo-check lint lint-python lint-node lint-deployment format test coverage bench bench-many bench-exports bench-records bench-lab fault-run docs release-schema pictures services lab web wheels clean

help:  ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: $(STAMP)  ## Make the virtual environment with both distributions, editable

$(STAMP): pyproject.toml jupyter_extension/pyproject.toml | $(NODE_MODULES)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Python 3.11 or newer is needed; name it with: make PYTHON=python3.12 …"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) \
	  || { echo "No virtual environment could be made; on Debian: apt-get install python3-venv"; exit 1; }
	@echo "Installing both distributions into $(VENV) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check \
	  -e './jupyter_extension[pandas,form]' -e '.[demo,dev]'
	@touch $@

demo: $(STAMP) $(LAB) $(PAGES)  ## Start the platform and JupyterLab with sample data
	@$(BIN)/dbapi demo

demo-check: $(STAMP)  ## Run the quickstart without a person
	@$(BIN)/dbapi demo --check

lint: lint-python lint-node lint-deployment  ## Check style, types and imports in Python and TypeScript, and what deploys it

lint-python: $(STAMP)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

lint-node: $(STAMP) $(NODE_MODULES)
	@npm --prefix $(NODE) run --silent lint

lint-deployment: $(LINTERS)
	@bash deploy/lint.sh

$(LINTERS): pyproject.toml | $(STAMP)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[deployment]'
	@touch $@

format: $(STAMP)  ## Put the code into the project's format
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .
	@npm --prefix $(NODE) run --silent format

lab: $(LAB)  ## Build the JupyterLab extension, if its sources changed

# Linked into the environment, so that JupyterLab loads what was built last.
$(LAB): $(NODE_SOURCES) | $(STAMP) $(NODE_MODULES)
	@echo "Building the JupyterLab extension …"
	@cd $(NODE) && PATH="$(CURDIR)/$(BIN):$$PATH" npm run --silent build:lab
	@cd $(NODE) && $(CURDIR)/$(BIN)/jupyter-builder develop --overwrite dbapi_jupyter >/dev/null
	@touch $@

web: $(PAGES)  ## Build the platform's pages, if their sources changed

# Touched when all is written: a build that fails halfway is none.
$(PAGES): $(NODE_SOURCES) | $(NODE_MODULES)
	@echo "Building the pages …"
	@rm -f $@
	@npm --prefix $(NODE) run --silent build:web -- --logLevel warn
	@touch $@

wheels: $(STAMP) $(LAB) $(PAGES)  ## Build wheels of both distributions into dist/
	@rm -rf dist
	@$(BIN)/python -m pip wheel --quiet --disable-pip-version-check --no-deps --wheel-dir dist . ./jupyter_extension
	@ls dist

$(NODE_MODULES): $(NODE)/package-lock.json
	@{ command -v npm && node --version | grep -E '^v([2-9][0-9]|[1-9][0-9]{2})\.'; } >/dev/null 2>&1 \
	  || { echo "Node.js 20 or newer with npm is needed to build the pages; Debian 12 and Ubuntu 24.04 have an older one, so take it from https://nodejs.org/en/download"; exit 1; }
	@echo "Installing what the pages are built with …"
	@cd $(NODE) && npm ci --silent
	@touch $@

services:  ## Install the servers that the tests start (PostgreSQL, Redis, nginx, …), and Helm
	@bash tests/services/install.sh

# What is fetched and built keeps one core busy at a time.
test:  ## Run lint, then all tests against real servers, two files at a time
	@$(MAKE) --no-print-directory --jobs=2 services $(LINTERS)
	@$(MAKE) --no-print-directory --jobs=2 lint lab web
	@npm --prefix $(NODE) run --silent test
	@$(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder

coverage: services $(STAMP)  ## Tell which lines the tests reach, in half as much time again
	@$(BIN)/pytest --cov --cov-report=term

bench: $(STAMP)  ## Measure the gateway against hand-written endpoints
	@bash tests/services/install.sh wrk
	@$(BIN)/python -m tests.benchmarks.gateway

bench-many: $(STAMP)  ## Measure a worker with 10,000 published endpoints
	@$(BIN)/python -m tests.benchmarks.many

bench-exports: $(STAMP)  ## Measure exports of five million rows, and what a worker holds
	@$(BIN)/python -m tests.benchmarks.exports

bench-records: $(STAMP)  ## Measure lists and the overview among a million access records
	@$(BIN)/python -m tests.benchmarks.records

fault-run: services $(STAMP)  ## Upgrade the platform, and take from it what it stands on, under load; write what was answered
	@DEPLOYMENT_PAGE=docs/fault-run.md DEPLOYMENT_CALLERS=24 DEPLOYMENT_PAUSE_S=0.02 DEPLOYMENT_AWAY_S=10 $(BIN)/pytest -q tests/deployment/test_under_load.py

bench-lab: $(STAMP) $(LAB)  ## Measure how much later JupyterLab is there with the extension
	@bash tests/services/install.sh chromium
	@$(BIN)/python -m tests.benchmarks.lab_start

docs: $(STAMP) $(NODE_MODULES)  ## Write what is made from the code: a page of docs, the types of the API
	@$(BIN)/dbapi settings --markdown > docs/settings.md
	@$(BIN)/dbapi openapi | npm --prefix $(NODE) run --silent generate

release-schema: $(STAMP)  ## Record the schema of a release, which migrations after it must leave to it
	@$(BIN)/python -m tests.migrations.release_schema

pictures: services $(LAB) $(PAGES)  ## Take the pictures of README and docs/ anew, from the browser tests
	@rm -rf .pictures && mkdir .pictures
	@DBAPI_TEST_PICTURES=.pictures $(BIN)/pytest -q tests/browser
	@for picture in docs/images/*.png; do cp ".pictures/$$(basename $$picture)" docs/images/; done

clean:  ## Remove all that was made here, the demo's data included
	rm -rf $(VENV) $(dir $(PAGES)) $(dir $(LAB)) $(NODE)/lib $(NODE)/node_modules .demo .pictures .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
