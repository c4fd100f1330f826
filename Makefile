PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# pip refuses a file whose digest is not in requirements*.txt.
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile --require-hashes
LOCK := UV_CUSTOM_COMPILE_COMMAND="make lock" $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-emit-index-url
# make test distributes the files of tests over two processes. For one process: make test PARALLEL=
PARALLEL ?= -n 2 --dist loadfile
export PARALLEL
# For targets that need no package. They must not wait for an installation, nor delete the packages of a running gateway.
BARE := $(or $(wildcard $(BIN)/python),$(PYTHON))
# The times of these files say when the packages were installed.
RUNTIME := $(VENV)/installed-runtime
TOOLS := $(VENV)/installed-tools

# A value from the command line is text and not make's language: NAME='$$(shell …)' is only a strange name. Recipes read
# the value from the environment ("$$NAME"), so that no shell interprets it either.
$(foreach name,$(.VARIABLES),$(if $(filter command,$(origin $(name))),\
  $(eval override $(name) := $$(value $(name)))$(eval export $(name))))

.DEFAULT_GOAL := help
.PHONY: help setup lock up down reset demo wheel test e2e screenshots bench diagrams lint lint-js check format merchant revoke redrive requeue restore-drill package deploy destroy audit torture soak advisories ci

help: ## print this list
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

setup: $(TOOLS) ## install all packages into .venv (the other targets do this themselves)

# A change of a run-time requirement makes the environment anew, so that it never holds a package that is not required.
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

lock: $(TOOLS) ## compile requirements*.in into requirements*.txt with digests: make lock [UPGRADE=--upgrade]
	@$(LOCK) $$UPGRADE requirements-dev.in -o requirements-dev.txt
	@$(LOCK) $$UPGRADE requirements-scan.in -o requirements-scan.txt
	@for set in -local -deploy -build ""; do $(LOCK) requirements$$set.in -c requirements-dev.txt -o requirements$$set.txt || exit 1; done

up: $(RUNTIME) ## start the whole gateway on this machine; Ctrl-C stops it
	@exec $(BIN)/python -m payment_gateway up

down: ## stop a gateway that runs in another terminal or in the background
	@$(BARE) -m infra.local.control down

reset: ## delete all local data (orders, payments, queues); the gateway must be down
	@$(BARE) -m infra.local.control reset

demo: $(RUNTIME) ## walk a payment through its whole life and print every request and answer
	@$(BIN)/python -m payment_gateway demo

wheel: $(TOOLS) ## build the wheel that `pipx install` and `uv tool install` take, in dist/
	@$(BIN)/python -m pip wheel --quiet --disable-pip-version-check --no-build-isolation --no-deps --wheel-dir dist .

test: $(TOOLS) ## run the unit and integration tests, in two processes
	@$(BIN)/python -m pytest $$PARALLEL

e2e: $(TOOLS) ## run the end-to-end tests on a separate gateway, or on the gateway that GATEWAY_URL names
	@$(BIN)/python -m pytest tests/e2e

screenshots: $(TOOLS) ## write pictures of every page and state, light and dark, phone and desktop, to screenshots/
	@$(BIN)/python -m tests.e2e.screenshots

lint: $(TOOLS) lint-js ## check format, style, types, layers and template
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m infra.deployment.package prod
	$(BIN)/cfn-lint build/prod/template.json infra/deployment/pipeline.yaml

diagrams: $(RUNTIME) ## draw the lives of payments, orders and refunds into docs/architecture.md
	@$(BIN)/python -m infra.diagrams

lint-js: ## check the pages' scripts: format, style, types, unit tests; needs Node 18.19, or says that it skips
	.ci/javascript

format: $(TOOLS) ## format the code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
	@if [ -d node_modules ]; then npm run --silent format; else echo "!! SKIPPED: the scripts of the pages, as make lint-js has not run"; fi

check: lint test ## run lint and test

bench: $(TOOLS) ## count, time and price everything; write docs/performance.md and docs/scaling.md; Linux only
	@$(BIN)/python -m infra.bench

merchant: $(RUNTIME) ## create a merchant: make merchant NAME="Acme" EMAIL=acme@example.com
	@$(BIN)/python -m payment_gateway merchant -- "$$NAME" "$$EMAIL"

revoke: $(RUNTIME) ## revoke a merchant's keys and end its sessions: make revoke MERCHANT=id, or one key: [KEY=key_…]
	@$(BIN)/python -m infra.revoke "$$MERCHANT" "$$KEY" "$$NEW_PASSWORD"

redrive: $(RUNTIME) ## send dead letters back: make redrive QUEUE=payments (or refunds, deliveries, deliveries-slow)
	@$(BIN)/python -m payment_gateway redrive -- "$$QUEUE"

requeue: $(RUNTIME) ## send a job for everything that waits, as after a restore: make requeue [STAGE=prod]
	@$(BIN)/python -m payment_gateway requeue

restore-drill: $(RUNTIME) ## wipe the running test stage, restore its copy, audit: make restore-drill [COPY=file of gateway backup]
	@$(BIN)/python -m payment_gateway drill $${COPY:+-- "$$COPY"}

audit: $(RUNTIME) ## check that all records agree; reads only: make audit [MERCHANT=id] [STAGE=prod STACK_NAME=gateway-prod]
	@$(BIN)/python -m payment_gateway audit $${MERCHANT:+--merchant "$$MERCHANT"}

books-check: $(TOOLS) ## compare every balance with the one that beancount computes: make books-check [MERCHANT=id]
	@$(BIN)/python -m infra.books --check $${MERCHANT:+--merchant "$$MERCHANT"}

torture: $(TOOLS) ## test every fault at every AWS call, races, crashes and the model, for an hour (CI runs a sample)
	@TORTURE=full $(BIN)/python -m pytest tests/torture -s

soak: $(TOOLS) ## run half an hour of mixed traffic on a separate gateway
	@SOAK_SECONDS=1800 $(BIN)/python -m pytest tests/torture/test_soak.py -s

advisories: $(TOOLS) ## list the known vulnerabilities of everything that is installed, deployed or not
	@$(BIN)/python -m infra.advisories

package: $(RUNTIME) ## build the artifact and the template in build/: make package STAGE=prod
	@$(BIN)/python -m infra.deployment.package "$${STAGE:-localstack}"

deploy: $(RUNTIME) ## deploy to AWS, or to the emulator that AWS_ENDPOINT_URL names: make deploy STAGE=localstack
	@$(BIN)/python -m infra.deployment.deploy "$$STAGE"

destroy: $(RUNTIME) ## delete all that deploy made, with all data: make destroy STAGE=localstack
	@$(BIN)/python -m infra.deployment.destroy "$$STAGE"

ci: ## run all checks of CI
	@.ci/run
