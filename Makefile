# Two commands do all the set-up: `make demo` and `make test`. Everything lives in .venv and .demo.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready
WORKERS ?= 2
QUESTION := treatments tried for calcinosis universalis in SLE

.PHONY: install demo serve test test-slow test-all lint check docs eval tune eval-gate eval-baseline peers clean

install: $(READY)

# torch goes first, so that nothing pulls in a build with CUDA.
$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit("Casetrove needs Python 3.11 or newer; this is " + sys.version.split()[0] + ": make PYTHON=python3.11 …") if sys.version_info < (3, 11) else None'
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --disable-pip-version-check -c constraints.txt torch==2.13.0
	$(BIN)/python -m pip install --disable-pip-version-check -c constraints.txt -e '.[dev,fast]'
	@touch $@

demo: $(READY)
	@$(BIN)/casetrove index corpus/samples --data .demo
	@echo
	@echo 'casetrove ask "$(QUESTION)"'
	@$(BIN)/casetrove ask "$(QUESTION)" --data .demo
	@echo
	@echo 'casetrove search "$(QUESTION)" -k 5'
	@$(BIN)/casetrove search "$(QUESTION)" -k 5 --data .demo
	@echo
	@echo 'Next: `make serve`, then open http://127.0.0.1:8000/ (API: docs/api.md)'

serve: $(READY)
	@$(BIN)/casetrove serve --data .demo

test: $(READY)
	$(BIN)/python -m pytest -m "not slow" -n $(WORKERS) --dist loadfile

# Minutes each: real encoder, real data where ../shared is there.
test-slow: $(READY)
	$(BIN)/python -m pytest -m slow -n $(WORKERS) --dist loadfile

test-all: test test-slow

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# Retrieval on the real sets, which lie beside the repository: minutes to index the first time, then seconds.
SETS ?= $(addprefix ../shared/data/retrieval/,case_title_to_narrative case_diagnosis_to_narrative evidence_passages \
	pubmedqa_mesh e3c_concepts scifact covidqa medrbench_category)
eval: $(READY)
	@rm -rf .eval/runs
	$(BIN)/casetrove eval run $(SETS) --system hybrid --against bm25 --against dense --data .eval --out .eval/runs
	@if test -d .venv-peers; then $(BIN)/casetrove eval peers $(SETS) --out .eval/runs; fi
	@$(BIN)/casetrove eval table .eval/runs
	@$(BIN)/casetrove eval table .eval/runs --half other
	@$(BIN)/casetrove eval plot .eval/runs --output .eval/systems.svg

# Every parameter of the ranking, from plain values, on the learned half of each set; half an hour of one core. The two
# sets over the same case reports count once, and clinicians' questions are one of the sets.
QUESTIONS := .eval/questions
tune: $(READY)
	$(BIN)/python -m eval.questions ../shared/data/reports/reports.jsonl $(QUESTIONS)
	$(BIN)/casetrove eval tune $(filter-out %case_diagnosis_to_narrative,$(SETS)) $(QUESTIONS) --data .eval --rounds 2 \
	  --start "hybrid(dense_weight=0.5,depth=100,k1=0.9,b=0.4,title=1,pairs=0,concepts=0,narrower=0,abbreviations=0,spelling=0)" \
	  --grid dense_weight=0.4,0.5,0.6,0.7 --grid k1=0.4,0.6,0.9,1.2 --grid b=0.1,0.3,0.5 --grid title=1,2,3 \
	  --grid pairs=0,0.2,0.4 --grid concepts=0,0.5,0.7,0.9 --grid narrower=0,0.05,0.1,0.2 \
	  --grid abbreviations=0,0.5,0.9 --grid spelling=0,0.5,0.9 --grid depth=100,200,400

# The small sets of the project's own against what is kept of them; BASELINE is renewed by `make eval-baseline`.
BASELINE := eval/data/baseline.json
eval-gate: $(READY)
	@rm -rf .eval/gate
	$(BIN)/casetrove eval run $(wildcard eval/data/sets/*) --data .eval --out .eval/gate
	$(BIN)/casetrove eval gate --baseline $(BASELINE) .eval/gate

eval-baseline: $(READY)
	@rm -rf .eval/gate
	$(BIN)/casetrove eval run $(wildcard eval/data/sets/*) --data .eval --out .eval/gate
	$(BIN)/casetrove eval baseline .eval/gate --output $(BASELINE)

# Other people's programs, each in an environment of its own: some GB in all. torch goes first, as above.
PEERS := $(patsubst eval/baselines/requirements-%.txt,%,$(wildcard eval/baselines/requirements-*.txt))
peers: $(PEERS:%=.venv-peers/%/.ready)

.venv-peers/%/.ready: eval/baselines/requirements-%.txt
	$(PYTHON) -m venv .venv-peers/$*
	@if grep -q '^torch==' $<; then .venv-peers/$*/bin/python -m pip install --disable-pip-version-check $$(grep '^torch==' $<); fi
	.venv-peers/$*/bin/python -m pip install --disable-pip-version-check -r $<
	@touch $@

docs: $(READY)
	$(BIN)/python -m typer casetrove.py utils docs --name casetrove --output docs/cli.md

check: lint test

clean:
	rm -rf .venv .venv-peers .demo .eval .mypy_cache .ruff_cache .pytest_cache .hypothesis build *.egg-info
