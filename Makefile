# `make book` and `make test` need only Python 3.11+, make and internet access.
.DEFAULT_GOAL := help
.PHONY: help book page release test elsewhere lab serve lint notebooks results bench portable lock clean

unexport PYTHONDONTWRITEBYTECODE  # packages that are compiled once are imported in half the time
PYTHON  ?= python3
PROFILE ?= demo
JOBS    ?= 2
BIN     := $(CURDIR)/.venv/bin
BUILT   := build/$(notdir $(basename $(PROFILE)))/book
CONVERT := $(BIN)/jupyter nbconvert --to notebook --inplace --log-level=ERROR
RUN     := $(CONVERT) --execute --ExecutePreprocessor.timeout=-1 --ExecutePreprocessor.record_timing=False --ExecutePreprocessor.store_widget_state=False
# several processes share the cores: threads that outnumber them wait for each other
CORES   := $(shell $(PYTHON) -c 'import os; print(max(1, os.cpu_count() // $(JOBS)))')
SHARED  := OMP_NUM_THREADS=$(CORES) OMP_WAIT_POLICY=PASSIVE
# chapter 2 trains what others use
FIRST    = $(1)/02_*.ipynb
OTHERS   = $(1)/0[134567]_*.ipynb $(1)/[a-z]*.ipynb
CHAPTER := echo "   %"; BLOODSHOT_PROFILE=$(PROFILE) $(RUN) % || exit 255
CHAPTERS = ls $(call FIRST,$(1)) | xargs -I % sh -c '$(CHAPTER)' && \
  ls $(call OTHERS,$(1)) | $(SHARED) xargs -P $(JOBS) -I % sh -c '$(CHAPTER)'
TESTS   := $(SHARED) $(BIN)/python -m pytest --nbval -n $(JOBS) --dist loadfile \
  --no-loadscope-reorder
TIDY    := $(CONVERT) --coalesce-streams  # keep only a progress bar's last state

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 18

book: .venv/ready page ## run the notebooks (PROFILE=demo: built-in cells; JOBS=2 at a time) and build the book
	@echo "== running the notebooks on the profile $(PROFILE)"
	rm -rf $(BUILT) && mkdir -p $(BUILT) && cp -rL book/. $(BUILT) && rm -rf $(BUILT)/_build
	@$(call CHAPTERS,$(BUILT)/notebooks)
	@$(TIDY) $(BUILT)/notebooks/*.ipynb
	@echo "== building the book"
	$(BIN)/jupyter-book build -q -n -W --keep-going $(BUILT)
	@echo "The book: $(CURDIR)/$(BUILT)/_build/html/index.html"

page: .venv/ready ## build/bloodshot.html, the page that needs no installation
	@echo "== building the page that needs no installation"
	$(BIN)/python -m page.build build/bloodshot.html

release: book ## what the users of a version download, in build/release/, with checksums
	@echo "== packing the release"
	rm -rf build/release
	PYTHONPATH=book/_ext $(BIN)/python .ci/release.py $(BUILT)/_build/html build/release

test: .venv/ready lint page ## all tests: the library, the built book in a browser, the notebooks against their stored outputs
	@echo "== tests of the library and the book; the notebooks against their stored outputs"
	$(TESTS) --durations=20 $(call FIRST,notebooks) tests $(call OTHERS,notebooks)

# the others read committed results
AGED    = BLOODSHOT_ARTIFACTS=$(CURDIR)/build/elsewhere ATEN_CPU_CAPABILITY=default ONEDNN_MAX_CPU_ISA=SSE41
elsewhere: .venv/ready ## the chapters that use a neural network, as on an old processor, against their stored outputs
	@echo "== the notebooks, as on a processor without AVX"
	rm -rf build/elsewhere && mkdir -p build/elsewhere
	for twin in artifacts/twin-*; do test ! -d $$twin || cp -r $$twin build/elsewhere; done  # drawn by numpy
	$(AGED) $(TESTS) $(call FIRST,notebooks) notebooks/0[1457]_*.ipynb notebooks/your_own_cells.ipynb \
	  notebooks/03_*.ipynb  # last: it uses what chapter 2 trains

lint: .venv/ready ## style and unused code
	$(BIN)/ruff check .

lab: .venv/ready ## open the notebooks in JupyterLab
	$(BIN)/jupyter lab notebooks

serve: .venv/ready ## preview the built book at http://localhost:8000
	@test -d $(BUILT)/_build/html || $(MAKE) book
	$(BIN)/python -m http.server 8000 --bind localhost --directory $(BUILT)/_build/html

notebooks: .venv/ready ## run the notebooks in place, to refresh the committed outputs
	@$(call CHAPTERS,notebooks)
	@$(TIDY) notebooks/*.ipynb

results: .venv/ready ## run a profile on real cells and write results/ (PROFILE=pbc)
	$(BIN)/python -m bloodshot_lib.study $(PROFILE)

bench: .venv/ready ## compare the obvious way and ours, step by step, into results/bench.json; ten minutes
	$(BIN)/python -m benchmarks.bench

portable: .venv/ready ## check the chapters' claims on imitated processors and other seeds, into results/; half an hour
	$(BIN)/python -m experiments.portable

lock: .venv/ready ## rewrite requirements.lock from pyproject.toml
	$(BIN)/uv pip compile --universal --python-version 3.11 --all-extras --no-header --no-annotate --upgrade \
	  pyproject.toml -o requirements.lock

clean: ## remove everything built or trained, but not the environment
	rm -rf build artifacts book/_build page/node_modules .pytest_cache .ruff_cache .hypothesis

.venv/ready: requirements.lock pyproject.toml
	@echo "== setting up .venv with the exact versions of requirements.lock (about 6 GB)"
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' || \
	  { echo "Python 3.11, 3.12 or 3.13 is needed; $(PYTHON) is $$($(PYTHON) --version). Try make PYTHON=python3.12 ..."; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	$(BIN)/uv pip install --quiet --python $(BIN)/python -r requirements.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps -e .
	@touch $@
