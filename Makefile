# Everything a fresh machine needs: stock Python 3.11 and make. The environment lives in .venv and is
# made from pinned versions; it is remade when a pin or pyproject.toml changes.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: demo test lint train bench bench-truth eval eval-pin eval-public eval-register record clean help pins schema

help:
	@echo "make demo    set up, analyse the sample archive, write reports to clauseproof-reports/"
	@echo "make test    set up, lint, type-check, run the tests"
	@echo "make eval    every evaluation task on the fixtures, held to eval/baseline.json"
	@echo "make eval-public  the public sets beside their anchors (needs ../shared)"
	@echo "make train   train the classifier of practices again (needs ../shared)"
	@echo "make bench   the measurements of docs/quality.md on the real archive (needs ../shared)"
	@echo "make bench-truth  planted falsehoods through the whole pipeline, by kind (needs ../shared)"
	@echo "make pins    renew constraints.txt from pyproject.toml"

demo: $(READY)
	$(BIN)/clauseproof demo

# Two workers, each with whole files: what a file prepares is prepared once.
test: $(READY) lint
	$(BIN)/pytest -n 2 --dist loadfile

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: $(READY)
	$(BIN)/python bench/archive.py
	$(BIN)/python bench/quotes.py
	$(BIN)/python bench/analyses.py
	$(BIN)/python bench/speed.py
	$(BIN)/python bench/planted.py
	$(BIN)/python bench/intervals.py

SHARED := ../shared
GENAI := $(SHARED)/archives/genai-contrib-versions.bundle

# The planted prose of eval/datasets/truth.jsonl, then falsehoods made from it by script.
bench-truth: $(READY)
	$(BIN)/clauseproof archive list --json | grep -q '"genai-contrib-versions"' || $(BIN)/clauseproof archive add $(GENAI)
	-$(BIN)/clauseproof eval run truth --dataset eval/datasets/truth.jsonl
	$(BIN)/python bench/truth.py

# The classifier of practices; training/README.md says from what. Deterministic.
train: $(READY)
	$(BIN)/clauseproof archive list --json | grep -q '"genai-contrib-versions"' || $(BIN)/clauseproof archive add $(GENAI)
	$(BIN)/python -m clauseproof.training --archive genai-contrib-versions \
	  --claudette $(SHARED)/datasets/unfair_tos/claudette50_train.jsonl

eval: $(READY)
	$(BIN)/clauseproof eval run all --gate eval/baseline.json

# Refuses to lower a floor; to lower one on purpose, add --lower-floors by hand.
eval-pin: $(READY)
	$(BIN)/clauseproof eval run all --pin eval/baseline.json

eval-public: $(READY)
	$(BIN)/clauseproof eval run classification --dataset $(SHARED)/datasets/opp115/valid.jsonl --map eval/label_maps/opp115.yaml --anchors
	$(BIN)/clauseproof eval run retrieval --dataset $(SHARED)/datasets/policyqa/dev_queries.jsonl --map eval/label_maps/policyqa.yaml --anchors
	$(BIN)/clauseproof eval run classification --dataset $(SHARED)/datasets/unfair_tos/claudette50_train.jsonl --map eval/label_maps/claudette.yaml --anchors

eval-register: $(READY)
	$(BIN)/python -m clauseproof.evaluation.register > eval/law_register.jsonl

pins: $(READY)
	$(BIN)/uv pip compile --quiet --no-emit-index-url --no-header --no-annotate --python-version 3.11 \
	  --extra dev --extra models --extra evaluation pyproject.toml --output-file constraints.txt

record: $(READY)
	$(BIN)/python -m tests.llm.record

schema: $(READY)
	$(BIN)/python -m clauseproof.reporting.schema > docs/report.schema.json

# uv installs from the pinned list in seconds where pip alone resolves for minutes.
$(READY): pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check "uv>=0.8"
	$(BIN)/uv pip install --quiet --compile-bytecode --constraint constraints.txt --editable ".[dev,models,evaluation]"
	$(BIN)/python -m compileall -q src
	@touch $(READY)

clean:
	rm -rf $(VENV) clauseproof-reports .clauseproof
