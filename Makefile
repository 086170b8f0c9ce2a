# `make help` lists the targets with their comments. Programs run as `.venv/bin/python -m …`, so that folders with
# spaces in their names, or that were moved, work too.

find_python = for python in .venv/bin/python python3 python3.14 python3.13 python3.12 python3.11; do \
	"$$python" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 15))' 2>/dev/null && \
	echo "$$python" && exit; done; echo python3

ifeq ($(origin PYTHON),undefined)
PYTHON := $(shell $(find_python))
endif
python := .venv/bin/python

.DEFAULT_GOAL := help
.PHONY: help install run test test-faults test-fast pictures coverage lint fix check bench lock preflight preflight-run tools browser

help: ## List the make targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | while IFS="$$(printf '\t')" read -r name words; do \
		printf '  make %-10s %s\n' "$$name" "$$words"; done

install: preflight ## Install everything for running and for the benchmarks into .venv
	@"$(PYTHON)" -m brief_audio.installation run

run: preflight-run install ## Start Brief Audio on http://127.0.0.1:8000 (PORT=… changes the port)
	@exec $(python) manage.py run

test: tools browser ## Run all tests and checks except the longest, in random order
	@exec $(python) -m pytest $(at_once) -m "not long"

test-faults: tools ## Run the longest tests: faults that take over a minute each
	@exec $(python) -m pytest $(at_once) -m long

coverage: tools browser ## Like test, and report uncovered lines and branches; takes nearly twice as long
	@exec $(python) -m pytest $(at_once) -m "not long" --cov --cov-fail-under=95

at_once := -n "$$(( $$(nproc) + 1 ))" --maxprocesses 4 --dist loadfile

pictures: tools browser ## Save screenshots of every dashboard page, wide and narrow, light and dark, to var/screenshots
	@exec $(python) -m pytest --pictures -k test_no_page_scrolls_sideways tests/e2e/dashboard

test-fast: tools ## Run the tests that start no processes and no voice
	@exec $(python) -m pytest -m "not slow"

lint: tools ## Check style and formatting
	@$(python) -m ruff check .
	@$(python) -m ruff format --check .

fix: tools ## Fix style and formatting
	@$(python) -m ruff check --fix .
	@$(python) -m ruff format .

check: lint ## Check style, types and imports
	@$(python) -m mypy
	@$(python) -c 'from importlinter.cli import lint_imports_command as check; check()'

bench: install ## Compare generation speed with plain Coqui and Piper; takes about five minutes
	@exec $(python) -m bench.narration

lock: tools ## Update the lock files from requirements*.txt, for all supported Pythons
	@index="$${UV_DEFAULT_INDEX:-$${PIP_INDEX_URL:-$$($(python) -m pip config get global.index-url 2>/dev/null)}}"; \
	[ -z "$$index" ] || export UV_DEFAULT_INDEX="$$index"; \
	for name in requirements requirements-dev; do \
		$(python) -m uv pip compile $(lock_options) -o "$$name.lock" "$$name.txt" || exit; done

# uv ignores pip's settings, so the index is passed above. No index URLs are written to the lock files.
# PyTorch is installed first, so the lock excludes it and everything that only PyTorch needs.
lock_options := --quiet --universal --python-version 3.11 --generate-hashes --excludes requirements-torch.txt \
	--no-emit-index-url --no-emit-find-links --custom-compile-command "make lock"

# Helper targets

preflight:
	@command -v "$(PYTHON)" >/dev/null || { \
		echo "Brief Audio needs Python 3.11 to 3.14. Install it (on Debian and Ubuntu: apt-get install python3-venv)." >&2; exit 78; }
	@"$(PYTHON)" -m brief_audio.preflight

preflight-run: preflight
	@"$(PYTHON)" -m brief_audio.preflight --port

tools: preflight
	@"$(PYTHON)" -m brief_audio.installation test

browser:
	@command -v chromium >/dev/null || if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		echo "Installing Chromium for the page tests …"; \
		apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq -y --no-install-recommends install chromium >/dev/null; \
	else echo "The page tests need Chromium. Install it: apt-get install chromium"; fi
