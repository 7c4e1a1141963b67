# Two commands: `make run` shows a guest running, `make test` checks everything.
# Both set up .venv in this folder first; the second time that takes no time.

PYTHON ?= python3
BIN := .venv/bin
SETUP := $(PYTHON) tools/bootstrap.py
OUR_C = $(shell find wali/native abi syscalls wasi -name '*.[ch]' -not -path '*/_generated/*')
CONFIGURE = PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/cmake -S . -G Ninja -DWALI_PYTHON="$(CURDIR)/$(BIN)/python" \
	-DWALI_PYTHON_INCLUDE="$$(cat .venv/python-includes 2>/dev/null)"

# What `wali sdk env` sets is for guests (NAMES of wali/sdk/shell.py).
ifdef WALI_HOST
unexport CC AR RANLIB NM STRIP CXX READELF WALI_HOST WALI_BIN WALI_TARGET CMAKE_TOOLCHAIN_FILE PKG_CONFIG PKG_CONFIG_LIBDIR WALI_PREFIX \
	CARGO_TARGET_WASM32_WALI_LINUX_MUSL_LINKER CARGO_TARGET_WASM32_WALI_LINUX_MUSL_RUNNER \
	CARGO_TARGET_WASM32_WALI_LINUX_MUSL_RUSTFLAGS CARGO_TARGET_WASM32_WALI_LINUX_MUSL_RUSTDOCFLAGS
endif

# The same tree with another command wali-run, and what is run by it.
SANITIZED := build/sanitize/prefix
RUN_SANITIZED = WALI_RUN="$(CURDIR)/$(SANITIZED)/bin/wali-run" PATH="$(CURDIR)/$(BIN):$$PATH"
SANITIZED_TESTS := contexts- or hostile- or memory- or signals- or sockets- or setjmp- or seccomp-
SANITIZED_WASI := tests/wasi tests/modules/test_preview2.py tests/modules/test_preview2_names.py \
	tests/modules/test_preview2_sockets.py tests/core/test_preview2_hostile.py tests/core/test_wasi_hostile.py \
	tests/core/test_wasi_native.py
SECONDS ?= 60

.PHONY: run test cxx-programs screen-programs rust-programs sdk-libraries ports bench distros sanitize fuzz lint core clean help

help:
	@echo 'make run    install into .venv and run the demo guest'
	@echo 'make test   install everything, the SDK too, and run all tests'
	@echo 'make cxx-programs  the programs in C++, those that take minutes to build too, by their own tests'
	@echo 'make screen-programs  tmux and nano on pseudoterminals, beside their native builds'
	@echo 'make rust-programs  Rust: its library, the libc crate, cargo, ripgrep by its own tests; minutes'
	@echo 'make sdk-libraries  all that `wali sdk add` builds, natively and as wasm, by their own tests'
	@echo 'make ports  programs natively and as wasm, by their own tests and their speed: docs/PORTS.md (PORTS="jq less": some)'
	@echo 'make bench  measure against native: a table, and files in bench-results/'
	@echo 'make distros  make run and the quick tests in bare Debians (ARGS="bookworm sid"), each unpacked for it'
	@echo 'make sanitize  the core by AddressSanitizer and UBSan: C tests, programs of WASI, and random calls for SECONDS=60'
	@echo 'make fuzz   random calls, damaged modules, and programs run natively and as wasm, for SECONDS=60 each (ARGS: one of them, --seed N)'
	@echo 'make lint   ruff, mypy --strict, clang-format, generated files, floors, and the core by gcc and clang with warnings as errors'
	@echo 'make core   rebuild the C core, in .venv and for the sources in wali/'
	@echo 'make clean  remove .venv and build/'

run:
	@$(SETUP)
	@$(BIN)/wali-run wali/demo/demo.wasm $(ARGS)

test:
	@$(SETUP) sdk test
	@$(BIN)/wali sdk install
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/pytest $(ARGS)

cxx-programs:
	@$(SETUP) sdk test
	@$(BIN)/wali sdk install
	@WALI_CXX_PROGRAMS=1 PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/pytest tests/programs/test_cxx_programs.py $(ARGS)

screen-programs:
	@$(SETUP) sdk test
	@$(BIN)/wali sdk install
	@WALI_SCREEN_PROGRAMS=1 PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/pytest tests/programs/test_tmux.py tests/programs/test_nano.py $(ARGS)

rust-programs:
	@$(SETUP) sdk test
	@$(BIN)/wali sdk install rust
	@WALI_RUST_PROGRAMS=1 PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/pytest tests/sdk/test_sdk_rust.py \
		tests/sdk/test_sdk_rust_libc.py tests/programs/test_rust_programs.py $(ARGS)

sdk-libraries:
	@$(SETUP) sdk test
	@$(BIN)/wali sdk install
	@WALI_SDK_LIBRARIES=1 PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/pytest tests/programs/test_sdk_libraries.py $(ARGS)

ports:
	@$(SETUP) sdk test
	@$(BIN)/wali sdk install
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python -m tests.ports $(PORTS)

bench:
	@$(SETUP) sdk test
	@$(BIN)/wali sdk install
	@$(BIN)/python -m tests.bench $(ARGS)

distros:
	@$(PYTHON) tools/distros.py $(ARGS)

sanitize:
	@$(SETUP) sdk test
	@$(BIN)/wali sdk install
	@$(CONFIGURE) -B build/sanitize -DWALI_SANITIZE=ON >/dev/null
	@$(BIN)/cmake --build build/sanitize --target wali-run
	@mkdir -p $(SANITIZED)/bin && ln -sfn "$(CURDIR)/.venv/lib" $(SANITIZED)/lib
	@cp build/sanitize/wali-run $(BIN)/wali $(SANITIZED)/bin/
	@$(RUN_SANITIZED) $(BIN)/pytest tests/test_c_tests.py -k "$(SANITIZED_TESTS)" $(ARGS)
	@$(RUN_SANITIZED) WALI_NATIVE_FLAGS="-fsanitize=address,undefined -fno-sanitize-recover=all" \
		$(BIN)/pytest $(SANITIZED_WASI) $(ARGS)
	@$(RUN_SANITIZED) $(BIN)/python -m tests.fuzz calls --seconds $(SECONDS)

fuzz:
	@$(SETUP) sdk test
	@$(BIN)/wali sdk install
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python -m tests.fuzz --seconds $(SECONDS) $(ARGS)

lint:
	@$(SETUP) dev sdk test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m syscalls.autogen --check
	$(BIN)/python -m wasi.autogen --check
	$(BIN)/python tools/option_header.py --check
	$(BIN)/clang-format --dry-run -Werror $(OUR_C)
	$(CONFIGURE) -B build/lint -DWALI_WERROR=ON >/dev/null
	$(BIN)/cmake --build build/lint --target wali-run wali-cc
	CC="$(CURDIR)/$(BIN)/python -m ziglang cc" $(CONFIGURE) -B build/lint-clang -DWALI_WERROR=ON >/dev/null
	$(BIN)/cmake --build build/lint-clang --target wali_core
	$(BIN)/pytest -q tests/test_floors.py tests/test_layering.py

core:
	@$(SETUP)

clean:
	rm -rf .venv build wali/_core.abi3.so
