# Two commands do everything on a bare machine with Python 3.11 to 3.13: `make demo` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
export OMP_NUM_THREADS ?= 2
export TOKENIZERS_PARALLELISM ?= false

.PHONY: demo rlef-demo test benchmark learning rlef clean

$(STAMP): pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(0 if (3, 11) <= sys.version_info[:2] <= (3, 13) else "symtune needs Python 3.11 to 3.13; call: make PYTHON=python3.11 ...")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[all,dev]'
	touch $@

demo: $(STAMP)
	$(BIN)/symtune run recipes/demo.toml --out demo

rlef-demo: $(STAMP)
	$(BIN)/symtune run recipes/rlef-demo.toml --out rlef-demo

test: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/mypy
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n 2 --dist worksteal --durations 15

benchmark: $(STAMP)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt evalplus
	$(BIN)/python benchmarks/judge.py
	$(BIN)/python benchmarks/service.py ../shared/data/mbpp

learning: $(STAMP)
	$(BIN)/python benchmarks/learning.py --seeds 3

rlef: $(STAMP)
	$(BIN)/python benchmarks/rlef.py --seeds 3

clean:
	rm -rf $(VENV) demo rlef-demo build dist
