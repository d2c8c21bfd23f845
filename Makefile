# Everything a fresh machine needs: stock Python 3.11 and make. The environment lives in .venv and is
# made from pinned versions; it is remade when a pin or pyproject.toml changes.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: demo test lint check bench bench-truth record clean help pins schema

help:
	@echo "make demo    set up, analyse the sample archive, write reports to clauseproof-reports/"
	@echo "make test    set up, lint, type-check, run the tests"
	@echo "make bench   the measurements of docs/quality.md on the real archive (needs ../shared)"
	@echo "make bench-truth  planted falsehoods through the whole pipeline, by kind (needs ../shared)"
	@echo "make pins    renew constraints.txt from pyproject.toml"

demo: $(READY)
	$(BIN)/clauseproof demo

test: $(READY) lint
	$(BIN)/pytest

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: $(READY)
	$(BIN)/python bench/archive.py
	$(BIN)/python bench/quotes.py
	$(BIN)/python bench/retrieval.py
	$(BIN)/python bench/classification.py
	$(BIN)/python bench/analyses.py

bench-truth: $(READY)
	$(BIN)/python bench/truth.py

pins: $(READY)
	$(BIN)/uv pip compile --quiet --no-emit-index-url --no-header --no-annotate --python-version 3.11 \
	  --extra dev --extra models pyproject.toml --output-file constraints.txt

record: $(READY)
	$(BIN)/python -m tests.llm.record

schema: $(READY)
	$(BIN)/python -m clauseproof.reporting.schema > docs/report.schema.json

# uv installs from the pinned list in seconds where pip alone resolves for minutes.
$(READY): pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check "uv>=0.8"
	$(BIN)/uv pip install --quiet --compile-bytecode --constraint constraints.txt --editable ".[dev,models]"
	$(BIN)/python -m compileall -q src
	@touch $(READY)

clean:
	rm -rf $(VENV) clauseproof-reports .clauseproof
