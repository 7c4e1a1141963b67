"""wali-c++: its options, what wali-cc does with C++, CMake, and how programs end that an exception leaves."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import sdk_helpers
from tests.support.helpers import WaliRun, command_path
from tests.support.sdk_helpers import Compiler, Done, tool
from wali.sdk import cxx, cxx_options, driver, install, paths
from wali.sdk.errors import SdkError

HELLO = '#include <iostream>\nint main() { std::cout << "hello" << std::endl; }\n'
CATCHES = (
    "#include <cstdio>\n#include <stdexcept>\nint main(int c, char **) {\n"
    'try { if (c < 9) throw std::runtime_error("caught"); } catch (const std::exception &e) { puts(e.what()); }\n}\n'
)


@pytest.fixture(scope="session")
def sysroot() -> Path:
    """The sysroot in its usual place, with C++."""
    return install.ensure(quiet=True, with_cxx=True)


cc = sdk_helpers.cc  # a fixture


@pytest.mark.parametrize(
    "options",
    [
        ["-O0", "-g"],
        ["-O3"],
        ["-Os", "-flto"],
        ["-std=c++23"],
        ["-std=c++98"],
        ["-mwali-baseline"],
        ["-mwali-sjlj=wasm"],
        ["-mllvm", "-wasm-use-legacy-eh=false"],
        ["-fexceptions", "-stdlib=libstdc++"],
    ],
    ids=" ".join,
)
def test_options(cc: Compiler, wali_run: WaliRun, options: list[str]) -> None:
    done = wali_run(cc.build(CATCHES, *options, name="prog.cc"))
    assert (done.returncode, done.stdout, done.stderr) == (0, "caught\n", "")


def test_without_exceptions_and_type_information(cc: Compiler, wali_run: WaliRun) -> None:
    text = '#include <vector>\n#include <cstdio>\nint main() { std::vector<int> v(3); printf("%zu\\n", v.size()); }\n'
    options = ("-Os", "-fno-exceptions", "-fno-rtti")
    done = wali_run(cc.build(text, *options, name="prog.cc"))
    assert (done.returncode, done.stdout) == (0, "3\n")
    refused = cc.run(cc.write("int main() { throw 1; }", "b.cc"), *options, name="c++")
    assert "exceptions disabled" in refused.stderr


def test_hello_is_small(cc: Compiler, wali_run: WaliRun) -> None:
    path = cc.build(HELLO, "-Os", name="prog.cc")
    assert cc.run(path, name="strip").returncode == 0
    assert path.stat().st_size < 500_000
    assert wali_run(path).stdout == "hello\n"
    plain = cc.build('extern "C" int puts(const char *);\nint main() { puts("x"); }\n', "-Os", output="p", name="p.cc")
    assert plain.stat().st_size < 20_000, "a program that uses nothing of the library has nothing of it"


def test_executable_module(cc: Compiler) -> None:
    path = cc.build(HELLO, "-O1", output="hello", name="prog.cc")
    assert subprocess.run([path], capture_output=True, text=True, check=True).stdout == "hello\n"


@pytest.mark.parametrize("libraries", [["-lc++", "-lc++abi"], ["-lstdc++"], ["-lstdc++", "-lsupc++", "-lunwind"]])
def test_wali_cc_compiles_cxx_and_links_c(cc: Compiler, wali_run: WaliRun, libraries: list[str]) -> None:
    source = cc.write(CATCHES, "prog.cpp")
    assert "undefined symbol" in cc.run(source).stderr
    for more in ([], ["-O2", "-flto"]):
        assert cc.run(source, *more, "-o", "prog.wasm", *libraries).returncode == 0
        assert wali_run(cc.folder / "prog.wasm").stdout == "caught\n"
    assert cc.run("-c", source, "-o", "prog.o").returncode == 0
    assert cc.run("prog.o", "-o", "prog.wasm", name="c++").returncode == 0
    assert wali_run(cc.folder / "prog.wasm").stdout == "caught\n"


def test_which_files_are_cxx() -> None:
    for line in ("a.cc", "-O2 -c a.cpp", "a.c b.cxx", "-x c++ a.c", "-xc++ -", "-o x.c a.C", "-MF a.d a.c++"):
        assert cxx_options.sources_in(line.split()), line
    for line in (
        "a.c",
        "-o a.cc a.c",
        "a.o -lc++",
        "-MF a.cc a.c",
        "-x c a.cc",
        "-I a.cc b.c",
        "cc",
        "-",
        "-include a.hpp b.c",
    ):
        assert not cxx_options.sources_in(line.split()), line
    assert not driver.Request(["--version"], is_cxx=True).needs_cxx
    assert driver.Request(["a.o", "-lstdc++"]).needs_cxx


def test_wasi_is_refused(cc: Compiler) -> None:
    done = cc.run("--target=wasm32-wasip1", cc.write(HELLO, "a.cc"), name="c++")
    assert done.returncode == 1
    assert "no C++ for wasm32-wasip1" in done.stderr


def test_help_teaches(cc: Compiler) -> None:
    done = cc.run("--help", name="c++")
    assert done.returncode == 0
    for word in ("-std=c++23", "-fno-exceptions", "wali-strip", "std::terminate", "examples:"):
        assert word in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 100


def test_other_headers_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "rounding.h"
    path.write_text("// lrint\nreturn __builtin_lrint(x);\n")
    with pytest.raises(SdkError, match="not as expected: 1 of 8"):
        cxx._round_by_libc(path)


def test_cxx_is_added_to_a_sysroot_that_lacks_it(
    sysroot: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The stamp last: what another process finds meanwhile is a sysroot without C++."""
    folder = tmp_path / "sdk"
    (folder / paths.LIB_DIR).mkdir(parents=True)
    (folder / paths.STAMP).write_text("{}")
    left = folder / cxx.INCLUDE / "half"  # of an installation that was killed
    left.mkdir(parents=True)
    asked = []

    def make(of: Path, staging: Path, work: Path, progress: object) -> None:
        del work, progress
        asked.append(of)
        assert not install.has_cxx(str(folder))
        (staging / cxx.INCLUDE).mkdir(parents=True)
        (staging / cxx.INCLUDE / "vector").write_text("")
        (staging / paths.LIB_DIR).mkdir(parents=True)
        (staging / paths.LIB_DIR / "libc++.a").write_text("")

    monkeypatch.setenv("WALI_SDK_DIR", str(folder))
    monkeypatch.setattr(cxx, "make", make)
    assert install.ensure(quiet=True) == folder
    assert asked == []
    for _ in range(2):
        assert install.ensure(quiet=True, with_cxx=True) == folder
    assert asked == [folder]
    assert (folder / cxx.INCLUDE / "vector").exists()
    assert not left.exists()
    assert (folder / paths.LIB_DIR / "libc++.a").exists()
    assert install.has_cxx(str(sysroot))


def _cmake(cc: Compiler, *words: str) -> Done:
    environment = {**os.environ, "WALI_BIN": str(Path(tool("cc")[0]).parent), "WALI_RUN": command_path("wali-run")[0]}
    path = f"{Path(sys.executable).parent}:{environment['PATH']}"
    command = ["cmake", *words]
    return subprocess.run(
        command, cwd=cc.folder, capture_output=True, text=True, env={**environment, "PATH": path}, check=False
    )


def test_cmake(cc: Compiler) -> None:
    """C and C++, a library that would be shared, and an installation, which would change run paths."""
    cc.write('extern "C" int in_c(void);\n#include <string>\nstd::string text();\n#include <iostream>\n'
             "int main() { std::cout << text() << in_c() << std::endl; }\n", "main.cpp")  # fmt: skip
    cc.write('#include <string>\nstd::string text() { return "made by cmake"; }\n', "text.cpp")
    cc.write("int in_c(void) { return 7; }\n", "c.c")
    cc.write(
        "cmake_minimum_required(VERSION 3.20)\nproject(t)\nadd_library(text SHARED text.cpp)\nadd_library(inc c.c)\n"
        "add_executable(main main.cpp)\ntarget_link_libraries(main text inc)\n"
        "install(TARGETS main text RUNTIME DESTINATION bin LIBRARY DESTINATION lib ARCHIVE DESTINATION lib)\n",
        "CMakeLists.txt",
    )
    for words in (
        ("-G", "Ninja", "-B", "b", "--toolchain", str(Path(paths.HERE) / "wali-toolchain.cmake"), "-Wno-dev"),
        ("--build", "b"),
        ("--install", "b", "--prefix", "out"),
    ):
        done = _cmake(cc, *words)
        assert done.returncode == 0, done.stdout + done.stderr
    assert (cc.folder / "out/lib/libtext.a").exists()
    said = subprocess.run([cc.folder / "out/bin/main"], capture_output=True, text=True, check=True)
    assert said.stdout == "made by cmake7\n"


# How programs end

NAMES = """
#include <map>
#include <stdexcept>
#include <string>
#include <vector>
namespace app {
template <class Kept> struct Box {
    __attribute__((noinline)) int operator<(const std::map<std::string, std::vector<Kept>> &) { return fails(1); }
    __attribute__((noinline)) int fails(int n) { if (n) throw std::runtime_error("in a box"); return n; }
};
}
int main() {
    using Long = std::map<std::string, std::map<std::string, std::vector<std::map<std::string, std::string>>>>;
    static app::Box<Long> box;  // with no destructor to run: a frame that has one throws anew
    static std::map<std::string, std::vector<Long>> other;
    return box < other;
}
"""


def test_backtraces_name_functions(cc: Compiler, wali_run: WaliRun) -> None:
    """Names are cut at their template arguments, if at all."""
    done = wali_run(cc.build(NAMES, "-O1", name="prog.cc"))
    assert done.returncode == -signal.SIGABRT
    first, *frames = done.stderr.splitlines()
    assert first == "libc++abi: terminating due to uncaught exception of type std::runtime_error: in a box"
    names = [re.sub(r"^ *\d+: +\S+ ", "", frame) for frame in frames]
    assert names[:3] == ["_Unwind_RaiseException", "__cxa_throw", "app::Box<...>::fails(int)"]
    assert names[3] == "app::Box<...>::operator<(std::__1::map<...> const&)"
    assert "main" in names[4]


ENDS = {
    "main": ("int main() { throw Own(); }", "uncaught exception of type Own: own text", "main"),
    "a thread": (
        "int main() { std::thread([] { throw 3; }).join(); }",
        "uncaught exception of type int",
        "__thread_proxy",
    ),
    "a handler": (
        "static void on(int) { throw Own(); }\nint main() { signal(SIGUSR1, on); try { raise(SIGUSR1); } catch (...) {} }",
        "uncaught exception of type Own: own text",
        "on(int)",
    ),
    "noexcept": (
        "__attribute__((noinline)) static void ends() noexcept { throw Own(); }\nint main() { try { ends(); } catch (...) {} }",
        "uncaught exception of type Own: own text",
        "",
    ),
    "nothing": ("int main() { std::terminate(); }", "terminating", ""),
}


@pytest.mark.parametrize("place", ENDS)
def test_uncaught(cc: Compiler, wali_run: WaliRun, place: str) -> None:
    body, message, frame = ENDS[place]
    begin = (
        "#include <csignal>\n#include <stdexcept>\n#include <thread>\n"
        'struct Own : std::exception { const char *what() const noexcept override { return "own text"; } };\n'
    )
    done = wali_run(cc.build(begin + body, "-O1", "-Wno-exceptions", name="prog.cc"))
    assert done.returncode == -signal.SIGABRT
    first, *frames = done.stderr.splitlines()
    assert first.startswith("libc++abi: terminating")
    assert first.endswith(message)
    assert (frame in "\n".join(frames)) if frame else frames == []


def test_terminate_may_leave_by_a_jump(cc: Compiler, wali_run: WaliRun) -> None:
    """Out of the terminate handler for what left a signal handler, to the code that the signal interrupted."""
    text = """#include <csetjmp>
#include <csignal>
#include <cstdio>
#include <exception>
static sigjmp_buf back;
static void on(int) { throw 1; }
int main() {
    signal(SIGUSR1, on);
    std::set_terminate([] { siglongjmp(back, 1); });
    for (volatile int i = 0; i < 3; i = i + 1)
        if (sigsetjmp(back, 1) == 0) raise(SIGUSR1); else printf("back %d\\n", i);
    try { throw 2; } catch (int value) { printf("caught %d\\n", value); }
}
"""
    done = wali_run(cc.build(text, "-O1", "-Wno-deprecated-volatile", name="prog.cc"))
    assert (done.returncode, done.stdout, done.stderr) == (0, "back 0\nback 1\nback 2\ncaught 2\n", "")


def test_frames_are_shown_and_catch(cc: Compiler, wali_run: WaliRun) -> None:
    """One function of the unwinder serves both: the places are backtrace(3)'s, and a handler is found by its number."""
    text = """#include <cstdint>
#include <cstdio>
#include <execinfo.h>
#include <stdexcept>
#include <unwind.h>
static void *shown[64];
static int count;
static _Unwind_Reason_Code show(struct _Unwind_Context *context, void *) {
    shown[count++] = reinterpret_cast<void *>(_Unwind_GetIP(context));
    return _URC_NO_REASON;
}
__attribute__((noinline)) static void trace() {
    void *frames[64];
    const int number = backtrace(frames, 64);
    _Unwind_Backtrace(show, nullptr);
    std::printf("%d", number == count && number > 3);
    for (int i = 1; i < number; i++) if (frames[i] != shown[i]) std::printf(" %d", i);
}
int main() {
    try { trace(); throw std::runtime_error("x"); }
    catch (const std::logic_error &) { std::printf(" wrong"); }
    catch (const std::runtime_error &) { std::printf(" right"); }
}
"""
    done = wali_run(cc.build(text, "-O1", name="prog.cc"))
    assert (done.returncode, done.stdout, done.stderr) == (0, "1 right", "")
