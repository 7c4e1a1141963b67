"""The SDK: headers, the compiler driver and its companions, installation, and programs made with it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.helpers import WaliRun, command_path, python_command
from wali.sdk import binutils, cli, debsource, driver, edits, headers, install, linker, source, wasmobj
from wali.sdk.errors import SdkError

Done = subprocess.CompletedProcess[str]
HELLO = '#include <stdio.h>\nint main(void) { puts("hello"); return 0; }\n'


def tool(name: str) -> list[str]:
    """One of the SDK's commands, as installed or from the checkout."""
    installed = Path(sys.executable).parent / f"wali-{name}"
    if installed.exists():
        return [str(installed)]
    return python_command(f"from wali.sdk.driver import main_{name} as start; sys.exit(start(sys.argv[1:]))")


class Compiler:
    """wali-cc in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(self, text: str, name: str = "prog.c") -> Path:
        path = self.folder / name
        path.write_text(text)
        return path

    def run(self, *arguments: object, name: str = "cc") -> Done:
        return subprocess.run(
            [*tool(name), *map(str, arguments)],
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
            env={**os.environ, "WALI_RUN": command_path("wali-run")[0]},
        )

    def build(self, text: str, *options: str, output: str = "prog.wasm", name: str = "prog.c") -> Path:
        done = self.run(self.write(text, name).name, *options, "-o", output)
        assert done.returncode == 0, done.stderr
        return self.folder / output


@pytest.fixture(scope="session")
def sysroot() -> Path:
    """The sysroot in its usual place; made once if it is not there."""
    return install.ensure(quiet=True)


@pytest.fixture
def cc(tmp_path: Path, sysroot: Path) -> Compiler:  # noqa: ARG001
    return Compiler(tmp_path)


def sections_of(path: Path) -> list[wasmobj.Section]:
    return wasmobj.sections(wasmobj.split_prefix(path.read_bytes())[1])


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
    names = import_names(cc.build(text, "-O1"))
    assert "SYS_gettid" in names
    assert len(names) < 40
    assert len(import_names(cc.build(text, "-O0"))) > 300  # a number known only at run time


def import_names(path: Path) -> set[str]:
    module = path.read_bytes()
    names = wasmobj._import_names(module, wasmobj.sections(module))
    return {name for kind in names.values() for name in kind}


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
    names = import_names(cc.build(text, "-O2", *options))
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


def test_shared_libraries_are_refused_clearly(cc: Compiler) -> None:
    for option in ("-shared", "-Wl,-shared"):
        done = cc.run(option, cc.write(HELLO))
        assert done.returncode == 1
        assert "no dynamic linking" in done.stderr


def test_native_and_gnu_options_are_dropped(cc: Compiler) -> None:
    options = "-fPIC -pie -rdynamic -march=native -Wl,--start-group,-lc,--end-group -Wl,-rpath,/x -Wl,-z,relro,-z,now"
    more = "-Wl,--hash-style=gnu -Wl,--as-needed -Wl,-soname,x -Wl,--version-script=none -static -lm -ldl -lrt -lgcc"
    done = cc.run(cc.write(HELLO), *options.split(), *more.split())
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""


def test_linker_filter() -> None:
    assert linker.filter_options(["-z", "relro", "-z", "stack-size=65536", "a.o", "-rpath", "/x", "-O2"]) == [
        *("-z", "stack-size=65536", "a.o", "-O2"),
    ]
    assert linker.filter_options(["-o", "-pie"]) == ["-o", "-pie"]
    assert linker.defaults(["-z", "stack-size=65536"]).count("-z") == 0
    assert linker.output_of(["a.o"]) == "a.out"


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


def test_cxx_says_so(cc: Compiler) -> None:
    done = cc.run("x.cc", name="cxx") if tool("cxx")[0] == sys.executable else cc.run("x.cc", name="c++")
    assert done.returncode == 1
    assert "C++ is not yet supported" in done.stderr


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
    for command in (["--toolchain", cli.toolchain_file(), "-S", ".", "-B", "b"], ["--build", "b"]):
        done = subprocess.run(["cmake", *command], cwd=cc.folder, capture_output=True, text=True, env=env, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
    assert os.access(cc.folder / "b/m", os.X_OK)


# Installation


def test_install_is_idempotent_and_quick(sysroot: Path) -> None:
    stamp = (sysroot / "sdk.json").stat()
    assert install.ensure() == sysroot
    assert (sysroot / "sdk.json").stat().st_mtime_ns == stamp.st_mtime_ns


def test_wrong_source_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "musl.tar.gz"
    path.write_bytes(b"something else")
    monkeypatch.setenv("WALI_SDK_DIR", str(tmp_path / "sdk"))
    with pytest.raises(SdkError, match="sha256"):
        install.ensure(musl_source=str(path), quiet=True)
    assert [entry.name for entry in tmp_path.iterdir() if entry.name.startswith(".building")] == []


def test_missing_source_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WALI_MUSL_SOURCE", str(tmp_path / "none.tar.gz"))
    with pytest.raises(SdkError, match=r"none\.tar\.gz: no such file"):
        source.obtain(None, tmp_path)


def test_no_network_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(folder: Path) -> Path:
        raise SdkError(f"nothing for {folder}")

    monkeypatch.delenv("WALI_MUSL_SOURCE", raising=False)
    monkeypatch.setattr(source, "_from_debian", fails)
    monkeypatch.setattr(source, "_from_upstream", fails)
    with pytest.raises(SdkError, match="--musl-source"):
        source.obtain(None, tmp_path)


def test_missing_compiler_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [])
    monkeypatch.delenv("WALI_SDK_DIR", raising=False)
    with pytest.raises(SdkError, match=r"pip install 'wali-runtime\[sdk\]'"):
        install.ensure()


def test_somebody_elses_folder_is_not_replaced(tmp_path: Path) -> None:
    target, new = tmp_path / "mine", tmp_path / "scratch" / "sysroot"
    target.mkdir()
    new.mkdir(parents=True)
    (target / "precious").write_text("x")
    with pytest.raises(SdkError, match="not empty"):
        install._replace(new, target)
    assert (target / "precious").exists()


def test_edits_insist_on_the_text(tmp_path: Path) -> None:
    (tmp_path / "a.c").write_text("one two two")
    edits.apply(tmp_path, (edits.Edit("a.c", "one", "1", ""),))
    assert (tmp_path / "a.c").read_text() == "1 two two"
    for old in ("two", "three"):
        with pytest.raises(SdkError, match="not as expected"):
            edits.apply(tmp_path, (edits.Edit("a.c", old, "", "why"),))


def test_cli(capsys: pytest.CaptureFixture[str], sysroot: Path) -> None:
    assert cli.main(["path"]) == 0
    assert capsys.readouterr().out.strip() == str(sysroot)
    assert cli.main(["path", "--cmake"]) == 0
    assert Path(capsys.readouterr().out.strip()).is_file()
    assert cli.main(["env"]) == 0
    text = capsys.readouterr().out
    assert "export CC=" in text
    assert "export AR=" in text
    assert "--host=wasm32-unknown-linux-muslwali" in text
    assert cli.main([]) == 2


# Debian's archive


def test_apt_configuration_one_line_format() -> None:
    text = (
        "# deb http://no/debian x main\n"
        "deb [arch=amd64 signed-by=/k.gpg] http://m/debian/ bookworm main contrib # why\n"
        "deb-src http://m/debian bookworm-updates main\n"
    )
    assert debsource.parse_list(text) == [
        debsource.Mirror("http://m/debian", "bookworm", ("main", "contrib"), "/k.gpg"),
        debsource.Mirror("http://m/debian", "bookworm-updates", ("main",), ""),
    ]


def test_apt_configuration_deb822() -> None:
    text = (
        "Types: deb\n# a comment\nURIs: http://m/debian\nSuites: trixie\n trixie-updates\nComponents: main\n"
        "Signed-By: /k.gpg\n\nEnabled: no\nTypes: deb\nURIs: http://off\nSuites: trixie\nComponents: main\n"
    )
    assert debsource.parse_deb822(text) == [
        debsource.Mirror("http://m/debian", "trixie", ("main",), "/k.gpg"),
        debsource.Mirror("http://m/debian", "trixie-updates", ("main",), "/k.gpg"),
    ]


def test_pool_addresses() -> None:
    mirrors = [debsource.Mirror("http://m/d", "bookworm", ("contrib", "main"), "")]
    assert debsource.pool_uris(mirrors, "musl", "f.tgz")[0] == "http://m/d/pool/main/m/musl/f.tgz"
    assert debsource.pool_uris(mirrors, "libfoo", "f")[0] == "http://m/d/pool/main/libf/libfoo/f"
    security = [debsource.Mirror("http://m/s", "bookworm-security", ("main",), "")]
    assert "http://m/s/pool/updates/main/m/musl/f" in debsource.pool_uris(security, "musl", "f")


def test_files_that_are_there_are_not_fetched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.tar"
    path.write_bytes(b"contents")
    monkeypatch.setattr(debsource, "system_mirrors", list)
    assert debsource.fetch("a", "1", {"a.tar": debsource.checksum(path)}, tmp_path) == [path]
    with pytest.raises(SdkError, match="no Debian mirror"):
        debsource.fetch("a", "1", {"a.tar": "0" * 64}, tmp_path)


def test_a_wrong_checksum_from_the_mirror_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Liar(debsource.PrivateApt):
        def download(self, uri: str, target: Path, digest: str) -> str:
            del uri, digest
            target.write_bytes(b"tampered")
            return ""

        def update(self, kind: str) -> str:
            return f"no index of {kind}"

    mirror = debsource.Mirror("http://m", "stable", ("main",), "")
    monkeypatch.setattr(debsource, "system_mirrors", lambda: [mirror])
    monkeypatch.setattr(debsource, "PrivateApt", Liar)
    with pytest.raises(SdkError, match="cannot fetch"):
        debsource.fetch("a", "1", {"a.tar": "0" * 64}, tmp_path)
    assert not (tmp_path / "a.tar").exists()


# Programs


RUNS: dict[str, tuple[str, str]] = {
    "stdio is flushed at exit": (
        '#include <stdio.h>\nint main(void) { printf("no newline"); return 0; }',
        "no newline",
    ),
    "exit handlers and constructors": (
        '#include <stdio.h>\n#include <stdlib.h>\n__attribute__((constructor)) static void c(void) { puts("ctor"); }\n'
        '__attribute__((destructor)) static void d(void) { puts("dtor"); }\nstatic void e(void) { puts("atexit"); }\n'
        'int main(void) { atexit(e); puts("main"); exit(0); }',
        "ctor\nmain\natexit\ndtor\n",
    ),
    "environment": (
        "#include <stdio.h>\n#include <stdlib.h>\n"
        'int main(void) { puts(getenv("SDK_TEST")); puts(getenv("SDK_NONE") ? "?" : "none"); return 0; }',
        "a=b c\nnone\n",
    ),
    "auxiliary vector": (
        "#include <stdio.h>\n#include <sys/auxv.h>\n#include <string.h>\n#include <unistd.h>\nint main(int c, char **v)\n"
        '{ (void)c; printf("%ld %d %d %d\\n", sysconf(_SC_PAGESIZE), getauxval(AT_PAGESZ) == 4096, '
        "!strcmp((char *)getauxval(AT_EXECFN), v[0]), getauxval(AT_RANDOM) != 0); return 0; }",
        "4096 1 1 1\n",
    ),
    "sizes in printf and scanf": (
        "#include <stdio.h>\n#include <stddef.h>\nint main(void) { size_t z[2] = {1, 7}; long l; ptrdiff_t t; long long j;\n"
        'sscanf("4000000000 -5 123456789012 9", "%zu %td %ld %jd", z, &t, &l, &j);\n'
        'printf("%zu %zu %td %ld %jd %p %Lg\\n", z[0], z[1], t, l, j, (void *)16, 1.5L); return 0; }',
        "4000000000 7 -5 123456789012 9 0x10 1.5\n",
    ),
    "widened variable arguments": (
        "#define _GNU_SOURCE\n#include <stdio.h>\n#include <fcntl.h>\n#include <unistd.h>\n#include <sys/prctl.h>\n"
        '#include <sys/syscall.h>\n#include <string.h>\nint main(void) { char name[17] = {0}; prctl(PR_SET_NAME, "sdk");\n'
        "volatile int nr = SYS_getpid; int copy = fcntl(1, F_DUPFD, 20); prctl(PR_GET_NAME, name);\n"
        'printf("%s %d %d %d\\n", name, syscall(nr) == getpid(), syscall(SYS_write, 1, "w\\n", 2) == 2, copy >= 20 && '
        "fcntl(copy, F_GETFD) == 0); return 0; }",
        "w\nsdk 1 1 1\n",
    ),
    "sorting where a work array once overflowed": (
        "#include <stdio.h>\n#include <stdlib.h>\nstatic int cmp(const void *a, const void *b)\n"
        "{ int x = *(const int *)a, y = *(const int *)b; return (x > y) - (x < y); }\nint v[200000];\n"
        "int main(void) { for (int i = 0; i < 200000; i++) v[i] = (int)(i * 2654435761u >> 8);\n"
        "qsort(v, 200000, sizeof *v, cmp); for (int i = 1; i < 200000; i++) if (v[i - 1] > v[i]) return 1;\n"
        'puts("sorted"); return 0; }',
        "sorted\n",
    ),
    "invalid EUC-KR": (
        '#include <stdio.h>\n#include <errno.h>\n#include <iconv.h>\nint main(void) { char in[] = "\\xc8\\x41", out[16];\n'
        'char *i = in, *o = out; size_t n = 2, m = 16; iconv_t c = iconv_open("UTF-8", "EUC-KR");\n'
        'printf("%d %d %zu\\n", iconv(c, &i, &n, &o, &m) == (size_t)-1, errno == EILSEQ, m); return 0; }',
        "1 1 16\n",
    ),
    "copies of every size": (
        "#include <stdio.h>\n#include <string.h>\nstatic unsigned char a[3000], b[3000];\nint main(void) { unsigned s = 1;\n"
        "for (int t = 0; t < 4000; t++) { s = s * 1103515245 + 12345; unsigned n = s >> 22, o = s >> 13 & 511, p = s >> 5 & 255;\n"
        "for (int i = 0; i < 3000; i++) a[i] = b[i] = (unsigned char)(i * 7 + t);\n"
        "memmove(a + o, a + p, n); if (o < p) for (unsigned i = 0; i < n; i++) b[o + i] = b[p + i];\n"
        "else for (unsigned i = n; i--;) b[o + i] = b[p + i];\nif (memcmp(a, b, 3000)) return 1; }\n"
        'puts("equal"); return 0; }',
        "equal\n",
    ),
    "thread-locals and threads": (
        "#include <pthread.h>\n#include <stdio.h>\n#include <errno.h>\n_Thread_local int t = 5; _Alignas(64) _Thread_local char al;\n"
        "static void *f(void *p) { errno = *(int *)p; t += errno; return (void *)(t + ((int)&al & 63)); }\n"
        "int main(void) { pthread_t id[8]; int n[8], sum = 0; for (int i = 0; i < 8; i++) { n[i] = i;\n"
        "pthread_create(id + i, 0, f, n + i); }\nfor (int i = 0; i < 8; i++) { void *r; pthread_join(id[i], &r); sum += (int)r; }\n"
        'printf("%d %d\\n", sum, t); return 0; }',
        "68 5\n",
    ),
    "setjmp": (
        "#include <setjmp.h>\n#include <stdio.h>\nstatic jmp_buf b; static void deep(int n) { if (n) deep(n - 1); longjmp(b, 7); }\n"
        'int main(void) { volatile int v = 1; int r = setjmp(b); if (!r) { v = 2; deep(10); } printf("%d %d\\n", r, v); return 0; }',
        "7 2\n",
    ),
}


@pytest.mark.parametrize("options", ["-O0", "-O2", "-O2 -mwali-baseline"])
@pytest.mark.parametrize("name", RUNS)
def test_programs_run(cc: Compiler, wali_run: WaliRun, name: str, options: str) -> None:
    text, output = RUNS[name]
    path = cc.build(text, "-Wall", "-Werror", *options.split())
    done = wali_run("--env", "SDK_TEST=a=b c", path)
    assert (done.stdout, done.returncode) == (output, 0), done.stderr


def test_setjmp_by_exceptions_runs(cc: Compiler, wali_run: WaliRun) -> None:
    text, output = RUNS["setjmp"]
    assert wali_run(cc.build(text, "-O2", "-mwali-sjlj=wasm")).stdout == output


def test_null_pointer_faults(cc: Compiler, wali_run: WaliRun) -> None:
    text = "int main(int c, char **v) { (void)v; volatile int *p = (int *)(c - 1); return *p; }"
    assert wali_run(cc.build(text)).returncode in (-11, 139)


def test_executable_modules_run_as_programs(cc: Compiler) -> None:
    path = cc.build(HELLO, output="prog")
    assert subprocess.run([str(path)], capture_output=True, text=True, check=True, timeout=60).stdout == "hello\n"
