"""wasm-ld for the linker's front: which it is, running it, and what is said and written around it."""

from __future__ import annotations

import os
import stat
import sys


def put(path: str, content: bytes, executable: bool) -> None:
    """Replaces the file at `path`; with the run bits that the umask allows, or as it was."""
    mode = stat.S_IMODE(os.stat(path).st_mode)
    if executable:
        mask = os.umask(0)
        os.umask(mask)
        mode = 0o777 & ~mask
    part = f"{path}.{os.getpid()}"
    try:
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        os.replace(part, path)
    except BaseException:
        if os.path.exists(part):
            os.unlink(part)
        raise


def for_wasi() -> bool:
    """Whether the module is for WASI, not for WALI."""
    return "wasi" in os.environ.get("WALI_LD_TARGET", "")


def for_wasi_threads() -> bool:
    """Whether it may start threads by wasi-threads."""
    return for_wasi() and os.environ.get("WALI_LD_TARGET", "").endswith("-threads")


def linker() -> list[str]:
    """The command that is wasm-ld: WALI_LD's, or the wheel's; a clang of one's own brings its own."""
    if given := os.environ.get("WALI_LD"):
        return [given]
    compiler = os.environ.get("WALI_LD_ZIG", "zig")
    if os.path.basename(compiler) == "zig":
        return [compiler, "wasm-ld"]
    version = os.path.basename(compiler).removeprefix("clang")
    return [os.path.join(os.path.dirname(compiler), f"wasm-ld{version}")]


def say(message: str) -> None:
    """A line on stderr, if there is one, and nowhere else: print() takes None for stdout."""
    if sys.stderr is not None:
        print(f"wali-ld: {message}", file=sys.stderr)


def fail(message: str) -> int:
    """Tells an error; returns the status for it."""
    say(f"error: {message}")
    return 1


def assembler() -> list[str]:
    """The compiler, for assembly."""
    compiler = os.environ.get("WALI_LD_ZIG", "zig")
    target = f"--target={os.environ.get('WALI_LD_TARGET', '')}"
    return [compiler, *(["clang"] if os.path.basename(compiler) == "zig" else []), target]


def run(options: list[str]) -> tuple[int, str]:
    """wasm-ld's exit status, and what it has written to stderr."""
    colours = ["--color-diagnostics=always"] if sys.stderr is not None and sys.stderr.isatty() else []
    command = [*linker(), *colours, *options]
    # Not by the module subprocess, which takes longer to load than a small program to link.
    here, there = os.pipe()
    actions = [(os.POSIX_SPAWN_DUP2, there, 2), (os.POSIX_SPAWN_CLOSE, here)]
    try:
        child = os.posix_spawnp(command[0], command, os.environ, file_actions=actions)
    finally:
        os.close(there)
    pieces = []
    while piece := os.read(here, 65536):
        pieces.append(piece)
    os.close(here)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return status, b"".join(pieces).decode("utf-8", "surrogateescape")


def of_sysroot(path: str) -> bool:
    """Whether the file is the C library's or the compiler's, not the user's."""
    sysroot = os.environ.get("WALI_LD_SYSROOT", "")
    return bool(sysroot) and path.startswith(f"{sysroot}/")


def tell(status: int, said: str) -> int:
    """Passes on what wasm-ld has said, and its status."""
    if said and sys.stderr is not None:
        sys.stderr.write(said)
        sys.stderr.flush()
    return status
