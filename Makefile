PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Every file that pip installs has a digest in requirements*.txt, or pip refuses it.
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile --require-hashes
LOCK := UV_CUSTOM_COMPILE_COMMAND="make lock" $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-emit-index-url
# How make test spreads the files of tests over processes; empty for one process: make test PARALLEL=
PARALLEL ?= -n 2 --dist loadfile
# For what needs no package: it must not wait for an installation, nor throw away what a running gateway runs on.
BARE := $(or $(wildcard $(BIN)/python),$(PYTHON))
# What is installed: the files say when.
RUNTIME := $(VENV)/installed-runtime
TOOLS := $(VENV)/installed-tools

.DEFAULT_GOAL := help
.PHONY: help setup lock up down reset demo test e2e screenshots bench diagrams lint lint-js check format merchant redrive package deploy destroy audit torture soak advisories ci

help: ## this list
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

setup: $(TOOLS) ## install everything into .venv (the other targets do it by themselves)

# Made anew whenever a run-time requirement changes, so that it never holds more than is asked for.
$(RUNTIME): requirements-build.txt requirements.txt requirements-deploy.txt requirements-local.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Python 3.11 or newer is needed, and $$($(PYTHON) --version 2>&1) is not. Name another: make $(MAKECMDGOALS) PYTHON=python3.12"; exit 1; }
	@echo "Installing the gateway into $(VENV) (once; about half a minute) …"
	@$(PYTHON) -m venv --clear $(VENV) || { echo "Python's venv module is missing; on Debian and Ubuntu: apt install python3-venv"; exit 1; }
	@$(PIP) -r requirements-build.txt
	@$(PIP) --no-build-isolation -r requirements-local.txt
	@touch $@

$(TOOLS): $(RUNTIME) requirements-dev.txt
	@echo "Installing tests and linters into $(VENV) …"
	@$(PIP) --no-build-isolation -r requirements-dev.txt
	@touch $@

lock: $(TOOLS) ## compile requirements*.in into requirements*.txt, with digests; newer versions of all that is not pinned: make lock UPGRADE=--upgrade
	@$(LOCK) $(UPGRADE) requirements-dev.in -o requirements-dev.txt
	@for set in -local -deploy -build ""; do $(LOCK) requirements$$set.in -c requirements-dev.txt -o requirements$$set.txt || exit 1; done

up: $(RUNTIME) ## start the whole gateway on this machine; Ctrl-C ends it
	@exec $(BIN)/python -m infra.local

down: ## end a gateway that runs in another terminal or in the background
	@$(BARE) -m infra.local.control down

reset: ## throw away all local data (orders, payments, queues); the gateway must be down
	@$(BARE) -m infra.local.control reset

demo: $(RUNTIME) ## walk the whole journey, printing every request and answer
	@$(BIN)/python -m infra.demo

test: $(TOOLS) ## unit and integration tests, in two processes
	@$(BIN)/python -m pytest $(PARALLEL)

e2e: $(TOOLS) ## end-to-end tests; against a gateway of their own, or the one that GATEWAY_URL names
	@$(BIN)/python -m pytest tests/e2e

screenshots: $(TOOLS) ## pictures of every page and state, light and dark, phone and desktop, into screenshots/
	@$(BIN)/python -m tests.e2e.screenshots

lint: $(TOOLS) lint-js ## format, style, types, layers and template, checked
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m infra.package prod
	$(BIN)/cfn-lint build/prod/template.json

diagrams: $(RUNTIME) ## draw the lives of payments, orders and refunds into docs/architecture.md
	@$(BIN)/python -m infra.diagrams

lint-js: ## the scripts of the pages: format, style, types and unit tests; needs Node 18.19, else says that it skips
	.ci/javascript

format: $(TOOLS) ## rewrite the code in its format
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
	@if [ -d node_modules ]; then npm run --silent format; else echo "!! SKIPPED: the scripts of the pages, as make lint-js has not run"; fi

check: lint test ## lint and test

bench: $(TOOLS) ## count, time and price everything, and write docs/performance.md and docs/scaling.md; Linux only
	@$(BIN)/python -m infra.bench

merchant: $(RUNTIME) ## create a merchant: make merchant NAME="Acme" EMAIL=acme@example.com
	@$(BIN)/python -m infra.merchant "$(NAME)" "$(EMAIL)"

redrive: $(RUNTIME) ## send dead letters back: make redrive QUEUE=payments (or refunds, deliveries)
	@$(BIN)/python -m infra.redrive "$(QUEUE)"

audit: $(RUNTIME) ## whether all records agree; reads only: make audit [MERCHANT=id] [STAGE=prod STACK_NAME=gateway-prod]
	@$(BIN)/python -m infra.audit $(if $(MERCHANT),--merchant "$(MERCHANT)")

torture: $(TOOLS) ## every fault at every AWS call, races, crashes, the model: all of them, for an hour (CI runs a sample)
	@TORTURE=full $(BIN)/python -m pytest tests/torture -s

soak: $(TOOLS) ## half an hour of mixed traffic on a gateway of its own
	@SOAK_SECONDS=1800 $(BIN)/python -m pytest tests/torture/test_soak.py -s

advisories: $(TOOLS) ## known vulnerabilities of everything that is installed, deployed or not
	@$(BIN)/python -m infra.advisories

package: $(RUNTIME) ## build artifact and template into build/: make package STAGE=prod
	@$(BIN)/python -m infra.package "$(or $(STAGE),localstack)"

deploy: $(RUNTIME) ## deploy to AWS, or to the emulator that AWS_ENDPOINT_URL names: make deploy STAGE=localstack
	@$(BIN)/python -m infra.deploy "$(STAGE)"

destroy: $(RUNTIME) ## delete what deploy made, with all data: make destroy STAGE=localstack
	@$(BIN)/python -m infra.destroy "$(STAGE)"

ci: ## what CI runs
	@.ci/run
