"""Running guests from Python. Each runs in a process of its own, as `subprocess` would do it.

import wali
done = wali.run(["hello.wasm", "world"], capture_output=True)
print(done.returncode, done.stdout)
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from . import compiler, ffi
from .config import default_cache_dir

StrPath = str | os.PathLike[str]

# Not `-m wali`: that would take a folder wali/ in the current directory for this package.
_PARENT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
_START = (
    f"import sys; sys.path[:1] = [] if {_PARENT!r} in sys.path else [{_PARENT!r}]; "
    "from wali.cli import run_main; sys.exit(run_main(sys.argv[1:]))"
)


def command(
    module: StrPath,
    *arguments: str,
    argv0: str | None = None,
    max_memory: int = 0,
    stack_size: int = 0,
    trace: StrPath | None = None,
    cache_dir: StrPath | None = None,
) -> list[str]:
    """The argument vector that runs `module`, for subprocess.Popen or os.execv. Sizes in bytes, 0 for the default."""
    options = {
        "argv0": argv0,
        "max-memory": max_memory or None,
        "stack-size": stack_size or None,
        "trace": None if trace is None else os.fspath(trace),
        "cache-dir": None if cache_dir is None else os.fspath(cache_dir),
    }
    words = [f"--{name}={value}" for name, value in options.items() if value is not None]
    return [sys.executable, "-c", _START, *words, "--", os.fspath(module), *arguments]


def run(
    argv: Sequence[StrPath],
    *,
    env: Mapping[str, str] | None = None,
    max_memory: int = 0,
    stack_size: int = 0,
    trace: StrPath | None = None,
    **options: Any,
) -> subprocess.CompletedProcess[Any]:
    """Runs a module to its end: argv[0] is its path, `options` are those of subprocess.run.

    The result is subprocess.run's, `returncode` the guest's exit status, or -N if signal N
    killed it; 126 and 127 mean that it could not be started (stderr says why).
    """
    module, *arguments = (os.fspath(word) for word in argv)
    words = command(module, *arguments, max_memory=max_memory, stack_size=stack_size, trace=trace)
    return subprocess.run(words, env=None if env is None else dict(env), **options)


class Program:
    """A module compiled in advance: each `run` starts from the cache.

    Raises WaliError (see wali.errors) at once if the file cannot be run.
    """

    def __init__(self, path: StrPath, cache_dir: StrPath | None = None) -> None:
        self.path = os.fspath(path)
        self.cache_dir = default_cache_dir() if cache_dir is None else os.fspath(cache_dir)
        ffi.engine_open()
        if ffi.cache_lookup(self.cache_dir, self.path) is None:
            fd, _ = compiler.compiled(self.path, self.cache_dir)
            os.close(fd)

    def run(self, *arguments: str, **options: Any) -> subprocess.CompletedProcess[Any]:
        """Runs it with these arguments; `options` are those of subprocess.run. See `wali.run` for the result."""
        words = command(self.path, *arguments, cache_dir=self.cache_dir)
        return subprocess.run(words, **options)

    def __repr__(self) -> str:
        return f"wali.Program({self.path!r})"
