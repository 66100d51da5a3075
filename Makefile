# Two commands are all a newcomer needs: `make run` and `make test`. Both set up what they need.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SAMPLE := sqlite:///store/sample.sqlite

.PHONY: run test bench bench-large lint shots docs lock setup chromium sample reset-sample

run: setup sample            ## the sample clinic on http://127.0.0.1:8501
	CLINIC_DATABASE_URL=$(SAMPLE) $(BIN)/streamlit run dashboard.py

sample: setup
	@$(BIN)/python -m sample_data --if-missing $(SAMPLE)

reset-sample: setup          ## the sample clinic as new, dated up to today
	$(BIN)/python -m sample_data $(SAMPLE)

test: setup chromium lint    ## everything CI checks
	$(BIN)/pytest -n 2 --dist loadfile

bench: setup                 ## benchmarks, as ratios against floors measured in the same run
	$(BIN)/python -m benchmarks

bench-large: setup           ## the same for 100,000 patients and 10 million scores; about 4 GB of temporary disk
	$(BIN)/python -m benchmarks --large

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

shots: setup chromium        ## docs/screens from the running sample clinic
	$(BIN)/python -m tests.shots

docs: setup                  ## the pages of docs/ that are generated
	$(BIN)/python -m tests.generated_docs

setup: $(VENV)/installed

$(VENV)/installed: requirements-dev.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; name it with: make PYTHON=python3.12")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

chromium:
	@command -v chromium >/dev/null || { test "$$(id -u)" = 0 && command -v apt-get >/dev/null \
	  && apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium fonts-liberation >/dev/null; } \
	  || { echo "Chromium is missing. Install it with: sudo apt-get install chromium"; exit 1; }

lock: setup                  ## after a change of dependencies in pyproject.toml
	uv pip compile pyproject.toml --universal --generate-hashes --no-emit-index-url --no-emit-find-links --no-header -q -o requirements.txt
	uv pip compile pyproject.toml --group dev --universal --generate-hashes --no-emit-index-url --no-emit-find-links --no-header -q -o requirements-dev.txt
