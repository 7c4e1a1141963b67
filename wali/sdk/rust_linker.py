"""wali-rust-ld, what rustc and cargo link with: rustc's command line for wasm-ld becomes one of wali-cc.

rustc knows the target's module, not its C library: that and the defaults of programs are wali-cc's. Whatever users
say by `-C link-arg` or a build script reaches wasm-ld as it is.
"""

from __future__ import annotations

import sys

from . import cxx_options, driver, link_words

# What rustc says for every program of the target, in pairs and alone; wali-cc's own defaults stand in their place.
_TARGETS_PAIRS = frozenset(
    {
        ("-flavor", "wasm"),
        ("--export", "__main_void"),
        ("-z", "stack-size=1048576"),
        ("-l", "c"),
        ("-l", "unwind"),
    }
)
_TARGETS = link_words.words(
    """--stack-first --allow-undefined --no-demangle --export-memory --shared-memory --max-memory=1073741824
    --import-memory"""
)
_WITH_VALUE = frozenset({"-L", "-o"})
_FOR_LINKER = frozenset({"-z", "--export", "--export-if-defined", "-u", "--undefined", "--entry", "-e", "-m", "-mllvm"})
# libc++abi has the tag of exceptions, which panics are.
_LAST = ["-Wl,-mllvm,-wasm-enable-eh", "-Wl,-mllvm,-exception-model=wasm", f"-Wl,-mllvm,{cxx_options.ENCODING}"]
_LIBRARY = "-lc++abi"


def translated(words: list[str]) -> list[str]:
    """The arguments of wali-cc for rustc's `words` to wasm-ld."""
    out: list[str] = []
    at = 0
    while at < len(words):
        word, following = words[at], words[at + 1] if at + 1 < len(words) else ""
        at += 2
        if (word, following) in _TARGETS_PAIRS:
            continue
        if word == "-l":
            out.append(f"-l{following}")
        elif word in _WITH_VALUE:
            out += [word, following]
        elif word in _FOR_LINKER:
            out += ["-Xlinker", word, "-Xlinker", following]
        else:
            at -= 1
            out += _single(word)
    return [*out, *_LAST, _LIBRARY]


def _single(word: str) -> list[str]:
    if word in _TARGETS or (word.startswith("-O") and word[2:] in ("0", "1", "2", "3", "s", "z")):
        return []
    if word == "--no-entry":  # a library: nothing calls main
        return ["-nostartfiles", "-Xlinker", word]
    if not word.startswith("-") or word.startswith(
        ("-l", "-L", "-o", "-nostart", "-nodefault", "-nostdlib", "-Wl,", "-mwali")
    ):
        return [word]
    return ["-Xlinker", word]


HELP = """\
usage: wali-rust-ld ARGUMENTS

The linker that rustc and cargo call for the target wasm32-wali-linux-musl, as `wali sdk env` sets it:
takes what rustc says to wasm-ld, and links by wali-cc with the SDK's C library. Words of
`-C link-arg` are those of wasm-ld, as in -C link-arg=-zstack-size=67108864; those of wali-cc begin
with -Wl, or -mwali.

See also: wali sdk --help, docs/RUST.md
"""


def main(argv: list[str] | None = None) -> int:
    """wali-rust-ld. Replaces this process, or returns 1 after a message."""
    arguments = sys.argv[1:] if argv is None else argv
    if not arguments or "--help" in arguments:
        from ..messages import answered

        return answered("wali-rust-ld", lambda: print(HELP, end="") or 0)
    return driver.main_cc(translated(driver.expand_responses(arguments)))
