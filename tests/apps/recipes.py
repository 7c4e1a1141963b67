"""Builds programs by their own configure and makefiles, natively and to wasm, as a user of the SDK would.

Each build has a folder below build/apps and a stamp in it that names everything the build came
from. An up-to-date build costs a few milliseconds, any other one begins from nothing.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from tests.apps import sources
from tests.apps.build import BuildError, Pair, wali_run

BUILDS = sources.ROOT / "build" / "apps"
BIN = Path(sys.executable).parent

# Old C is an error to clang 22 even with -w.
OLD_C = "-w -Wno-error=implicit-function-declaration -Wno-error=incompatible-pointer-types -Wno-error=int-conversion"


@dataclass(frozen=True)
class Recipe:
    """How one program is built.

    The script runs in an empty folder, the same for both kinds. It finds $SOURCE (the sources),
    $CONFIGURE (configure with the option for the host), $JOBS, and CC, AR, ... of the SDK, or CC=cc.
    """

    source: sources.Source
    program: str
    script: str
    inputs: tuple[Path, ...] = ()
    """Files of ours that the script reads, as $INPUT if there is one."""


DASH = Recipe(
    source=sources.DASH,
    program="src/dash",
    script=f"""
        $CONFIGURE -q CFLAGS=-O2
        make -s -j$JOBS CFLAGS="-O2 {OLD_C}"
    """,
)

# All applets of the default configuration. `wali-cc -r` links object files into one, as busybox asks of ld.
BUSYBOX = Recipe(
    source=sources.BUSYBOX,
    program="busybox",
    script=f"""
        make -s -C "$SOURCE" O="$PWD" defconfig
        make -s -j$JOBS CC="$CC" AR="$AR" NM="$NM" STRIP="$STRIP" LD="$CC -nostdlib" OBJCOPY=: SKIP_STRIP=y \\
            CONFIG_EXTRA_CFLAGS="{OLD_C} -Wno-ignored-optimization-argument"
        for helper in printenv recho zecho; do
            $CC -O2 {OLD_C} -o $helper "$SOURCE/shell/ash_test/$helper.c"
        done
    """,
)

# Two answers for configure. It adds a replacement of strtoimax when the C library has one, where it means when it has
# none; that goes unnoticed as long as the library is shared. And its test for a broken strtold passes a char* for a
# char**, which clang 22 refuses. bash's own malloc wants sbrk.
# bash calls clean-up functions of many types through pointers of one, so the module asks for --fix-calls in its first line.
BASH = Recipe(
    source=sources.BASH,
    program="bash",
    script=f"""
        $CONFIGURE -q --without-bash-malloc --disable-nls CFLAGS=-O2 \\
            bash_cv_func_strtoimax=no bash_cv_strtold_broken=no
        make -s -j$JOBS CFLAGS="-O2 {OLD_C}"
        make -s recho zecho printenv xcase CFLAGS="-O2 {OLD_C}" CCFLAGS_FOR_BUILD="-O2 -DHAVE_CONFIG_H {OLD_C} \\
            -I. -I$SOURCE -I$SOURCE/include -I$SOURCE/lib"
        case $CC in *wali-cc) sed -i '1s/$/ --fix-calls/' bash;; esac
    """,
)

# Debian's tarball comes without configure; make/config.h has its answers.
MAKE = Recipe(
    source=sources.MAKE,
    program="make",
    script=f"""
        mkdir headers
        for name in glob fnmatch; do cp "$SOURCE/lib/$name.in.h" headers/$name.h; done
        cp "$INPUT" headers/config.h
        ls "$SOURCE"/src/*.c "$SOURCE"/lib/glob.c "$SOURCE"/lib/fnmatch.c "$SOURCE"/lib/findprog-in.c \\
            "$SOURCE"/lib/concat-filename.c | grep -vE '/(vms.*|amiga|remote-cstms)\\.c$' |
            xargs -n 4 -P $JOBS $CC -c -O2 {OLD_C} -DHAVE_CONFIG_H -Iheaders -I"$SOURCE/src" -I"$SOURCE/lib"
        $CC -o make *.o
    """,
    inputs=(Path(__file__).parent / "make" / "config.h",),
)


def pair(recipe: Recipe) -> Pair:
    """The program, built both ways. Raises NoSourcesError, RuntimeError (no download), BuildError."""
    return Pair((str(native(recipe)),), (str(wasm(recipe)),))


def native(recipe: Recipe) -> Path:
    """The program as this machine's C compiler makes it."""
    tools = {"CC": "cc", "AR": "ar", "NM": "nm", "STRIP": "strip", "RANLIB": "ranlib"}
    return _build(recipe, "native", tools, _output(["cc", "--version"]))


def wasm(recipe: Recipe) -> Path:
    """The program as an executable module."""
    sysroot = _output([str(BIN / "wali-cc"), "-print-sysroot"])
    tools = {name: str(BIN / f"wali-{name.lower()}") for name in ("CC", "AR", "NM", "STRIP", "RANLIB")}
    # What `wali sdk env` exports besides; READELF because configure scripts take the machine's own otherwise.
    extra = {"READELF": ":", "HOST": "--host=wasm32-unknown-linux-muslwali"}
    return _build(recipe, "wasm", {**tools, **extra}, f"{sysroot} {wali_run()}")


def _build(recipe: Recipe, kind: str, variables: dict[str, str], tools: str) -> Path:
    source = sources.tree(recipe.source)
    folder = BUILDS / recipe.source.package / kind
    program = folder / recipe.program
    folder.parent.mkdir(parents=True, exist_ok=True)
    inputs = [path.read_bytes() for path in recipe.inputs]
    state = sha256(repr((recipe, inputs, variables, tools)).encode()).hexdigest()
    stamp = folder / ".built"
    with (folder.parent / f".{kind}.lock").open("w") as lock:  # one builder at a time, also among parallel test runs
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (stamp.exists() and stamp.read_text() == state):
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            _run(recipe, source, folder, variables)
            stamp.write_text(state)
    return program


def _run(recipe: Recipe, source: Path, folder: Path, variables: dict[str, str]) -> None:
    environment = {
        "HOME": os.environ.get("HOME", "/"),
        "LC_ALL": "C",
        "PATH": f"{BIN}:{os.environ.get('PATH', os.defpath)}",
        "SOURCE": str(source),
        "JOBS": str(len(os.sched_getaffinity(0))),
        "CONFIGURE": f"{source}/configure {variables.get('HOST', '')}",
        "XDG_CACHE_HOME": str(sources.CACHE),
        "INPUT": " ".join(map(str, recipe.inputs)),
        **variables,
    }
    log = folder / "build.log"
    with log.open("w") as output:
        done = subprocess.run(
            ["sh", "-ec", recipe.script],
            check=False,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    if done.returncode:
        tail = log.read_text(errors="replace").splitlines()[-40:]
        raise BuildError(f"{recipe.source.package}: build failed, see {log}\n" + "\n".join(tail))


def _output(command: list[str]) -> str:
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True).stdout
