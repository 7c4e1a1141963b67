"""-shared: what stands for a shared library can be built, installed and linked, and is in the program then."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.support import sdk_helpers
from tests.support.helpers import WaliRun
from tests.support.sdk_helpers import Compiler, sections_of
from wali.sdk import shared_objects, shell, wasmobj

cc, sysroot = sdk_helpers.cc, sdk_helpers.sysroot  # fixtures

# Both have a function of their own by one name. Natively: the constructor runs, and the program says 208.
ONE = r"""#include <stdio.h>
int value = 7;
__attribute__((visibility("hidden"))) int helper(void) { return 1; }
__attribute__((constructor)) static void begin(void) { puts("begun"); fflush(stdout); }
int one(void) { return helper() + value; }
"""
TWO = r"""int one(void);
__attribute__((visibility("hidden"))) int helper(void) { return 2; }
int two(void) { return helper() * 100 + one(); }
"""
APP = '#include <stdio.h>\nint two(void);\nint main(void) { printf("%d\\n", two()); return 0; }\n'
SAID = "begun\n208\n"


@pytest.fixture
def libraries(cc: Compiler) -> Path:
    """libone.so, and libtwo.so.0.1, which was linked with it, in a folder of their own."""
    folder = cc.folder / "lib"
    folder.mkdir()
    for name, text in (("one", ONE), ("two", TWO), ("app", APP)):
        cc.write(text, f"{name}.c")
    assert cc.run("-fPIC", "-O1", "-c", "one.c", "two.c").returncode == 0
    cc.write("{ global: *; };", "all.map")
    options = ["-shared", "-Wl,-soname,libx.so.0", "-Wl,--version-script=all.map", "-Wl,-rpath,/usr/lib"]
    for words in (["one.o", "-o", "lib/libone.so"], ["two.o", "-Llib", "-lone", "-lm", "-o", "lib/libtwo.so.0.1"]):
        done = cc.run(*options, *words)
        assert (done.returncode, done.stderr) == (0, "")
    (folder / "libtwo.so").symlink_to("libtwo.so.0.1")
    return folder


@pytest.mark.parametrize(
    "words",
    [
        ["-Llib", "-ltwo"],
        ["-L", "lib", "-l", "two", "-lone"],
        ["lib/libtwo.so.0.1", "lib/libone.so", "-Llib", "-ltwo"],
        ["lib/libtwo.so", "-mwali-fix-calls", "-s"],
        ["lib/libtwo.so", "-flto"],
    ],
    ids=" ".join,
)
@pytest.mark.usefixtures("libraries")
def test_programs_are_linked_with_them(cc: Compiler, wali_run: WaliRun, words: list[str]) -> None:
    done = cc.run("app.c", *words, "-Wl,-rpath,$ORIGIN", "-o", "app.wasm")
    assert (done.returncode, done.stderr) == (0, "")
    assert wali_run(cc.folder / "app.wasm").stdout == SAID
    assert shared_objects.SECTION not in [part.name for part in sections_of(cc.folder / "app.wasm")]


def test_what_they_need_is_found_where_it_is_now(cc: Compiler, wali_run: WaliRun, libraries: Path) -> None:
    moved = libraries.rename(cc.folder / "installed")
    assert cc.run("app.c", "-Linstalled", "-ltwo", "-o", "app.wasm").returncode == 0
    assert wali_run(cc.folder / "app.wasm").stdout == SAID
    (moved / "libone.so").unlink()
    done = cc.run("app.c", "-Linstalled", "-ltwo")
    assert done.returncode == 1
    assert "libtwo.so needs libone.so, which is in no folder given by -L" in done.stderr


def test_an_archive_beside_it_comes_first(cc: Compiler, wali_run: WaliRun, libraries: Path) -> None:
    cc.write("int two(void) { return 5; }", "other.c")
    assert cc.run("-c", "other.c").returncode == 0
    assert cc.run("rcs", libraries / "libtwo.a", "other.o", name="ar").returncode == 0
    assert cc.run("app.c", "-Llib", "-ltwo", "-o", "app.wasm").returncode == 0
    assert wali_run(cc.folder / "app.wasm").stdout == "5\n"


@pytest.mark.usefixtures("libraries")
def test_archives_go_into_them(cc: Compiler, wali_run: WaliRun) -> None:
    """As libtool's convenience libraries do, whole or as far as they are used."""
    cc.write(ONE.replace("helper", "other"), "one.c")
    assert cc.run("-fPIC", "-c", "one.c").returncode == 0
    assert cc.run("rcs", "libpart.a", "one.o", name="ar").returncode == 0
    for words in (["-Wl,--whole-archive", "libpart.a", "-Wl,--no-whole-archive"], ["two.o", "-L.", "-lpart"]):
        assert cc.run("-shared", *words, "-o", "lib/libpart.so").returncode == 0
        assert (
            cc.run("app.c", *([] if "two.o" in words else ["two.o"]), "lib/libpart.so", "-o", "app.wasm").returncode
            == 0
        )
        assert wali_run(cc.folder / "app.wasm").stdout == SAID


def test_names_without_fpic_stay(cc: Compiler, wali_run: WaliRun) -> None:
    """All names are hidden then, and none of them is the library's own."""
    cc.write(TWO.replace('__attribute__((visibility("hidden")))', ""), "two.c")
    cc.write("int one(void) { return 8; }\n" + APP, "app.c")
    assert cc.run("-shared", "two.c", "-o", "libtwo.so").returncode == 0
    assert cc.run("app.c", "libtwo.so", "-o", "app.wasm").returncode == 0
    assert wali_run(cc.folder / "app.wasm").stdout == "208\n"


def test_cxx_and_wasi(cc: Compiler, wali_run: WaliRun) -> None:
    """What the library needs of C++'s the program gets though it is linked as C."""
    cc.write(
        '#include <stdexcept>\nextern "C" int f() { try { throw std::runtime_error("x"); } catch (...) { return 3; } }',
        "f.cc",
    )
    cc.write("int f(void); int main(void) { return f(); }", "app.c")
    assert cc.run("-shared", "-fPIC", "f.cc", "-o", "libf.so", name="c++").returncode == 0
    assert {"-lc++", "-lc++abi"} <= set(shared_objects.needs(str(cc.folder / "libf.so")))
    assert cc.run("app.c", "-L.", "-lf", "-o", "app.wasm").returncode == 0
    assert wali_run(cc.folder / "app.wasm").returncode == 3
    cc.write("int f(void) { return 4; }", "g.c")
    assert cc.run("--target=wasm32-wasip1", "-shared", "-fPIC", "g.c", "-o", "libf.so").returncode == 0
    assert cc.run("--target=wasm32-wasip1", "app.c", "-L.", "-lf", "-o", "app.wasm").returncode == 0
    assert wali_run(cc.folder / "app.wasm").returncode == 4


@pytest.mark.usefixtures("libraries")
def test_nothing_is_loaded_at_run_time(cc: Compiler, wali_run: WaliRun) -> None:
    text = r"""#include <dlfcn.h>
#include <stdio.h>
int main(int argc, char **argv) { return dlopen(argv[1], RTLD_NOW) != 0 || puts(dlerror()) < 0; }"""
    done = wali_run(cc.build(text), "lib/libone.so", cwd=cc.folder)
    assert done.returncode == 0
    assert done.stdout.startswith("lib/libone.so: cannot be loaded: programs are linked statically; link it in")
    done = wali_run(cc.folder / "lib/libone.so")
    assert done.returncode == 126
    assert "link it" in done.stderr


@pytest.mark.usefixtures("libraries")
def test_stripping_leaves_them_alone(cc: Compiler, wali_run: WaliRun) -> None:
    assert cc.run("lib/libtwo.so.0.1", name="strip").returncode == 0
    assert cc.run("-shared", "-s", "one.o", "-o", "lib/libone.so").returncode == 0
    assert cc.run("app.c", "-Llib", "-ltwo", "-o", "app.wasm").returncode == 0
    assert wali_run(cc.folder / "app.wasm").stdout == SAID


def test_damaged_ones_are_the_linkers_to_refuse(cc: Compiler, libraries: Path) -> None:
    good = (libraries / "libone.so").read_bytes()
    for size in (8, 40, len(good) // 2, len(good) - 1):
        (libraries / "libone.so").write_bytes(good[:size])
        done = cc.run("app.c", "-Llib", "-ltwo")
        assert done.returncode != 0
        assert "Traceback" not in done.stderr
    for place in range(8, len(good), 7):
        changed = good[:place] + bytes([good[place] ^ 0xFF]) + good[place + 1 :]
        for work in (shared_objects._with_own_names, shared_objects.without_notes):
            try:
                work(changed)
            except wasmobj.FormatError:
                continue


def test_libtool_builds_both(cc: Compiler, tmp_path: Path) -> None:
    """What libtool asks and runs for a shared library and a program beside it, as it does on Linux."""
    environment = shell.environment()
    script = f"""set -e
{environment}
cat > f.c <<'END'
int f(void) {{ return 6; }}
END
echo 'int f(void); int main(void) {{ return f(); }}' > main.c
mkdir .libs
$CC -c f.c -fPIC -DPIC -o .libs/f.o
$CC -c f.c -o f.o
$CC -shared -fPIC -DPIC .libs/f.o -O2 -Wl,-soname -Wl,libf.so.0 -Wl,-retain-symbols-file -Wl,f.exp -o .libs/libf.so.0.0.0
(cd .libs && ln -s libf.so.0.0.0 libf.so.0 && ln -s libf.so.0.0.0 libf.so)
$AR cr .libs/libf.a f.o
$RANLIB .libs/libf.a
$NM .libs/libf.so.0.0.0 | grep ' T f$'
$CC main.c .libs/libf.so -Wl,-rpath -Wl,{tmp_path}/lib -o main
status=0
./main || status=$?
test $status = 6
"""
    done = subprocess.run(["sh"], input=script, cwd=cc.folder, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
