"""What the driver says about instrumented code: which kinds there are, and with what they are linked."""

from __future__ import annotations

from collections.abc import Iterable

from .errors import SdkError
from .link_words import words as _words

PREFIXES = ("-fsanitize", "-fprofile", "-fcs-profile", "-fcoverage", "--coverage", "-coverage")
"""What all of these options begin with, as others may."""
SANITIZE = "-fsanitize="
# Those whose runtimes know addresses and threads of native processes alone.
NO_SANITIZERS = _words(
    """address hwaddress kernel-address kernel-hwaddress leak memory kernel-memory thread dataflow realtime type fuzzer
    fuzzer-no-link memtag memtag-heap memtag-stack memtag-globals numerical scudo safe-stack shadow-call-stack kcfi
    cfi vptr"""
)
TRAPS = ("-fsanitize-trap", "-fsanitize-undefined-trap-on-error")
# Profiles whose format belongs to one version of LLVM's tools, which the compiler's wheel has not.
NO_PROFILES = _words("-fprofile-instr-generate -fprofile-generate -fcs-profile-generate -fcoverage-mapping")
COVERAGE = _words("--coverage -coverage -fprofile-arcs")  # clang links it with its runtime by itself


def libraries(words: list[str], target: str, is_wasi: bool) -> list[str]:
    """What a program with these options is linked with besides. SdkError for what there is not."""
    for word in words:
        if word.partition("=")[0] in NO_PROFILES:
            raise SdkError(f"{word}: there is no runtime for it; --coverage counts how often each line runs")
        if word in COVERAGE and is_wasi:
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
    return ["-lubsan"] if names and not is_wasi else []


def _trap(words: Iterable[str]) -> bool:
    return any(word.partition("=")[0] in TRAPS for word in words)
