# make demo   the main job on an embedded mail server     make demo ARGS=--once   the same, then exit
# make test   every test                                   make bench              figures, as ratios within one run
VENV := .venv
PYTHON ?= python3
ARGS ?=
TESTS ?= tests

.PHONY: demo test bench lint servers clean

demo: $(VENV)/ready
	@$(VENV)/bin/maild demo $(ARGS)

test: $(VENV)/ready-dev servers
	$(VENV)/bin/ruff check maild tests
	$(VENV)/bin/python -m pytest -n 2 --dist loadgroup $(TESTS) $(ARGS)

bench: $(VENV)/ready-dev servers
	$(VENV)/bin/python -m tests.bench $(ARGS)

lint: $(VENV)/ready-dev
	$(VENV)/bin/ruff check --fix maild tests

# Real servers for the live tests: Dovecot, Postfix, PostgreSQL, Chromium; installed only by root, and only when missing.
servers:
	@tests/live/install

$(VENV)/bin/python:
	@tests/live/make-venv "$(PYTHON)" $(VENV)

$(VENV)/ready: $(VENV)/bin/python pyproject.toml
	$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check -e '.[demo]'
	@touch $@

$(VENV)/ready-dev: $(VENV)/ready
	$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check --upgrade 'pip>=25.1'
	$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check --group dev
	@touch $@

clean:
	rm -rf $(VENV) dist build
