"""What the driver says about instrumented code: which kinds there are, and with what they are linked."""

from __future__ import annotations

from collections.abc import Iterable

from .errors import SdkError
from .link_words import words as _words

PREFIXES = (
    "-fsanitize",
    "-fprofile",
    "-fcs-profile",
    "-fcoverage",
    "-ftemporal",
    "-fmemory-profile",
    "--coverage",
    "-coverage",
)
"""What all of these options begin with, as others may."""
SANITIZE = "-fsanitize="
# Those whose runtimes know addresses and threads of native processes alone.
NO_SANITIZERS = _words(
    """address hwaddress kernel-address kernel-hwaddress leak memory kernel-memory thread dataflow realtime type fuzzer
    fuzzer-no-link memtag memtag-heap memtag-stack memtag-globals numerical scudo safe-stack shadow-call-stack kcfi
    cfi vptr"""
)
TRAPS = ("-fsanitize-trap", "-fsanitize-undefined-trap-on-error")
# Counters for optimising, and for coverage by regions: one library, LLVM's format.
PROFILES = _words(
    """-fprofile-generate -fprofile-instr-generate -fcs-profile-generate -fcoverage-mapping
    -fprofile-generate-cold-function-coverage"""
)
# What other tools read, or write while the program runs.
NO_PROFILES = _words("-fprofile-continuous -ftemporal-profile -fmemory-profile")
COVERAGE = _words("--coverage -coverage -fprofile-arcs")  # clang links it with its runtime by itself
# clang names the archive to the linker, and for this target not what has the linker take its beginning.
BEGIN = ("-Wl,--undefined=__llvm_profile_runtime",)


def libraries(words: list[str], target: str, is_wasi: bool) -> list[str]:
    """What a program with these options is linked with besides. SdkError for what there is not."""
    profiled = False
    for word in words:
        option = word.partition("=")[0]
        if option in NO_PROFILES:
            raise SdkError(f"{word}: there is no runtime for it; profiles are written when the program ends")
        profiled |= option in PROFILES
        if (word in COVERAGE or option in PROFILES) and is_wasi:
            raise SdkError(f"{word}: for {target} there is no runtime; build the program for WALI (without --target)")
    names = [name for word in words if word.startswith(SANITIZE) for name in word.removeprefix(SANITIZE).split(",")]
    for name in names:
        if name in NO_SANITIZERS:
            raise SdkError(
                f"{SANITIZE}{name}: there is no such sanitizer for WebAssembly, but {SANITIZE}undefined; "
                "build the program natively for it, if it runs there"
            )
    if names and is_wasi and not _trap(words):
        raise SdkError(f"{SANITIZE}: for {target} there are no messages; add -fsanitize-trap=all: it ends by a trap")
    return [*(["-lubsan"] if names and not is_wasi else []), *(BEGIN if profiled else ())]


def _trap(words: Iterable[str]) -> bool:
    return any(word.partition("=")[0] in TRAPS for word in words)
