# Ett kommando för varje sak. `make help` skriver sig självt av kommentarerna efter ##.

VENV := .venv
BIN := $(VENV)/bin
RUNTIME := $(VENV)/.runtime
DEV := $(VENV)/.dev
PORT ?= 8000
UV ?= uv
# -qq: only errors; an index that lacks one of the packages is no news.
PIP := $(BIN)/python -m pip --disable-pip-version-check install -qq

# The site of make run is for looking at; operation is docs/operations.md.
EXAMPLE := KB_ENVIRONMENT=development KB_BASE_URL=http://127.0.0.1:$(PORT)

.DEFAULT_GOAL := help
.PHONY: help run code seed setup test-tools test check lint format messages soak wayout bench lock audit clean
MAKEFLAGS += --no-print-directory

help: ## Visa den här listan
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(RUNTIME) ## Starta tjänsten med exempelinnehåll på http://127.0.0.1:8000 (annan port: make run PORT=8123)
	@$(EXAMPLE) $(BIN)/kb db upgrade
	@$(EXAMPLE) $(BIN)/kb seed --demo
	@$(EXAMPLE) $(BIN)/kb users demo
	@$(EXAMPLE) exec $(BIN)/kb serve --port $(PORT)

code: $(RUNTIME) ## Visa tvåstegskoden för ett demokonto (make code KONTO=granskare@demo.example)
	@$(EXAMPLE) $(BIN)/kb users code $(KONTO)

seed: $(RUNTIME) ## Läs in innehållet i seed/ på nytt
	@$(EXAMPLE) $(BIN)/kb db upgrade
	@$(EXAMPLE) $(BIN)/kb seed --demo

setup: $(DEV) test-tools ## Gör i ordning .venv och allt som testerna behöver

test: lint ## Kör alla granskningar och tester utom de långa
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder -m "not soak" $(ARGS)

check: test ## Allt som granskas före en ändring (lint och test; CI kör dessutom soak)

lint: setup ## Granska kod, typer, lager, beroenden och mallar
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/deptry .
	$(BIN)/djlint templates --lint --quiet

format: $(DEV) ## Rätta kodens form
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

messages: $(DEV) ## Uppdatera och kompilera den engelska ordlistan efter texterna i koden och mallarna
	$(BIN)/python -m tests.catalogue

soak: setup wayout ## Kör de långa testerna: avbrott, förlust, samtidighet, last, utbytt sökmotor, Lighthouse
	@tests/tools/install.sh lighthouse
	$(BIN)/python -m pytest --timeout 1800 -m soak $(ARGS)

# ADR 3: the way out of an unmaintained Whoosh is held open by running its tests on the fork.
FORK := $(VENV)/.fork
wayout: $(FORK)/.done ## Kör söktesterna med whoosh-reloaded i stället för Whoosh
	PYTHONPATH=$(FORK) $(BIN)/python -c "import whoosh; assert whoosh.__version__ == (2, 7, 5), whoosh.__file__"
	PYTHONPATH=$(FORK) $(BIN)/python -m pytest -n 2 --dist loadfile -q -m "not soak" tests/search

$(FORK)/.done: tests/tools/whoosh-reloaded.txt $(DEV)
	@rm -rf $(FORK)
	@$(PIP) --target $(FORK) --require-hashes -r $<
	@touch $@

bench: $(DEV) ## Mät söktider och minne, skriv instance/bench/latest.json
	$(BIN)/python -m tests.bench

# uv is not needed to install, run or test: only to choose new versions. One resolution for all three files.
LOCK := $(UV) pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --quiet
lock: ## Välj versioner på nytt och skriv låsfilerna (kräver uv; make lock UPGRADE=--upgrade tar nyare)
	@command -v $(UV) >/dev/null || { echo "make lock behöver uv: installera paketet uv med pip, eller ange make lock UV=/sökväg/till/uv"; exit 1; }
	$(LOCK) $(UPGRADE) pyproject.toml --group dev -o requirements-dev.lock
	$(LOCK) $(UPGRADE) pyproject.toml -c requirements-dev.lock -o requirements.lock
	$(LOCK) $(UPGRADE) --group build -c requirements-dev.lock -o requirements-build.lock

audit: $(DEV) ## Fråga efter kända sårbarheter i de låsta beroendena (kräver nät)
	$(BIN)/pip-audit --strict --require-hashes --disable-pip -r requirements.lock

clean: ## Ta bort miljö, cacher och byggen (aldrig instance/)
	rm -rf $(VENV) dist tests/tools/node_modules tests/tools/lighthouse/node_modules .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# --- the environment: stamp files say what is installed, so a second call does nothing ---

# A version manager's shim may exist and not run, so each candidate is asked before it is taken.
$(BIN)/python:
	@for candidate in python3.13 python3.12 python3.11 python3; do \
	  if $$candidate -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null; then chosen=$$candidate; break; fi; \
	done; \
	if [ -z "$$chosen" ]; then \
	  echo "Det behövs Python 3.11, 3.12 eller 3.13. Installera någon av dem (Debian: apt-get install python3 python3-venv) och kör om."; exit 1; \
	fi; \
	if ! $$chosen -c 'import ensurepip' 2>/dev/null && [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  apt-get update -qq && apt-get install -y -qq --no-install-recommends $$chosen-venv >/dev/null; \
	fi; \
	if ! $$chosen -c 'import ensurepip' 2>/dev/null; then \
	  echo "$$chosen saknar modulen venv. Installera den (Debian: apt-get install $$chosen-venv) och kör om."; exit 1; \
	fi; \
	echo "Gör en miljö i $(VENV) med $$($$chosen --version)" && $$chosen -m venv $(VENV)

$(RUNTIME): requirements.lock requirements-build.lock pyproject.toml | $(BIN)/python
	@echo "Installerar det som tjänsten behöver"
	@$(PIP) --require-hashes -r requirements.lock -r requirements-build.lock
	@$(PIP) --no-deps --no-build-isolation -e .
	@touch $@

$(DEV): requirements-dev.lock $(RUNTIME)
	@echo "Installerar det som testerna behöver"
	@$(PIP) --require-hashes -r requirements-dev.lock
	@touch $@

test-tools:
	@tests/tools/install.sh
