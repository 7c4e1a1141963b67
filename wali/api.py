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
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from . import ffi
from .errors import WaliEngineError, WaliUsageError
from .start.config import default_cache_dir
from .start.option_table import FLAG, OPTIONS, SIZE

StrPath = str | os.PathLike[str]
Folders = Sequence[StrPath] | Mapping[Any, StrPath]  # a mapping is of one kind of key

_PACKAGES = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def command(
    module: StrPath,
    *arguments: str,
    argv0: str | None = None,
    env: Mapping[str, str] | None = None,
    dirs: Folders = (),
    host: bool = False,
    inherit_env: bool = False,
    invoke: str | None = None,
    tcplisten: Sequence[str] = (),
    wasi: Sequence[str] = (),
    fix_calls: bool = False,
    max_memory: int = 0,
    stack_size: int = 0,
    trace: StrPath | None = None,
    trace_options: str | None = None,
    stats: StrPath | None = None,
    cache_dir: StrPath | None = None,
    quiet: bool = False,
    code: StrPath | None = None,
) -> list[str]:
    """The argument vector that runs `module`: for subprocess.Popen, asyncio, os.execv, or behind another command.

    The process that it starts becomes the guest: its pid, descriptors, folder, environment, signals and limits
    are the guest's own, but for `stats`, where the guest is a child that ends with it.

    module: path of the .wasm file, from the current folder, whatever folder the guest then gets.
    arguments: the guest's, from argument 1 on.
    argv0: what it sees as argument 0; None for `module` as given.
    env: its whole environment, which everybody can read in the argument vector; None for this process's, of which a
        WASI program gets nothing.
    dirs: for a WASI program: the folders that it may use, by the names that they have here, or a mapping from folders
        to the names that it sees. Without them it has no files.
    host: for a WASI program: lets it use the whole machine, as other programs do (wali-run --host).
    inherit_env: gives a WASI program this process's environment.
    invoke: the exported function to call, instead of running the program: `arguments` are its parameters, as numbers,
        and its results are printed, one a line.
    tcplisten: for a WASI program: addresses, as ``127.0.0.1:8080`` or ``localhost:8080``, of sockets that listen: its
        descriptors from 3 on.
    wasi: words of wali-run's option -S: ``inherit-network`` lets a program of preview2 bind and connect sockets and
        look up names, ``allow-ip-name-lookup`` only look up names.
    fix_calls: let functions be called through pointers of another type, as old C does (wali-run --fix-calls).
    max_memory: most bytes of guest memory, 0 for what the module allows.
    stack_size: bytes of native stack for each guest thread, 262144 at least; 0 for the default, as of the option.
    trace: file that gets each system call, one per line; emptied first.
    trace_options: which calls, and how they are shown, as ``-e trace=%file -T`` (wali-run --trace-options).
    stats: file that gets times, memory and counts of system calls at the end, as JSON (wali-run(1), --stats).
    cache_dir: folder of the compiled code; None for that of this process's environment and user (wali-run(1), FILES).
    quiet: say nothing on stderr about a first compilation that takes seconds.
    code: file of the compiled code, which `wali compile -o` has made of this module; None for the cache's.

    WaliUsageError if a size is negative, if the name of a folder has ``::``, or if a word of `wasi` is none.
    """
    folder = _cache(cache_dir)
    words = _words(
        argv0=os.fspath(module) if argv0 is None else argv0,
        clear_env=env is not None,
        env=[f"{name}={value}" for name, value in (env or {}).items()],
        dir=_folders(dirs),
        host=host,
        inherit_env=inherit_env,
        invoke=invoke,
        tcplisten=_addresses(tcplisten),
        wasi=_wasi_words(wasi),
        fix_calls=fix_calls,
        max_memory=max_memory,
        stack_size=stack_size,
        trace=None if trace is None else os.path.abspath(trace),
        trace_options=trace_options,
        stats=None if stats is None else os.path.abspath(stats),
        cache_dir=folder,
        quiet=quiet,
        code=None if code is None else os.path.abspath(code),
    )
    return [*_starter(), *words, "--", os.path.abspath(module), *arguments]


def run(
    argv: Sequence[StrPath],
    *,
    env: Mapping[str, str] | None = None,
    dirs: Folders = (),
    host: bool = False,
    inherit_env: bool = False,
    invoke: str | None = None,
    tcplisten: Sequence[str] = (),
    wasi: Sequence[str] = (),
    fix_calls: bool = False,
    max_memory: int = 0,
    stack_size: int = 0,
    trace: StrPath | None = None,
    trace_options: str | None = None,
    stats: StrPath | None = None,
    cache_dir: StrPath | None = None,
    quiet: bool = False,
    code: StrPath | None = None,
    **options: Any,
) -> subprocess.CompletedProcess[Any]:
    """Runs a module to its end: argv[0] is its path, the rest its arguments. For the settings see `wali.command`.

    env: the guest's whole environment; None for this process's, of which a WASI program gets nothing.
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
        dirs=dirs,
        host=host,
        inherit_env=inherit_env or env is not None,  # the process's environment is what was given
        invoke=invoke,
        tcplisten=tcplisten,
        wasi=wasi,
        fix_calls=fix_calls,
        max_memory=max_memory,
        stack_size=stack_size,
        trace=trace,
        trace_options=trace_options,
        stats=stats,
        cache_dir=cache_dir,
        quiet=quiet,
        code=code,
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
        self.cache_dir = _cache(cache_dir)
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
        from .compiled import cwasm_file, failures

        if ffi.is_compiled(self._module):
            cwasm_file.check(self._module, self.fix_calls)
            return
        # In a process of its own: the compiler forks and changes what SIGCHLD does, which threads here would notice.
        words = [self._module, self.cache_dir, *(["--fix-calls"] if self.fix_calls else [])]
        done = subprocess.run([*_python("prepare"), *words], capture_output=True, check=False)
        if done.returncode != 0 and done.stdout:
            raise failures.read(done.stdout)
        if done.returncode != 0:
            raise WaliEngineError(f"the compiler ended with status {done.returncode}: {done.stderr[-200:]!r}")

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
        dirs: Folders = (),
        host: bool = False,
        inherit_env: bool = False,
        invoke: str | None = None,
        tcplisten: Sequence[str] = (),
        wasi: Sequence[str] = (),
        max_memory: int = 0,
        stack_size: int = 0,
        trace: StrPath | None = None,
        trace_options: str | None = None,
        stats: StrPath | None = None,
        quiet: bool = False,
        **options: Any,
    ) -> subprocess.CompletedProcess[Any]:
        """Runs it with these arguments. See `wali.run` for `env`, `options` and the result, `wali.command` for the rest."""
        words = self.command(
            *arguments,
            dirs=dirs,
            host=host,
            inherit_env=inherit_env or env is not None,
            invoke=invoke,
            tcplisten=tcplisten,
            wasi=wasi,
            max_memory=max_memory,
            stack_size=stack_size,
            trace=trace,
            trace_options=trace_options,
            stats=stats,
            quiet=quiet,
        )
        return subprocess.run(words, env=None if env is None else dict(env), **options)

    def __repr__(self) -> str:
        return f"wali.Program({self.path!r}{', fix_calls=True' if self.fix_calls else ''})"


def _addresses(tcplisten: Sequence[str]) -> list[str]:
    """TypeError if it is no list, also if it is one address, which has letters as a list has items."""
    if isinstance(tcplisten, str) or not isinstance(tcplisten, Iterable):
        raise TypeError(f"tcplisten={tcplisten!r}: a list of addresses; without any, leave it out")
    return list(tcplisten)


def _wasi_words(words: Sequence[str]) -> list[str]:
    """TypeError if it is one word, WaliUsageError if one is none."""
    if isinstance(words, str):
        raise TypeError(f"wasi={words!r}: a list of words")
    if words:
        from .start import wasi_words

        wasi_words.check(list(words))
    return list(words)


def _folders(dirs: Folders) -> list[str]:
    """What --dir says of them. WaliUsageError if that would mean something else."""
    if isinstance(dirs, (str, bytes, os.PathLike)) or not isinstance(dirs, Iterable):
        raise TypeError(f"dirs={dirs!r}: a list of folders, or a mapping from folders to names; for none, leave it out")
    pairs = dirs.items() if isinstance(dirs, Mapping) else ((folder, folder) for folder in dirs)
    words = []
    for folder, name in pairs:
        if "::" in os.fspath(name):
            raise WaliUsageError(
                f"dirs: no program can see a folder as {os.fspath(name)}; map it to a name without ::, as in dirs={{'.': '/app'}}"
            )
        words.append(f"{os.path.abspath(folder)}::{os.fspath(name)}")
    return words


def _words(**given: str | bool | int | list[str] | None) -> list[str]:
    """The options of wali-run that mean this, by their names as attributes. WaliUsageError if a size is negative."""
    words = []
    for option in OPTIONS:
        value = given.pop(option.attribute, None)
        if isinstance(value, int) and value < 0:
            raise WaliUsageError(f"{option.attribute}={value}: a number of bytes, or 0 for the default")
        if option.kind == FLAG:
            words += [option.word] if value else []
        elif isinstance(value, list):
            words += [f"{option.word}={text}" for text in value]
        elif value is not None and (option.kind != SIZE or value):
            words.append(f"{option.word}={value}")
    if given:
        raise TypeError(f"no such options: {', '.join(given)}")
    return words


def _cache(folder: StrPath | None) -> str:
    """The folder that was given, else this user's own. WaliUsageError if nothing says where that is."""
    place = default_cache_dir() if folder is None else folder
    if place is None:
        raise WaliUsageError("nothing says where compiled code is kept; give cache_dir, or set WALI_CACHE_DIR")
    return os.path.abspath(place)


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
