"""What users of other runtimes type, and what it is here: hints in messages, read once something has gone wrong."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

FOLDERS: Final = "write it as --dir HOST::GUEST"
LISTENING: Final = "write it as -S listenfd, or --tcplisten ADDR:PORT"
LIMITS: Final = "leave it out; what limits a guest is --max-memory and --stack-size"
NEEDLESS: Final = "leave it out"
OPTIONS: Final = {
    "--mapdir": FOLDERS,
    "--map-dir": FOLDERS,
    "--volume": FOLDERS,
    "--listenfd": LISTENING,
    "--wasi-modules": "write it as -S WORD,...",
    "-W": LIMITS,
    "--wasm": LIMITS,
    "--wasm-features": NEEDLESS,
    "-C": NEEDLESS,
    "--codegen": NEEDLESS,
    "-O": NEEDLESS,
    "--optimize": NEEDLESS,
    "--allow-precompiled": NEEDLESS,
}
MODULES: Final = {
    "run": "wali-run has no subcommands: leave out this word",
    "-": "a module from stdin is /dev/stdin",
}


def of_option(word: str) -> str:
    """What an unknown option is here, "" if nobody knows. word: with or without its value."""
    name = word.partition("=")[0]
    return OPTIONS.get(name) or ("" if name.startswith("--") else OPTIONS.get(name[:2], ""))


def of_module(path: str, *arguments: str) -> str:
    """What a module that is not there was to be, "" if nobody knows."""
    return "" if path == "run" and not arguments else MODULES.get(path, "")
