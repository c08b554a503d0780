# CityDesk. `make help` lists the commands.
SHELL := /bin/bash
PYTHON ?= python3
VENV ?= .venv
VLLM_VENV := .venv-vllm
BIN := $(VENV)/bin
ONCE ?=
DATA ?= ../shared/data
PIP_INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt

.DEFAULT_GOAL := help
.PHONY: help demo test test-vllm check fix serve eval bench clean

help: ## List the commands
	@grep -E '^[a-z-]+:.*?## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 20

$(VENV)/.core: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "CityDesk needs Python 3.11 or newer: make PYTHON=python3.11 …"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || { echo "No venv module: apt-get install python3-venv"; exit 1; }
	@echo "Installing CityDesk …"
	@$(PIP_INSTALL) --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.core
	@echo "Installing what the tests need …"
	@$(PIP_INSTALL) --editable '.[dev,models,eval]'
	@touch $@

demo: $(VENV)/.core ## Install, build the example city, answer scripted questions, serve the chat page (ONCE=1 stops before serving)
	@$(BIN)/citydesk demo $(if $(ONCE),--once)

serve: $(VENV)/.core ## Serve the chat page and the API
	@$(BIN)/citydesk knowledge build && $(BIN)/citydesk serve

test: check ## Install what the tests need and run them all
	@$(BIN)/python -m pytest

$(VLLM_VENV)/.ready: tests/vllm/requirements.txt
	@test -x $(VLLM_VENV)/bin/python || $(PYTHON) -m venv $(VLLM_VENV)
	@echo "Installing vLLM for CPUs (2 GB) …"
	@$(VLLM_VENV)/bin/python -m pip install --quiet --disable-pip-version-check --no-compile --no-deps --requirement $<
	@$(VLLM_VENV)/bin/python -c 'import torch' || { echo "vLLM needs the CPU build of torch: tell pip where one is (PIP_FIND_LINKS), then again"; rm -rf $(VLLM_VENV); exit 1; }
	@touch $@

test-vllm: $(VENV)/.dev $(VLLM_VENV)/.ready ## Test against a real vLLM server on this machine's CPUs, with a tiny random model made here
	@$(BIN)/python -m pytest tests/vllm -m vllm

check: $(VENV)/.dev ## Format, lint, types, import rules, the example pack
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/citydesk check cities/yunlan

fix: $(VENV)/.dev ## Format and mend what can be mended
	@$(BIN)/ruff check --fix . ; $(BIN)/ruff format .

eval: $(VENV)/.core ## Run the small set of the offline suite on the example city (a few minutes)
	@$(BIN)/citydesk knowledge build && { test -d var/yunlan/feeds || $(BIN)/citydesk feeds example; } && $(BIN)/citydesk eval run

bench: $(VENV)/.dev ## Measure on the public data beside the project (DATA=../shared/data): about half an hour
	$(BIN)/citydesk eval retrieval --articles $(DATA)/laws/articles_current.jsonl.gz --questions $(DATA)/statute_questions/dev.jsonl --folds 5 --split random
	$(BIN)/citydesk eval retrieval --articles $(DATA)/laws/articles_current.jsonl.gz --questions $(DATA)/statute_questions/dev.jsonl --folds 5 --split block
	$(BIN)/citydesk eval ingest $(DATA)/laws/originals.tar.gz
	$(BIN)/citydesk eval masking $(DATA)/pii/argus_cases.jsonl
	$(BIN)/citydesk eval gate-messages $(DATA)/petitions/labelled.dev.jsonl
	$(BIN)/citydesk eval triage --train $(DATA)/petitions/labelled.dev.jsonl --folds 5
	$(BIN)/citydesk eval duplicates --stream $(DATA)/petitions/stream.jsonl --pairs $(DATA)/petitions/stream_pairs.jsonl
	$(BIN)/citydesk eval turns --articles $(DATA)/laws/articles_current.jsonl.gz --questions $(DATA)/statute_questions/dev.jsonl

clean: ## Remove the environment and what was built
	rm -rf $(VENV) $(VLLM_VENV) var build *.egg-info
