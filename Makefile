# Each target is a sentence of `make help`. Every program runs as `.venv/bin/python -m …`, so that a folder with spaces
# in its name, or one that was moved, works too.

find_python = for python in .venv/bin/python python3 python3.14 python3.13 python3.12 python3.11; do \
	"$$python" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 15))' 2>/dev/null && \
	echo "$$python" && exit; done; echo python3

ifeq ($(origin PYTHON),undefined)
PYTHON := $(shell $(find_python))
endif
python := .venv/bin/python

.DEFAULT_GOAL := help
.PHONY: help install run test test-faults test-fast pictures coverage lint fix check bench lock preflight preflight-run tools browser

help: ## Show what make can do
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | while IFS="$$(printf '\t')" read -r name words; do \
		printf '  make %-10s %s\n' "$$name" "$$words"; done

install: preflight ## Make .venv complete for running and for the benchmarks
	@"$(PYTHON)" -m brief_audio.installation run

run: preflight-run install ## Start Brief Audio on http://127.0.0.1:8000 (PORT=… moves it)
	@exec $(python) manage.py run

test: tools browser ## Run every test and check but the longest, in a new random order
	@exec $(python) -m pytest $(at_once) -m "not long"

test-faults: tools ## Run the longest tests: faults that take over a minute to show
	@exec $(python) -m pytest $(at_once) -m long

coverage: tools browser ## Run them all and say which lines and branches none of them reached; nearly twice as long
	@exec $(python) -m pytest $(at_once) -m "not long" --cov --cov-fail-under=95

at_once := -n "$$(( $$(nproc) + 1 ))" --maxprocesses 4 --dist loadfile

pictures: tools browser ## Keep a picture of every page of the dashboard, wide and narrow, light and dark, in var/screenshots
	@exec $(python) -m pytest --pictures -k test_no_page_scrolls_sideways tests/e2e/dashboard

test-fast: tools ## Run the tests that start no process and no voice
	@exec $(python) -m pytest -m "not slow"

lint: tools ## Look at style and formatting
	@$(python) -m ruff check .
	@$(python) -m ruff format --check .

fix: tools ## Mend style and formatting
	@$(python) -m ruff check --fix .
	@$(python) -m ruff format .

check: lint ## Look at style, types and who imports whom
	@$(python) -m mypy
	@$(python) -c 'from importlinter.cli import lint_imports_command as check; check()'

bench: install ## Measure the night's work beside plain Coqui and Piper, about five minutes
	@exec $(python) -m bench.narration

lock: tools ## Write the lock files from requirements*.txt, for every supported Python
	@index="$${UV_DEFAULT_INDEX:-$${PIP_INDEX_URL:-$$($(python) -m pip config get global.index-url 2>/dev/null)}}"; \
	[ -z "$$index" ] || export UV_DEFAULT_INDEX="$$index"; \
	for name in requirements requirements-dev; do \
		$(python) -m uv pip compile $(lock_options) -o "$$name.lock" "$$name.txt" || exit; done

# uv reads none of pip's settings, hence the index above, and writes none of the addresses that it is given.
# PyTorch is installed before the rest, so the lock leaves it out with all that it alone needs.
lock_options := --quiet --universal --python-version 3.11 --generate-hashes --excludes requirements-torch.txt \
	--no-emit-index-url --no-emit-find-links --custom-compile-command "make lock"

# What the targets above stand on.

preflight:
	@command -v "$(PYTHON)" >/dev/null || { \
		echo "Brief Audio needs Python 3.11 to 3.14: install it, on Debian and Ubuntu with apt-get install python3-venv" >&2; exit 78; }
	@"$(PYTHON)" -m brief_audio.preflight

preflight-run: preflight
	@"$(PYTHON)" -m brief_audio.preflight --port

tools: preflight
	@"$(PYTHON)" -m brief_audio.installation test

browser:
	@command -v chromium >/dev/null || if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		echo "Installing Chromium for the tests of the pages …"; \
		apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq -y --no-install-recommends install chromium >/dev/null; \
	else echo "The tests of the pages need Chromium: apt-get install chromium"; fi
