.POSIX:
.SUFFIXES:

# make setup   the virtual environment in .venv, with everything pinned, and the models
# make chat    setup, then the chat on http://127.0.0.1:7860
# make test    setup, then lint, types and all tests; what continuous integration runs; WORKERS=0: one test at a time
# make results  eval/RESULTS.md anew: hours, unless the runs in build/results are there already
# make bench   speed, as ratios within one run, into build/bench: ten minutes; ten users at once are benchmarks/ten_users.py
# make picture  the pictures of README and docs, taken from the running chat
# make lock    both lock files anew from pyproject.toml; UPGRADE=--upgrade takes the newest versions
# make clean   removes .venv and what the tools left behind; not your library, nor the models' cache
#
# PYTHON=/path/to/python3.11 names the Python to use; by default the first 3.11 or 3.12 that is found.

BIN = .venv/bin
STAMP = .venv/.setup-done

UPGRADE =
WORKERS = 2

all: setup

setup: $(STAMP)

$(STAMP): requirements.lock requirements-models.lock pyproject.toml tools/setup
	@sh tools/setup "$(PYTHON)"

chat: setup
	@exec $(BIN)/colloquy chat

test: lint types pytest

lint: setup
	$(BIN)/ruff check .

types: setup
	$(BIN)/mypy --strict index rag eval

# Files of tests are run side by side, those with pages in Chromium by themselves: beside the heavy ones a page is late.
# A thread of libgomp that waits spins, and keeps the other worker from its core.
PYTEST = GOMP_SPINCOUNT=1000 $(BIN)/python -m pytest -ra -n $(WORKERS) --dist loadfile --no-loadscope-reorder

pytest: setup chromium
	$(PYTEST) -m "not browser"
	$(PYTEST) -m browser

chromium:
	@sh tools/chromium

lock:
	@python=$$(sh tools/python "$(PYTHON)") && "$$python" tools/lock.py $(UPGRADE)

results: setup
	$(BIN)/python -m tools.results

bench: setup
	@for part in start answers tokens indexing at_once growth; do $(BIN)/python benchmarks/$$part.py || exit 1; done

picture: setup chromium
	$(BIN)/python tools/picture.py

clean:
	rm -rf .venv build colloquy.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.PHONY: results bench picture all setup chat test lint types pytest chromium lock clean
