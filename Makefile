# Millrace. Every target does its own set-up: a Python (3.11 to 3.14) and make are all it needs.
#
#   make setup                      build .venv, fetch the Socket.IO client, compile the kernel
#   make run [HOST=] [PORT=]        serve the dashboard, by default on http://127.0.0.1:5000
#   make test [BROWSER=none|PATH]   lint, types, all tests; BROWSER=none leaves the browser tests out
#   make lint                       style and types alone
#   make bench [BASE=revision]      measure; with BASE, against another commit
#   make clean                      remove what set-up and tests made

# PYTHON=/path names the Python to build .venv with; without it tools/setup.sh looks for one.
export PYTHON
PY := .venv/bin/python
ARGS ?=

.PHONY: help setup run test lint types style javascript bench clean dev-setup
.DEFAULT_GOAL := help

help:
	@sed -n 's/^#   //p' Makefile

setup:
	@sh tools/setup.sh run

dev-setup:
	@sh tools/setup.sh dev

run: setup
	@exec $(PY) app.py $(if $(HOST),--host "$(HOST)") $(if $(PORT),--port "$(PORT)")

lint: style types javascript

style: dev-setup
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .

types: dev-setup
	$(PY) -m mypy app.py simulator tools benchmarks tests

javascript: dev-setup
	@sh tools/check_javascript.sh

# The tests are given the browser by its path; `make test ARGS="-k name"` passes arguments on to pytest.
test: lint
ifeq ($(BROWSER),none)
	@echo "BROWSER=none: the browser tests are left out" >&2
	$(PY) -m pytest -m "not browser" $(ARGS)
else
	@browser=$$($(PY) -m tools.find_browser $(BROWSER)) && \
	MILLRACE_BROWSER="$$browser" $(PY) -m pytest $(ARGS)
endif

bench: dev-setup
	@$(PY) -m benchmarks $(if $(BASE),--base "$(BASE)") $(ARGS)

clean:
	rm -rf .venv static/vendor node_modules .artefacts .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
