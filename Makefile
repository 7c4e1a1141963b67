# Two commands: `make run` shows a guest running, `make test` checks everything.
# Both set up .venv in this folder first; the second time that takes no time.

PYTHON ?= python3
BIN := .venv/bin
SETUP := $(PYTHON) tools/bootstrap.py
OUR_C = $(shell find wali/native abi syscalls -name '*.[ch]' -not -path '*/_generated/*')
CONFIGURE = PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/cmake -S . -G Ninja -DWALI_PYTHON="$(CURDIR)/$(BIN)/python" \
	-DWALI_PYTHON_INCLUDE="$$(cat .venv/python-includes 2>/dev/null)"

# What `wali sdk env` sets is for guests (NAMES of wali/sdk/shell.py).
ifdef WALI_HOST
unexport CC AR RANLIB NM STRIP CXX READELF WALI_HOST WALI_BIN CMAKE_TOOLCHAIN_FILE PKG_CONFIG_LIBDIR
endif

.PHONY: run test bench lint core clean help

help:
	@echo 'make run    install into .venv and run the demo guest'
	@echo 'make test   install everything, the SDK too, and run all tests'
	@echo 'make bench  measure against native: a table, and files in bench-results/'
	@echo 'make lint   ruff, mypy --strict, clang-format, generated files, floors, and the core with warnings as errors'
	@echo 'make core   rebuild the C core, in .venv and for the sources in wali/'
	@echo 'make clean  remove .venv and build/'

run:
	@$(SETUP)
	@$(BIN)/wali-run wali/demo/demo.wasm $(ARGS)

test:
	@$(SETUP) sdk test
	@$(BIN)/wali sdk install
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/pytest $(ARGS)

bench:
	@$(SETUP) sdk test
	@$(BIN)/wali sdk install
	@$(BIN)/python -m tests.bench $(ARGS)

lint:
	@$(SETUP) dev sdk test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m syscalls.autogen --check
	$(BIN)/python tools/option_header.py --check
	$(BIN)/clang-format --dry-run -Werror $(OUR_C)
	$(CONFIGURE) -B build/lint -DWALI_WERROR=ON >/dev/null
	$(BIN)/cmake --build build/lint --target wali-run
	$(BIN)/pytest -q tests/test_floors.py tests/test_layering.py

core:
	@$(SETUP)

clean:
	rm -rf .venv build wali/_core.abi3.so
