# `make run` is all you need on a new machine; it wants Python 3.11 or newer and nothing else.

VENV := .venv
BIN := $(VENV)/bin
ARGS ?=
PYTHON_OR_3 := $(or $(PYTHON),python3)
# pytest's worker processes: a number, or `logical` for as many as there are processors; 0 runs all in one process.
WORKERS ?= logical
export PYTHON VENV
# Some environments switch the bytecode cache off; every worker process would then compile the hub anew.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: studio studio-packages studio-test studio-api help run test services-test lint format bench docs clean distclean

help:  ## show this list
	@awk -F':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(VENV)/.ready  ## start the hub with the example plugins; ARGS="--home DIR --api-port N ..."
	@exec $(BIN)/hub serve $(ARGS)

test: $(VENV)/.ready-dev  ## everything that needs no outside server; ARGS goes to pytest
	$(BIN)/python -m pytest -m "not services" -n $(WORKERS) --dist loadfile $(ARGS)

services-test: $(VENV)/.ready-services  ## the suites that run on real MongoDB-protocol and Elasticsearch servers
	$(BIN)/python scripts/services_test.py $(ARGS)

lint: $(VENV)/.ready-dev  ## style, types and the direction of imports
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/.ready-dev  ## let ruff put the code in order
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(VENV)/.ready-dev  ## speed, as ratios against a plain loop measured in the same run
	@ran=0; for file in benchmarks/*_loop.py benchmarks/*_load.py; do [ -e "$$file" ] || continue; ran=1; \
	    echo "== $$file"; $(BIN)/python "$$file" $(ARGS) || exit 1; done; \
	    [ $$ran = 1 ] || { echo "benchmarks/ holds no benchmark"; exit 1; }

docs: $(VENV)/.ready-dev  ## check that the documentation says what the code does
	$(BIN)/python -m pytest tests/docs $(ARGS)

studio: webapp/node_modules/.ready  ## build the studio from webapp/ into hub/studio_files; takes Node.js from the PATH or a wheel
	cd webapp && ../scripts/with_node npm run --silent build
	$(PYTHON_OR_3) scripts/studio_digest.py --write

studio-packages: webapp/node_modules/.ready  ## what building and testing the studio needs, from the npm registry

studio-test: $(VENV)/.ready-dev webapp/node_modules/.ready  ## component and browser tests of the studio
	$(BIN)/python -m pytest tests/studio $(ARGS)

studio-api: webapp/node_modules/.ready  ## types of the REST API, from a hub that runs; ARGS="http://127.0.0.1:7080"
	cd webapp && ../scripts/with_node npm run --silent api -- $(ARGS)

clean:  ## remove what tests and tools left behind
	rm -rf build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache *.egg-info
	find . -path ./$(VENV) -prune -o -name __pycache__ -type d -print0 | xargs -0 rm -rf

distclean: clean  ## remove .venv and downloaded servers too; hub_data, your data, stays
	rm -rf $(VENV) .services webapp/node_modules

webapp/node_modules/.ready: webapp/package-lock.json
	cd webapp && ../scripts/with_node npm ci --no-audit --no-fund
	@touch $@

# A stamp a set of packages; changing pyproject.toml makes them anew.
$(VENV)/.ready: pyproject.toml scripts/bootstrap
	@scripts/bootstrap
	@touch $@

$(VENV)/.ready-dev: pyproject.toml scripts/bootstrap
	@scripts/bootstrap dev
	@touch $@ $(VENV)/.ready

$(VENV)/.ready-services: pyproject.toml scripts/bootstrap
	@scripts/bootstrap dev,services
	@touch $@ $(VENV)/.ready $(VENV)/.ready-dev
