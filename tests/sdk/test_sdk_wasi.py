"""wali-cc --target=wasm32-wasip1: plain modules of preview1, by the driver that also compiles for WALI."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import wasmtime

from tests.support import sdk_helpers
from tests.support.helpers import WaliRun
from tests.support.sdk_helpers import HELLO, Compiler, sections_of, tool
from tests.support.tools import ROOT
from wali.sdk import binutils, cli, driver, hints, install, linker, paths, shell, wasmobj
from wali.sdk.errors import SdkError

cc, sysroot = sdk_helpers.cc, sdk_helpers.sysroot  # fixtures
PREVIEW1 = "wasi_snapshot_preview1"
WASI = f"--target={paths.WASI_TRIPLE}"


def other_engine(path: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs the module by another implementation of WASI than ours."""
    command = [sys.executable, "-m", "tests.wasi.other_engine", "--dir", ".", path.name, *arguments]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(command, cwd=path.parent, env=environment, capture_output=True, text=True, check=False)


def module_of(path: Path) -> wasmtime.Module:
    return wasmtime.Module(wasmtime.Engine(), path.read_bytes())


# What it makes


def test_a_plain_module_that_another_engine_runs(cc: Compiler) -> None:
    path = cc.build(HELLO, WASI)
    module = module_of(path)  # of an engine that has not been told of threads
    assert {item.module for item in module.imports} == {PREVIEW1}
    exports = {item.name: item.type for item in module.exports}
    assert isinstance(exports["memory"], wasmtime.MemoryType)
    assert exports["memory"].limits.max is None
    assert {"memory", "_start"} == set(exports)
    done = other_engine(path)
    assert (done.stdout, done.returncode) == ("hello\n", 0)


def test_names_of_the_target(cc: Compiler) -> None:
    for words in (["--target=wasm32-wasi"], ["-target", "wasm32-wasi"], ["--target", "wasm32-unknown-wasip1"]):
        assert cc.run(*words, "-dumpmachine").stdout.strip() == "wasm32-unknown-wasip1"
    assert cc.run("--target=wasm32-unknown-linux-muslwali", "-dumpmachine").stdout.strip() == paths.TRIPLE
    for name in ("wasm32-wasip2", "x86_64-linux-gnu", ""):
        done = cc.run(f"--target={name}", cc.write(HELLO))
        assert done.returncode == 1
        assert f"--target={name}: not one of wasm32-wasip1" in done.stderr


def test_any_other_output_is_executable(cc: Compiler) -> None:
    path = cc.build(HELLO, WASI, output="prog")
    prefix, module = wasmobj.split_prefix(path.read_bytes())
    assert prefix.rstrip().endswith(b"wali-run")
    assert module.startswith(wasmobj.MAGIC)
    assert os.access(path, os.X_OK)
    assert subprocess.run([path], capture_output=True, check=True).stdout == b"hello\n"


def test_the_first_line_can_give_a_folder(cc: Compiler) -> None:
    """An executable module has no files by itself (docs/SDK.md)."""
    text = '#include <stdio.h>\nint main(void) { return fopen("file", "r") ? 7 : 8; }'
    path = cc.build(text, WASI, output="prog")
    cc.write("text", "file")
    assert subprocess.run([path], cwd=cc.folder, check=False).returncode == 8
    prefix, module = wasmobj.split_prefix(path.read_bytes())
    path.write_bytes(prefix.rstrip() + b" --dir=.\n" + module)
    assert subprocess.run([path], cwd=cc.folder, check=False).returncode == 7


def test_preprocess_assemble_compile_depend(cc: Compiler) -> None:
    path = cc.write('#include <stdio.h>\n#ifdef __wasi__\nint main(void) { puts("x"); return 0; }\n#endif\n')
    assert "puts" in cc.run(WASI, "-E", path).stdout
    assert cc.run(WASI, "-S", path, "-o", "x.s").returncode == 0
    assert "__main_void" in (cc.folder / "x.s").read_text()
    assert cc.run(WASI, "-c", "-MD", path).returncode == 0
    assert (cc.folder / "prog.o").read_bytes().startswith(wasmobj.MAGIC)
    assert "include/stdio.h" in (cc.folder / "prog.d").read_text()
    assert cc.run(WASI, "prog.o", "-o", "linked.wasm").returncode == 0
    assert other_engine(cc.folder / "linked.wasm").stdout == "x\n"


def test_a_makefile(cc: Compiler) -> None:
    cc.write("int f(void) { return 3; }\n", "f.c")
    cc.write("int f(void);\nint main(void) { return f(); }\n", "m.c")
    cc.write("prog.wasm: m.o libf.a\n\t$(CC) -o $@ m.o -L. -lf\nlibf.a: f.o\n\t$(AR) rcs $@ $^\n", "Makefile")
    environment = dict(line[7:].split("=", 1) for line in shell.environment(target=paths.WASI_TRIPLE).splitlines()[:-1])
    command = ["make", *(f"{name}={environment[name].strip(chr(39))}" for name in ("CC", "AR"))]
    done = subprocess.run(command, cwd=cc.folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert other_engine(cc.folder / "prog.wasm").returncode == 3


def test_companions(cc: Compiler, capsys: pytest.CaptureFixture[str]) -> None:
    cc.write("int f(void) { return 42; }", "f.c")
    assert cc.run(WASI, "-c", "f.c").returncode == 0
    assert cc.run("rc", "libf.a", "f.o", name="ar").returncode == 0
    assert " T f\n" in cc.run("libf.a", name="nm").stdout
    path = cc.build("int f(void); int main(void) { return f(); }", WASI, "-g", "-L.", "-lf")
    assert binutils.nm([str(path)]) == 0
    assert " _start\n" in capsys.readouterr().out
    assert {"name", ".debug_info"} <= {part.name for part in sections_of(path)}
    assert binutils.strip([str(path)]) == 0
    assert not {"name", ".debug_info"} & {part.name for part in sections_of(path)}
    assert other_engine(path).returncode == 42


def test_reactors_have_no_start(cc: Compiler) -> None:
    text = '__attribute__((export_name("answer"))) int answer(void) { return 42; }\n'
    exports = {item.name for item in module_of(cc.build(text, WASI, "-mexec-model=reactor")).exports}
    assert {"_initialize", "answer"} <= exports
    assert "_start" not in exports


def test_cmake(cc: Compiler) -> None:
    cc.write('#include <stdio.h>\nint main(void) { puts("made by cmake"); return 0; }\n', "m.c")
    cc.write(
        "cmake_minimum_required(VERSION 3.20)\nproject(t C)\ninclude(CheckFunctionExists)\ninclude(CheckTypeSize)\n"
        "check_function_exists(fork HAVE_FORK)\ncheck_function_exists(opendir HAVE_OPENDIR)\n"
        'check_type_size("long" LONG)\n'
        'if(HAVE_FORK OR NOT HAVE_OPENDIR OR NOT LONG EQUAL 4 OR NOT WASI)\n  message(FATAL_ERROR "wrong")\nendif()\n'
        'add_executable(m m.c)\nset_target_properties(m PROPERTIES SUFFIX ".wasm")\n',
        "CMakeLists.txt",
    )
    env = {**os.environ, "WALI_BIN": str(Path(tool("cc")[0]).parent)}
    first = ["--toolchain", shell.toolchain_file(), "-S", ".", "-B", "b", f"-DWALI_TARGET={paths.WASI_TRIPLE}"]
    for command in (first, ["--build", "b"]):
        done = subprocess.run(["cmake", *command], cwd=cc.folder, capture_output=True, text=True, env=env, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        assert "System is unknown" not in done.stdout + done.stderr
    assert other_engine(cc.folder / "b/m.wasm").stdout == "made by cmake\n"


# Options


def test_features_that_other_engines_have(cc: Compiler) -> None:
    text = "void f(float *a, int *b) { for (int i = 0; i < 1024; i++) b[i] = (int)a[i]; }\nint main(void) { return 0; }"
    usual, plain = (cc.build(text, WASI, "-O3", *more).read_bytes() for more in ([], ["-mwali-baseline"]))
    assert b"nontrapping-fptoint" in usual
    for feature in (b"simd128", b"atomics", b"exception-handling", b"reference-types"):
        assert b"+" + bytes([len(feature)]) + feature not in usual
    for feature in (b"nontrapping-fptoint", b"multivalue", b"extended-const"):
        assert b"+" + bytes([len(feature)]) + feature not in plain


JUMPS = """
#include <setjmp.h>
static jmp_buf b;
static void leave(int n) { if (n) leave(n - 1); longjmp(b, 7); }
int main(void) { int got = setjmp(b); if (!got) leave(3); return got; }
"""


def test_setjmp_by_exceptions(cc: Compiler) -> None:
    path = cc.build(JUMPS, WASI, "-O1", "-mwali-sjlj=wasm")
    assert {item.module for item in module_of_exceptions(path).imports} == {PREVIEW1}
    done = cc.run(WASI, cc.write(JUMPS))
    assert done.returncode == 1
    assert "-mwali-sjlj=wasm" in done.stderr.splitlines()[-1]
    done = cc.run(WASI, "-mwali-sjlj=host", cc.write(JUMPS))
    assert "wasm32-wasip1 has only -mwali-sjlj=wasm" in done.stderr


@pytest.mark.parametrize("target", [WASI, f"--target={paths.TRIPLE}"])
@pytest.mark.parametrize("options", [["-O0"], ["-O2"], ["-O2", "-flto"]], ids="".join)
def test_jumps_by_exceptions_arrive(cc: Compiler, wali_run: WaliRun, target: str, options: list[str]) -> None:
    """Also where the linker generates the code."""
    path = cc.build(JUMPS, target, "-mwali-sjlj=wasm", *options)
    assert wali_run(path).returncode == 7


def module_of_exceptions(path: Path) -> wasmtime.Module:
    config = wasmtime.Config()
    config.wasm_exceptions = True
    return wasmtime.Module(wasmtime.Engine(config), path.read_bytes())


def test_native_and_gnu_options_are_dropped(cc: Compiler) -> None:
    options = "-fPIC -pie -rdynamic -march=native -pthread -Wl,--start-group,-lc,--end-group -Wl,-rpath,/x -Wl,-z,relro"
    done = cc.run(WASI, cc.write(HELLO), *options.split(), "-lm", "-ldl", "-lrt", "-lpthread", "-o", "prog.wasm")
    assert (done.returncode, done.stderr) == (0, "")
    assert other_engine(cc.folder / "prog.wasm").stdout == "hello\n"


def test_the_linker_knows_the_target(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WALI_LD_TARGET", paths.WASI_TRIPLE)
    assert not any("max-memory" in word or "export" in word for word in linker.defaults([]))
    assert "stack-size=8388608" in linker.defaults([])
    monkeypatch.delenv("WALI_LD_TARGET")
    assert any("max-memory" in word for word in linker.defaults([]))


def test_help_tells_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert driver.main_cc(["--help"]) == 0
    assert WASI in capsys.readouterr().out


# What WASI lacks

LACKING = {
    "processes": "#include <unistd.h>\nint main(void) { return fork(); }",
    "a declared function": "int fork(void);\nint main(void) { return fork(); }",
    "waiting": "#include <sys/wait.h>\nint main(void) { return 0; }",
    "signals": "#include <signal.h>\nint main(void) { return 0; }",
    "sockets": "#include <sys/socket.h>\nint main(void) { return socket(AF_INET, SOCK_STREAM, 0); }",
    "mappings": "#include <sys/mman.h>\nint main(void) { return 0; }",
}


@pytest.mark.parametrize("what", LACKING)
def test_what_is_lacking_gets_a_hint(cc: Compiler, what: str) -> None:
    done = cc.run(WASI, cc.write(LACKING[what]))
    assert done.returncode == 1
    lines = done.stderr.splitlines()
    assert "error" in lines[0] + lines[1]
    assert lines[-1] == f"wali-cc: hint: {hints.HINT}"


def test_other_errors_get_none(cc: Compiler) -> None:
    done = cc.run(WASI, cc.write("int main(void) { return killed; }"))
    assert done.returncode == 1
    assert "use of undeclared identifier 'killed'" in done.stderr
    assert "hint" not in done.stderr
    assert hints.hint("\x1b[1mx.c:1: \x1b[0merror: call to undeclared function '\x1b[1mfork\x1b[0m'") == hints.HINT


def test_emulations_that_libc_offers_are_linked(cc: Compiler) -> None:
    text = """
        #include <signal.h>
        #include <sys/mman.h>
        #include <sys/resource.h>
        #include <time.h>
        #include <unistd.h>
        static int got;
        static void handler(int number) { got = number; }
        int main(void) { struct rusage use; signal(SIGINT, handler); raise(SIGINT);
            return got == SIGINT && clock() >= 0 && getpid() > 0 && getrusage(RUSAGE_SELF, &use) == 0 &&
            mmap(0, 65536, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED ? 9 : 1; }"""
    names = ("signal", "mman", "process-clocks", "getpid")
    options = [f"-D_WASI_EMULATED_{name.upper().replace('-', '_')}" for name in names]
    path = cc.build(text, WASI, *options, *(f"-lwasi-emulated-{name}" for name in names))
    assert other_engine(path).returncode == 9


def test_threads_cannot_be_started(cc: Compiler) -> None:
    text = """
        #include <errno.h>
        #include <pthread.h>
        static void *run(void *p) { return p; }
        int main(void) { pthread_t thread; return pthread_create(&thread, 0, run, 0) == EAGAIN ? 5 : 1; }"""
    assert other_engine(cc.build(text, WASI, "-pthread")).returncode == 5


# The sysroot


def test_every_header_compiles_alone(cc: Compiler) -> None:
    include = Path(paths.sdk_dir(paths.WASI_TRIPLE)) / "include"
    names = sorted(path.name for path in include.glob("[!_]*.h"))
    names += ["wasi/api.h", *sorted(f"sys/{path.name}" for path in (include / "sys").glob("*.h"))]
    assert {"stdio.h", "sys/stat.h", "wasi/api.h"} <= set(names)
    assert not {"sys/wait.h", "spawn.h", "sys/epoll.h"} & set(names)
    emulated = [f"-D_WASI_EMULATED_{name}" for name in ("SIGNAL", "MMAN", "PROCESS_CLOCKS", "GETPID")]
    for i, name in enumerate(names):
        cc.write(f"#define _GNU_SOURCE\n#include <{name}>\n", f"h{i}.c")
    sources = [f"h{i}.c" for i in range(len(names))]
    done = cc.run(WASI, "-fsyntax-only", "-mwali-sjlj=wasm", *emulated, *sources)
    assert done.returncode == 0, done.stderr


def test_it_is_a_sysroot_of_its_own(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WALI_SDK_DIR", raising=False)
    assert cli.main(["path", WASI]) == 0
    folder = capsys.readouterr().out.strip()
    assert folder != paths.sdk_dir()
    assert install.ensure(target=paths.WASI_TRIPLE) == Path(folder)
    assert cli.main(["list"]) == 0
    assert any(line.startswith(folder) and line.endswith("for WASI") for line in capsys.readouterr().out.splitlines())
    monkeypatch.setenv("WALI_SDK_DIR", "/opt/wali")
    assert paths.sdk_dir(paths.WASI_TRIPLE) == "/opt/wali-wasi"
    assert cli.main(["path", "--target=wasm64"]) == 1
    with pytest.raises(SdkError, match="not one of"):
        paths.target_named("wasm64")


def test_another_release_of_the_compiler_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "zig").write_text("#!/bin/sh\nexit 0\n")
    (tmp_path / "zig").chmod(0o755)
    monkeypatch.setattr(paths, "zig_dir", lambda: str(tmp_path))
    monkeypatch.setenv("WALI_SDK_DIR", str(tmp_path / "sdk"))
    with pytest.raises(SdkError, match="not of the version"):
        install.ensure(quiet=True, target=paths.WASI_TRIPLE)
    assert not (tmp_path / "sdk-wasi").exists()
