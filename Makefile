# The commands that must always work: run, test, lint, bench, check. Each sets up what it needs.

SHELL := /bin/bash
BIN := .venv/bin
RUN_DEBUG := $(or $(DEBUG),0)
export DEBUG ?= 1
export PYTHONUNBUFFERED := 1
# Two processes, which get the tests in the order that tests/conftest.py gives them.
PARALLEL := --numprocesses=2 --no-loadscope-reorder
PO := $(wildcard locale/*/LC_MESSAGES/django.po)

.PHONY: audit run test test-postgresql lint bench bench-scale check messages lock clean

# As readers see it; `DEBUG=1 make run` is for developers (reloads, tells more, /styleguide/).
run: .venv/installed .venv/messages-compiled var/secret-key
	@DEBUG=$(RUN_DEBUG) HTTPS=0 ALLOWED_HOSTS=127.0.0.1,localhost SECRET_KEY="$$(cat var/secret-key)" \
	    $(BIN)/python manage.py try_out

var/secret-key: | .venv/installed
	@mkdir -p var
	@$(BIN)/python -c 'import secrets; print(secrets.token_hex(32))' > $@

test: .venv/installed-dev .venv/messages-compiled
	@SEARCH_WORKER=0 $(BIN)/python -m pytest $(PARALLEL)

test-postgresql: .venv/installed-dev .venv/messages-compiled
	@if [ -n "$$POSTGRES_URL" ]; then \
	    SEARCH_WORKER=0 DATABASE_URL="$$POSTGRES_URL" \
	        $(BIN)/python -m pytest $(PARALLEL) -m "not once"; \
	elif [ -n "$$REQUIRE_ALL" ]; then \
	    echo "POSTGRES_URL is not set: it names a PostgreSQL server to test on."; exit 1; \
	else \
	    echo "PostgreSQL: skipped. To test on it, set POSTGRES_URL=postgres://user@host/database."; \
	fi

lint: .venv/installed-dev .venv/messages-compiled
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	git ls-files -z 'templates/*.html' | xargs -0 $(BIN)/djade --check --target-version 5.2
	$(BIN)/python manage.py makemigrations --check --dry-run
	$(BIN)/python -m tools.check_migrations
	@SECRET_KEY="$$($(BIN)/python -c 'import secrets; print(secrets.token_hex(32))')" \
	    ALLOWED_HOSTS=example.org EMAIL_URL=smtp://example.org DEBUG=0 $(BIN)/python manage.py check --deploy --fail-level WARNING
	$(BIN)/python -m tools.check_messages

bench: .venv/installed-dev .venv/messages-compiled
	@$(BIN)/python -m bench

# Sites of 100, 1,000 and 10,000 guides, then ever more readers at once, as pictures in bench/results/; about
# twenty minutes, most of them to make the larger site. GUIDES="100 1000 10000 100000" takes hours.
GUIDES ?= 100 1000 10000
bench-scale: .venv/installed-dev .venv/messages-compiled
	@grown=0; $(BIN)/python -m bench growth --guides $(GUIDES) || grown=$$?; \
	    $(BIN)/python -m bench scale && exit $$grown

check: lint bench test test-postgresql

# For developers: collect new messages (needs gettext), and pin the newest allowed packages (needs uv).
messages: .venv/installed-dev
	$(BIN)/python manage.py makemessages --all --no-location --no-obsolete \
	    --ignore=.venv --ignore=tests --ignore=bench --ignore=stubs --ignore=tools
	@$(BIN)/python -m tools.check_messages

LOCK := uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-header --no-annotate -q
lock:
	$(LOCK) -o requirements.lock
	$(LOCK) --extra dev -c requirements.lock -o requirements-dev.lock

# Known weaknesses of what is pinned. Where the service is out of reach it says so, and checks what
# is recorded: hashes, licences.
audit: .venv/installed-dev
	@$(BIN)/python -m tools.audit

clean:
	rm -rf .venv var

.venv/python-ready:
	@py=$$(command -v python3.11 || command -v python3) \
	    || { echo "Python 3.11 or newer is needed."; exit 1; }; \
	$$py -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	    || { echo "Python 3.11 or newer is needed; this is $$($$py --version)."; exit 1; }; \
	$$py -c 'import ensurepip, venv' 2>/dev/null \
	    || { echo "Python's venv module is missing: install it (on Debian: apt-get install python3-venv)."; exit 1; }; \
	$$py -m venv .venv
	@sed -n '/^pip==/,/[^\\]$$/p' requirements-dev.lock | $(INSTALL) -r /dev/stdin
	@touch $@

# By the pip that is pinned: it takes half the time that the one of Python 3.11 takes.
# Compiled afterwards, on all processors at once, where pip takes one, but for what hardly
# any of is used, or none. A package may have files that are no Python of today.
INSTALL := $(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --no-deps --no-compile
COMPILE := $(BIN)/python -W ignore -m compileall -qq -j 0 -x '/(moto|mypyc?|numpy/f2py|setuptools|tests)/' .venv/lib || true

# What words come from, for search: made of what is installed, and kept beside it.
DICTIONARY := $(BIN)/python -m smartwiki.search.dictionary

.venv/installed: requirements.lock smartwiki/search/dictionary.py | .venv/python-ready
	@echo "Installing the pinned packages…"
	@$(INSTALL) -r requirements.lock
	@$(COMPILE)
	@$(DICTIONARY)
	@touch $@

.venv/installed-dev: requirements-dev.lock smartwiki/search/dictionary.py | .venv/python-ready
	@echo "Installing the pinned packages, with those for developers…"
	@$(INSTALL) -r requirements-dev.lock
	@$(COMPILE)
	@$(DICTIONARY)
	@touch $@ .venv/installed

.venv/messages-compiled: $(PO) | .venv/installed
	@[ -z "$(PO)" ] || $(BIN)/pybabel --quiet compile -d locale -D django
	@touch $@
