"""The plan of the native wali-cc: what a plain command line may have, and what clang gets besides (wali/native/front/).

Made from the tables of the driver, whenever the native program finds none that is up to date. One line a fact, the
letter first:

    D size nanoseconds path    a file that the plan was made from
    T path, X path             the stamps of the sysroot, and of C++'s library
    A word, a prefix           Python decides
    S ending, L word           the same for wali-cc alone: C++
    d word, e prefix           dropped;  p word: dropped, and changes the words below;  s word: changes them
    E NAME=VALUE, F NAME=VALUE environment;  F only if there is none
    Z word                     the compiler
    C flag word, P flag word   what wali-cc, and wali-c++, put first; flag s: without a word of s, p: with one of p
    Q path, R name             the user's prefix of libraries, unless WALI_PREFIX names another; the linker's variable
    I word folder, B word folder   what comes last if the folder is in the prefix: of headers, of archives
    N word, M word             around these
    .                          the end
"""

from __future__ import annotations

import os
import sys

from . import cxx_options, driver, instrumented, paths, prefix_use
from .errors import SdkError

TITLE = "wali-front 2"
VARIABLE = "WALI_FRONT_PLAN"  # where the native program looks
# Of options with a value of its own, or a meaning that takes more than a list.
ASKS = (
    "--",
    prefix_use.NO_HEADERS,
    "-target",
    "--target",
    "--help",
    "-print-sysroot",
    "-print-prefix",
    "-wasm-enable-sjlj",
    "-mllvm",
    "-x",
    "-Xclang",
)
ASK_PREFIXES = ("--target=", "-mwali", "@", "-Wl,-mllvm", "-x", *instrumented.PREFIXES)


def write(place: str) -> None:
    """Writes the plan to the file `place`, if there is a sysroot. That it cannot be written is no error."""
    try:
        sysroot = paths.sdk_dir()
        if os.path.exists(os.path.join(sysroot, paths.STAMP)) and (text := _plan(sysroot)):
            os.makedirs(os.path.dirname(place), exist_ok=True)
            part = f"{place}.{os.getpid()}"
            descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w", encoding="utf-8", errors="surrogateescape") as file:
                file.write(text)
            os.replace(part, place)
    except (OSError, SdkError):
        return


def _plan(sysroot: str) -> str:
    """The plan's text; nothing if a line cannot hold it."""
    lines = [f"{letter} {word}" for letter, word in _facts(sysroot)]
    return "" if any("\n" in line for line in lines) else "\n".join([TITLE, *lines, ". "]) + "\n"


def _facts(sysroot: str) -> list[tuple[str, str]]:
    compiler = driver.compiler()
    facts = [("D", f"{status.st_size} {status.st_mtime_ns} {path}") for path, status in _sources(compiler[0])]
    facts += [("T", os.path.join(sysroot, paths.STAMP)), ("X", os.path.join(sysroot, paths.CXX_STAMP))]
    facts += [("A", word) for word in ASKS] + [("a", word) for word in ASK_PREFIXES]
    facts += [("S", word) for word in sorted(cxx_options.SUFFIXES)] + [("L", word) for word in cxx_options.LIBRARIES]
    facts += [("d", word) for word in sorted({*driver.DROPPED, *cxx_options.DROPPED})]
    facts += [("e", word) for word in driver.DROPPED_PREFIXES]
    facts += [("p", word) for word in driver.PIC] + [("s", word) for word in driver.STRICT]
    before = dict(os.environ)
    try:
        driver.linker_environment(compiler[0], paths.TRIPLE, sysroot)
        facts += [("E", f"{name}={value}") for name, value in os.environ.items() if name.startswith("WALI_LD_")]
        facts.append(("E", f"{prefix_use.TOOLCHAIN}={prefix_use.toolchain(sysroot, driver.FEATURES)}"))
        facts.append(("F", f"WALI_RUN={driver.default_runtime()}"))
    finally:
        os.environ.clear()
        os.environ.update(before)
    facts += [("Z", word) for word in compiler]
    facts += [("Q", prefix_use.default()), ("R", prefix_use.VARIABLE)]
    facts += zip("IBNM", (*map(" ".join, prefix_use.PLACES), *prefix_use.AROUND), strict=True)
    return facts + [("C", word) for word in _words(sysroot, False)] + [("P", word) for word in _words(sysroot, True)]


def _sources(zig: str) -> list[tuple[str, os.stat_result]]:
    ours = sorted(name for name in os.listdir(paths.HERE) if name.endswith(".py"))
    files = [zig, *(os.path.join(paths.HERE, name) for name in ours), *paths.inputs(paths.TRIPLE)]
    return [(path, os.stat(path)) for path in dict.fromkeys(files)]


def _words(sysroot: str, is_cxx: bool) -> list[str]:
    """The words that clang gets first, each behind its flag. SdkError if flags cannot tell what the driver does."""

    def made(*own: str) -> list[str]:
        words = driver.clang_arguments(driver.Request(list(own), is_cxx), sysroot)
        return words[: words.index("--end-no-unused-arguments") + 1]

    plain, strict, everything = made(), made(driver.STRICT[0]), made(driver.PIC[0])
    out = [("p" if word not in plain else "s" if word not in strict else "-") + f" {word}" for word in everything]
    for own, dropped in (
        ((), "p"),
        (driver.STRICT[:1], "sp"),
        (driver.PIC[:1], ""),
        ((driver.STRICT[0], driver.PIC[0]), "s"),
    ):
        if [word[2:] for word in out if word[0] not in dropped] != made(*own):
            raise SdkError("the plan of the native wali-cc does not say what the driver does")
    return out


def main(tool: str, arguments: list[str]) -> int:
    """What the native program leaves to Python: `tool` is cc or c++."""
    sys.argv = [f"wali-{tool}", *arguments]
    place = os.environ.pop(VARIABLE, "")
    if place:
        write(place)
    return driver.main_cxx(arguments) if tool == "c++" else driver.main_cc(arguments)
