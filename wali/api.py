"""Running guests from Python. Each runs in a process of its own, as `subprocess` would do it.

import wali
done = wali.run(["hello.wasm", "world"], capture_output=True)
print(done.returncode, done.stdout)

docs/PYTHON.md has more examples.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from . import ffi
from .errors import WaliEngineError, WaliUsageError
from .start.config import default_cache_dir
from .start.option_table import FLAG, OPTIONS, SIZE

StrPath = str | os.PathLike[str]

_PACKAGES = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def command(
    module: StrPath,
    *arguments: str,
    argv0: str | None = None,
    fix_calls: bool = False,
    max_memory: int = 0,
    stack_size: int = 0,
    trace: StrPath | None = None,
    stats: StrPath | None = None,
    cache_dir: StrPath | None = None,
) -> list[str]:
    """The argument vector that runs `module`: for subprocess.Popen, asyncio, os.execv, or behind another command.

    The process that it starts becomes the guest: its pid, descriptors, folder, environment, signals and limits
    are the guest's own, but for `stats`, where the guest is a child that ends with it.

    module: path of the .wasm file, from the current folder, whatever folder the guest then gets.
    arguments: the guest's, from argument 1 on.
    argv0: what it sees as argument 0; None for `module` as given.
    fix_calls: let functions be called through pointers of another type, as old C does (wali-run --fix-calls).
    max_memory: most bytes of guest memory, 0 for what the module allows.
    stack_size: bytes of native stack for each guest thread, 262144 at least; 0 for the default, 16 MiB.
    trace: file that gets each system call, one per line; emptied first.
    stats: file that gets times, memory and counts of system calls at the end, as JSON (wali-run(1), --stats).
    cache_dir: folder of the compiled code; None for $XDG_CACHE_HOME/wali or ~/.cache/wali of this process.

    WaliUsageError if a size is negative.
    """
    folder = os.path.abspath(default_cache_dir() if cache_dir is None else cache_dir)
    words = _words(
        argv0=os.fspath(module) if argv0 is None else argv0,
        fix_calls=fix_calls,
        max_memory=max_memory,
        stack_size=stack_size,
        trace=None if trace is None else os.path.abspath(trace),
        stats=None if stats is None else os.path.abspath(stats),
        cache_dir=folder,
    )
    return [*_starter(), *words, "--", os.path.abspath(module), *arguments]


def run(
    argv: Sequence[StrPath],
    *,
    env: Mapping[str, str] | None = None,
    fix_calls: bool = False,
    max_memory: int = 0,
    stack_size: int = 0,
    trace: StrPath | None = None,
    stats: StrPath | None = None,
    cache_dir: StrPath | None = None,
    **options: Any,
) -> subprocess.CompletedProcess[Any]:
    """Runs a module to its end: argv[0] is its path, the rest its arguments. For the settings see `wali.command`.

    env: the guest's whole environment; None for this process's.
    options: those of subprocess.run: input, stdin, stdout, stderr, capture_output, text, cwd, timeout (seconds;
        then the guest is killed, and subprocess.TimeoutExpired raised), check, preexec_fn for limits, ...

    The result is subprocess.run's: stdout, stderr, and as `returncode` the guest's exit status, or -N if signal
    N killed it. 126 and 127 may also mean that it could not be started, which stderr then says; where this
    should be an exception, make a `wali.Program`.
    """
    module, *arguments = (os.fspath(word) for word in argv)
    words = command(
        module,
        *arguments,
        fix_calls=fix_calls,
        max_memory=max_memory,
        stack_size=stack_size,
        trace=trace,
        stats=stats,
        cache_dir=cache_dir,
    )
    return subprocess.run(words, env=None if env is None else dict(env), **options)


class Program:
    """A module, checked and compiled in advance: each `run` starts from the cache, in a few milliseconds.

    path, cache_dir, fix_calls: as in `wali.command`; they are attributes, too.

    Raises at once what keeps it from running: WaliFormatError if it is no WALI module, WaliEngineError if the engine
    does not take it, WaliError if there is no such file (status 127), or if the cache cannot keep its code.
    """

    def __init__(self, path: StrPath, cache_dir: StrPath | None = None, *, fix_calls: bool = False) -> None:
        self.path = os.fspath(path)
        self.cache_dir = os.path.abspath(default_cache_dir() if cache_dir is None else cache_dir)
        self.fix_calls = fix_calls
        self._module = os.path.abspath(path)
        ffi.engine_open()
        variant = ffi.fix_calls_variant() if fix_calls else ""
        found = ffi.cache_lookup(self.cache_dir, self._module, variant)
        if found is None:
            self._compile()
        else:
            os.close(found[0])

    def _compile(self) -> None:
        from .compiled import compiler, cwasm_file, obtain

        if self._module.endswith(cwasm_file.SUFFIX):
            os.close(obtain.compiled(self._module, None, fix_calls=self.fix_calls)[0])
            return
        compiler.prepared(self._module, self.fix_calls)  # for its errors
        # In a process of its own: the compiler forks and changes what SIGCHLD does, which threads here would notice.
        words = ["compile", f"--cache-dir={self.cache_dir}", *(["--fix-calls"] if self.fix_calls else []), self._module]
        done = subprocess.run([*_python("main"), *words], capture_output=True, text=True, check=False)
        if done.returncode != 0:
            lines = done.stderr.strip().splitlines() or [f"the compiler ended with status {done.returncode}"]
            raise WaliEngineError(lines[-1].removeprefix("wali: ").removeprefix(f"{self._module}: "))

    def command(self, *arguments: str, argv0: str | None = None, **settings: Any) -> list[str]:
        """The argument vector that runs it with these arguments: see `wali.command`, also for `settings`."""
        name = self.path if argv0 is None else argv0
        return command(
            self._module, *arguments, argv0=name, fix_calls=self.fix_calls, cache_dir=self.cache_dir, **settings
        )

    def run(
        self,
        *arguments: str,
        env: Mapping[str, str] | None = None,
        max_memory: int = 0,
        stack_size: int = 0,
        trace: StrPath | None = None,
        stats: StrPath | None = None,
        **options: Any,
    ) -> subprocess.CompletedProcess[Any]:
        """Runs it with these arguments. See `wali.run` for `env`, `options` and the result, `wali.command` for the rest."""
        words = self.command(*arguments, max_memory=max_memory, stack_size=stack_size, trace=trace, stats=stats)
        return subprocess.run(words, env=None if env is None else dict(env), **options)

    def __repr__(self) -> str:
        return f"wali.Program({self.path!r}{', fix_calls=True' if self.fix_calls else ''})"


def _words(**given: str | bool | int | None) -> list[str]:
    """The options of wali-run that mean this, by their names as attributes. WaliUsageError if a size is negative."""
    words = []
    for option in OPTIONS:
        value = given.pop(option.attribute, None)
        if isinstance(value, int) and value < 0:
            raise WaliUsageError(f"{option.attribute}={value}: a number of bytes, or 0 for the default")
        if option.kind == FLAG:
            words += [option.word] if value else []
        elif value is not None and (option.kind != SIZE or value):
            words.append(f"{option.word}={value}")
    if given:
        raise TypeError(f"no such options: {', '.join(given)}")
    return words


def _starter() -> list[str]:
    """The command wali-run of this installation; without one (in a checkout) Python does the same, only slower."""
    launcher = os.path.join(os.path.dirname(os.path.abspath(sys.executable)), "wali-run")
    if _PACKAGES.startswith(os.path.join(sys.prefix, "")) and os.access(launcher, os.X_OK):
        return [launcher]
    return _python("run_main")


def _python(function: str) -> list[str]:
    """This Python, to call a function of `wali.cli` with the arguments that follow.

    It finds the packages that this process finds: the guest's environment and folder have no say in that.
    """
    places = [_PACKAGES, *(os.path.abspath(place) for place in sys.path if place and place != _PACKAGES)]
    code = f"import sys; sys.path[:] = {places!r}; from wali.cli import {function} as f; sys.exit(f(sys.argv[1:]))"
    return [sys.executable, "-E", "-c", code]
