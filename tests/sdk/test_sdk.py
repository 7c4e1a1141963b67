"""The SDK: headers, the compiler driver and its companions."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.support import sdk_helpers
from tests.support.helpers import WaliRun
from tests.support.sdk_helpers import HELLO, Compiler, imported_names, sections_of, tool
from wali.sdk import binutils, driver, headers, link_words, linker, shell, wasmobj

cc, sysroot = sdk_helpers.cc, sdk_helpers.sysroot  # fixtures


# Headers


LAYOUTS = r"""
#define _GNU_SOURCE
#include <stddef.h>
#include <limits.h>
#include <float.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/msg.h>
#include <sys/resource.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/sysinfo.h>
#include <sys/timex.h>
#include <sys/uio.h>
#include <termios.h>
#include <ucontext.h>
#include <unistd.h>
#define IS(what, value) _Static_assert((what) == (value), #what)
IS(sizeof(long), 8); IS(sizeof(void *), 4); IS(sizeof(size_t), 4); IS(sizeof(time_t), 8);
IS(sizeof(off_t), 8); IS(sizeof(ino_t), 8); IS(sizeof(wchar_t), 4); IS(sizeof(long double), 16);
IS(sizeof(pthread_t), 4); IS(_Alignof(max_align_t), 16);
IS(LONG_MAX, 0x7fffffffffffffff); IS(SSIZE_MAX, 0x7fffffff); IS(SIZE_MAX, 0xffffffff); IS(PAGESIZE, 4096);
IS(LDBL_MANT_DIG, 113); IS(INT_FAST16_MAX, INT32_MAX);
IS(sizeof(struct stat), 144); IS(offsetof(struct stat, st_size), 48); IS(sizeof(struct statfs), 120);
IS(sizeof(struct timespec), 16); IS(sizeof(struct timeval), 16); IS(sizeof(struct rlimit), 16);
IS(sizeof(struct epoll_event), 12); IS(sizeof(struct flock), 32); IS(sizeof(struct winsize), 8);
IS(sizeof(struct iovec), 8); IS(sizeof(struct msghdr), 36); IS(offsetof(struct msghdr, msg_controllen), 24);
IS(sizeof(struct cmsghdr), 16); IS(CMSG_SPACE(4), 24); IS(CMSG_LEN(4), 20);
IS(sizeof(stack_t), 12); IS(sizeof(siginfo_t), 128); IS(offsetof(siginfo_t, si_pid), 16);
IS(offsetof(siginfo_t, si_addr), 16); IS(offsetof(siginfo_t, si_value), 24); IS(offsetof(siginfo_t, si_utime), 32);
IS(offsetof(ucontext_t, uc_stack), 12); IS(offsetof(ucontext_t, uc_sigmask), 280);
IS(sizeof(jmp_buf), 344); IS(sizeof(sigset_t), 128); IS(sizeof(pthread_attr_t), 56); IS(sizeof(pthread_mutex_t), 40);
IS(sizeof(struct shmid_ds), 112); IS(sizeof(struct semid_ds), 104); IS(sizeof(struct msqid_ds), 120);
IS((int)SIG_IGN, -2); IS((int)SIG_ERR, -1);
int main(void) { return 0; }
"""

KERNEL = """
#include <asm/types.h>
#include <asm/unistd.h>
#include <linux/fs.h>
#include <linux/futex.h>
#include <linux/if.h>
#include <linux/input.h>
#include <linux/io_uring.h>
#include <linux/swab.h>
#include <linux/types.h>
#include <mtd/mtd-user.h>
#include <scsi/sg.h>
#include <sys/syscall.h>
unsigned swapped(unsigned x) { return __swab32(x); }
_Static_assert(__NR_getrandom == 318 && SYS_getrandom == 318, "x86-64's numbers");
_Static_assert(sizeof(__kernel_ulong_t) == 8, "the kernel's long");
"""


def test_layouts_are_those_of_the_binary_interface(cc: Compiler) -> None:
    cc.build(LAYOUTS, "-Wall", "-Werror")


def test_kernel_headers_compile(cc: Compiler) -> None:
    done = cc.run("-c", cc.write(KERNEL), "-Wall", "-Werror")
    assert done.returncode == 0, done.stderr


def test_every_libc_header_compiles_alone(cc: Compiler, sysroot: Path) -> None:
    names = sorted(path.name for path in (sysroot / "include").glob("*.h"))
    names += sorted(f"sys/{path.name}" for path in (sysroot / "include/sys").glob("*.h"))
    for i, name in enumerate(names):
        cc.write(f"#define _GNU_SOURCE\n#include <{name}>\n", f"h{i}.c")
    done = cc.run("-fsyntax-only", *[f"h{i}.c" for i in range(len(names))])
    assert done.returncode == 0, done.stderr


def test_alltypes_guards_each_type() -> None:
    text = headers.alltypes("TYPEDEF unsigned _Addr size_t;\n", "STRUCT iovec { void *b; size_t l; };\n")
    assert "#if defined(__NEED_size_t) && !defined(__DEFINED_size_t)\ntypedef unsigned _Addr size_t;" in text
    assert "struct iovec { void *b; size_t l; };\n#define __DEFINED_struct_iovec" in text


# What the driver makes


def test_wasm_output_is_a_plain_module(cc: Compiler) -> None:
    path = cc.build(HELLO)
    assert path.read_bytes().startswith(wasmobj.MAGIC)


def test_any_other_output_is_executable(cc: Compiler) -> None:
    path = cc.build(HELLO, output="prog")
    prefix, module = wasmobj.split_prefix(path.read_bytes())
    assert prefix.startswith(b"#!")
    assert prefix.rstrip().endswith(b"wali-run")
    assert module.startswith(wasmobj.MAGIC)
    assert os.access(path, os.X_OK)


def test_a_out_is_the_default(cc: Compiler) -> None:
    assert cc.run(cc.write(HELLO)).returncode == 0
    assert os.access(cc.folder / "a.out", os.X_OK)


def test_objects_stay_objects(cc: Compiler) -> None:
    assert cc.run("-c", cc.write(HELLO)).returncode == 0
    assert (cc.folder / "prog.o").read_bytes().startswith(wasmobj.MAGIC)


def test_module_shape(cc: Compiler) -> None:
    """Section 2 of the binary interface: memory defined, shared, exported; functions imported from one module."""
    import wasmtime

    config = wasmtime.Config()
    config.wasm_threads = True
    config.shared_memory = True
    module = wasmtime.Module(wasmtime.Engine(config), cc.build(HELLO).read_bytes())
    assert {item.module for item in module.imports} == {"wali"}
    assert all(isinstance(item.type, wasmtime.FuncType) for item in module.imports)
    exports = {item.name: item.type for item in module.exports}
    memory = exports["memory"]
    assert isinstance(memory, wasmtime.MemoryType)
    assert memory.limits.max == 65536
    assert memory.limits.min >= 128  # 8 MiB of stack
    assert {"_start", "__stack_pointer"} <= set(exports)


def test_a_program_imports_what_it_reaches(cc: Compiler) -> None:
    text = "#include <unistd.h>\n#include <sys/syscall.h>\nint main(void) { return (int)syscall(SYS_gettid); }\n"
    names = imported_names(cc.build(text, "-O1"))
    assert "SYS_gettid" in names
    assert len(names) < 40
    assert len(imported_names(cc.build(text, "-O0"))) > 300  # a number known only at run time


MAINS = {
    "no arguments": ("int main(void) { return 3; }", 3),
    "empty list": ("int main() { return 4; }", 4),
    "two": ("int main(int argc, char **argv) { return argv[argc] ? 1 : argc; }", 3),
    "three": ("int main(int argc, char **argv, char **envp) { return argv[argc] || !envp[0] ? 1 : argc; }", 3),
}


@pytest.mark.parametrize("form", MAINS)
def test_forms_of_main(cc: Compiler, wali_run: WaliRun, form: str) -> None:
    text, status = MAINS[form]
    path = cc.build(text)
    assert wali_run(path, "a", "b").returncode == status


def test_no_main_is_a_link_error(cc: Compiler) -> None:
    done = cc.run(cc.write("int x;"))
    assert done.returncode != 0
    assert "undefined symbol: main" in done.stderr


# Options


def test_baseline_uses_no_later_feature(cc: Compiler) -> None:
    text = "void f(float *a, int *b) { for (int i = 0; i < 1024; i++) b[i] = (int)a[i]; }\nint main(void) { return 0; }"
    wanted = b"+\x07simd128"
    assert wanted in cc.build(text, "-O3").read_bytes()
    plain = cc.build(text, "-O3", "-mwali-baseline").read_bytes()
    for feature in (b"simd128", b"nontrapping-fptoint", b"multivalue", b"reference-types", b"extended-const"):
        assert feature not in plain


@pytest.mark.parametrize("options", [[], ["-mwali-sjlj=host"], ["-mwali-sjlj=wasm"], ["-mwali-sjlj=wasm", "-flto"]])
def test_ways_of_setjmp(cc: Compiler, options: list[str]) -> None:
    text = "#include <setjmp.h>\njmp_buf b; int main(void) { if (!setjmp(b)) longjmp(b, 1); return 0; }"
    names = imported_names(cc.build(text, "-O2", *options))
    assert ("setjmp" in names) == ("-mwali-sjlj=wasm" not in options)
    assert not any(name.startswith("__wasm_") for name in names)


def test_configure_finds_setjmp_without_headers(cc: Compiler) -> None:
    """Autoconf declares char sigsetjmp(void) by itself; that must link."""
    for name in ("setjmp", "sigsetjmp", "_setjmp", "siglongjmp"):
        done = cc.run(cc.write(f"char {name}(void);\nint main(void) {{ return {name}(); }}"), "-w", "-fno-builtin")
        assert done.returncode == 0, done.stderr


def test_unknown_own_option(cc: Compiler) -> None:
    done = cc.run("-mwali-fast", cc.write(HELLO))
    assert done.returncode == 1
    assert "-mwali-baseline" in done.stderr


def test_native_and_gnu_options_are_dropped(cc: Compiler) -> None:
    options = "-fPIC -pie -rdynamic -march=native -Wl,--start-group,-lc,--end-group -Wl,-rpath,/x -Wl,-z,relro,-z,now"
    more = "-Wl,--hash-style=gnu -Wl,--as-needed -Wl,-soname,x -Wl,--version-script=none -static -lm -ldl -lrt -lgcc"
    done = cc.run(cc.write("int tentative;\n" + HELLO), *options.split(), *more.split(), "-fcommon")
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""


def test_linker_filter() -> None:
    assert link_words.filter_options(["-z", "relro", "-z", "stack-size=65536", "a.o", "-rpath", "/x", "-O2"]) == [
        *("-z", "stack-size=65536", "a.o", "-O2"),
    ]
    assert link_words.filter_options(["-o", "-pie"]) == ["-o", "-pie"]
    assert linker.defaults(["-z", "stack-size=65536"]).count("-z") == 0
    assert link_words.output_of(["a.o"]) == "a.out"


def test_interpreter_line_fits_the_kernel() -> None:
    assert linker.interpreter_line("/opt/bin/wali-run") == b"#!/opt/bin/wali-run\n"
    assert linker.interpreter_line("/with space/wali-run") == b"#!/usr/bin/env wali-run\n"
    assert linker.interpreter_line("/" + "x" * 300) == b"#!/usr/bin/env wali-run\n"


def test_response_files(cc: Compiler) -> None:
    cc.write("-O2 -fPIC -mwali-baseline\n'-DTEXT=\"a b\"' -o from_response.wasm", "args")
    done = cc.run("@args", cc.write("#include <stdio.h>\nint main(void) { puts(TEXT); return 0; }"))
    assert done.returncode == 0, done.stderr
    assert (cc.folder / "from_response.wasm").is_file()
    assert driver.expand_responses(["@no-such-file"]) == ["@no-such-file"]


def test_queries(cc: Compiler, sysroot: Path) -> None:
    assert cc.run("-print-sysroot").stdout.strip() == str(sysroot)
    assert cc.run("-dumpmachine").stdout.strip() == "wasm32-unknown-linux-muslwali"
    assert "clang version" in cc.run("--version").stdout
    assert Path(cc.run("-print-file-name=libc.a").stdout.strip()).is_file()


def test_preprocess_assemble_depend(cc: Compiler) -> None:
    path = cc.write(HELLO)
    assert "puts" in cc.run("-E", path).stdout
    assert cc.run("-S", path, "-o", "x.s").returncode == 0
    assert "__main_void" in (cc.folder / "x.s").read_text()
    assert "prog.o:" in cc.run("-M", path).stdout


def test_errors_are_the_compilers(cc: Compiler) -> None:
    done = cc.run(cc.write("int main(void) { return x; }"))
    assert done.returncode == 1
    assert "use of undeclared identifier" in done.stderr


# Companions


def test_archives(cc: Compiler) -> None:
    cc.write("int f(void) { return 42; }", "f.c")
    assert cc.run("-c", "f.c").returncode == 0
    assert cc.run("rc", "libf.a", "f.o", name="ar").returncode == 0
    assert cc.run("libf.a", name="ranlib").returncode == 0
    assert cc.run("t", "libf.a", name="ar").stdout == "f.o\n"
    assert " T f\n" in cc.run("libf.a", name="nm").stdout
    cc.build("int f(void); int main(void) { return f(); }", "-L.", "-lf")


def test_nm(cc: Compiler, capsys: pytest.CaptureFixture[str]) -> None:
    text = "extern int u; int d = 1; static int s(void) { return u; } __attribute__((weak)) int w(void) { return s(); }"
    cc.run("-c", cc.write(text), "-fno-inline")
    assert binutils.nm(["-g", str(cc.folder / "prog.o")]) == 0
    lines = {tuple(line.split()[-2:]) for line in capsys.readouterr().out.splitlines()}
    assert {("U", "u"), ("D", "d"), ("W", "w")} <= lines
    assert ("t", "s") not in lines
    assert binutils.nm([str(cc.folder / "prog.c")]) == 1


def test_strip_keeps_the_program(cc: Compiler, wali_run: WaliRun) -> None:
    path = cc.build(HELLO, "-g", output="prog")
    before = {part.name for part in sections_of(path)}
    assert {"name", ".debug_info"} <= before
    assert binutils.strip([str(path)]) == 0
    assert not {"name", ".debug_info"} & {part.name for part in sections_of(path)}
    assert path.read_bytes().startswith(b"#!")
    assert os.access(path, os.X_OK)
    assert wali_run(path).stdout == "hello\n"


def test_strip_leaves_objects_alone(cc: Compiler) -> None:
    cc.run("-g", "-c", cc.write(HELLO))
    before = (cc.folder / "prog.o").read_bytes()
    assert binutils.strip(["--strip-debug", str(cc.folder / "prog.o")]) == 0
    assert (cc.folder / "prog.o").read_bytes() == before


def test_cmake(cc: Compiler) -> None:
    cc.write("int g(void) { return 0; }\n", "g.c")
    cc.write('#include "stdio.h"\nint g(void);\nint main(void) { puts("made by cmake"); return g(); }\n', "m.c")
    cc.write(
        "cmake_minimum_required(VERSION 3.20)\nproject(t C)\ninclude(CheckFunctionExists)\ninclude(CheckTypeSize)\n"
        "check_function_exists(epoll_create1 HAVE_EPOLL)\ncheck_function_exists(kqueue HAVE_KQUEUE)\n"
        'check_type_size("long" LONG)\ncheck_type_size("void *" POINTER)\nfind_package(Threads REQUIRED)\n'
        'if(NOT HAVE_EPOLL OR HAVE_KQUEUE OR NOT LONG EQUAL 8 OR NOT POINTER EQUAL 4)\n  message(FATAL_ERROR "wrong")\n'
        "endif()\nadd_library(g STATIC g.c)\nadd_executable(m m.c)\ntarget_link_libraries(m g Threads::Threads)\n",
        "CMakeLists.txt",
    )
    env = {**os.environ, "WALI_BIN": str(Path(tool("cc")[0]).parent)}
    for command in (["--toolchain", shell.toolchain_file(), "-S", ".", "-B", "b"], ["--build", "b"]):
        done = subprocess.run(["cmake", *command], cwd=cc.folder, capture_output=True, text=True, env=env, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
    assert os.access(cc.folder / "b/m", os.X_OK)
