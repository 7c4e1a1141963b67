"""What the driver says to clang about C++: which words of a command line mean it, and the options for it."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

# As the engine runs exceptions: in the encoding of WebAssembly 3.0.
ENCODING = "-wasm-use-legacy-eh=false"
SUFFIXES = frozenset({"cc", "cp", "cxx", "cpp", "CPP", "c++", "C", "CC", "CXX", "ii", "hh", "hpp", "hxx", "H", "cppm"})
LANGUAGES = ("c++", "c++-header", "c++-cpp-output", "c++-module")
LIBRARIES = ("-lc++", "-lc++abi", "-lc++experimental", "-lunwind", "-lstdc++", "-lsupc++")
# What other compilers' drivers take about their library; there is one here, and it is static.
DROPPED = ("-static-libstdc++", "-stdlib=libstdc++", "-stdlib=libc++")


def sources_in(words: Iterable[str]) -> bool:
    """Whether the command line names a file that clang takes for C++, by its name or by -x."""
    language, expected = "", ""
    for word in words:
        if expected == "-x" or (word.startswith("-x") and word != "-x"):
            language = word.removeprefix("-x") if expected != "-x" else word
            expected = ""
            if language in LANGUAGES:
                return True
        elif expected:
            expected = ""  # the value of an option, such as a file to write
        elif word in ("-x", "-o", "-MF", "-MT", "-MQ", "-include", "-isystem", "-I", "-D", "-U", "-L", "-Xlinker"):
            expected = word
        elif not word.startswith("-") and language in ("", "none") and word.rpartition(".")[2] in SUFFIXES:
            return "." in word
    return False


def libraries_in(words: Iterable[str]) -> bool:
    """Whether the command line links with a library of C++'s by name, as C programs with parts in C++ do."""
    return any(word in LIBRARIES for word in words)
