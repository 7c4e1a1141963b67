"""Make the sysroot for WASI with threads: the wheel's libc compiled once more, for several threads.

The wheel's sources are wasi-libc's, which have what threads need under _REENTRANT, but the parts that start and stop
threads are left out, and zig compiles them for one thread. So each source is compiled by zig's own command, changed
for threads; stand-ins that do nothing are left out; locks come from musl's sources in the wheel; and what is WASI's own
(waiting, starting, ending, the allocator's lock) from wasi_overlay/.
"""

from __future__ import annotations

import os
import shlex
import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from . import build, paths, wasi
from .errors import SdkError
from .source import run_tool

ZIG_BASELINE = f"{wasi.ZIG_BASELINE}+atomics"
OPTIONS = ["-matomics", "-mbulk-memory", "-pthread"]
NO_MEMORY = "    std.c._errno().* = @backingInt(std.c.E.NOMEM);\n"  # in the allocator
STUBS = "/thread-stub/"  # in the path of a source that does nothing
START = "/crt/"  # of what is no part of libc.a
MODEL = "musl/src/thread/pthread_attr_init.c"  # of musl's sources of threads, one that zig compiles, too
HEADERS = ("semaphore.h",)  # WASI has what is in these only with threads
# Options of zig's commands that are not for here: what only they write, and that there is one thread.
LEFT_OUT = ("-MD", "-MV")
LEFT_OUT_PAIRS = ("-MF", "-o", "--serialize-diagnostics", "-mthread-model")


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


# Of musl, below src/.
MUSL = (
    *(f"stdio/{name}" for name in ("__lockfile", "flockfile", "ftrylockfile", "funlockfile")),
    *(
        f"thread/{name}"
        for name in _words(
            """__lock lock_ptc call_once
            cnd_broadcast cnd_destroy cnd_init cnd_signal cnd_timedwait cnd_wait
            mtx_destroy mtx_init mtx_lock mtx_timedlock mtx_trylock mtx_unlock
            pthread_barrier_destroy pthread_barrier_init pthread_barrier_wait
            pthread_cond_broadcast pthread_cond_destroy pthread_cond_init pthread_cond_signal
            pthread_cond_timedwait pthread_cond_wait
            pthread_mutex_consistent pthread_mutex_getprioceiling pthread_mutex_lock pthread_mutex_timedlock
            pthread_mutex_trylock pthread_mutex_unlock pthread_once
            pthread_rwlock_rdlock pthread_rwlock_timedrdlock pthread_rwlock_timedwrlock
            pthread_rwlock_tryrdlock pthread_rwlock_trywrlock pthread_rwlock_unlock pthread_rwlock_wrlock
            pthread_setattr_default_np
            sem_destroy sem_getvalue sem_init sem_post sem_timedwait sem_trywait sem_wait
            thrd_create thrd_join tss_create tss_delete tss_set"""
        )
    ),
)
CLOCK_IS_NUMBER = "thread/pthread_cond_timedwait"  # see wasi_overlay/kernel.h


@dataclass(frozen=True)
class Step:
    """A source, and the command that compiles it but for where the object goes."""

    source: str
    command: tuple[str, ...]


def make(sysroot: Path, work: Path, progress: build.Shown) -> None:
    """Fill the empty folder `sysroot`; `work` is scratch. Raises SdkError."""
    wasi.begin(sysroot, progress.show, HEADERS)
    progress.show("finding the sources of WASI's libc")
    made, account = wasi.archives(work, ZIG_BASELINE)
    steps = list(_steps(account))
    objects = _compile(steps, work, progress)
    objects += _zig_objects(work)
    wasi.install_archives(sysroot, paths.WASI_THREADS_TRIPLE, objects, made["compiler_rt"])
    wasi.start_files(sysroot, work, paths.WASI_THREADS_TRIPLE, OPTIONS)


def _zig_objects(work: Path) -> list[Path]:
    """What of libc is written in Zig: for several threads all but the allocator, for one thread that.

    zig itself compiles all for one thread, whose errno is one for all. The allocator sets none here.
    """
    lib = Path(paths.zig_dir()) / "lib"
    rest, allocator = work / "zigc", work / "allocator"
    shutil.copytree(lib / "c", rest / "c")
    shutil.copyfile(lib / "c.zig", rest / "c.zig")
    (allocator / "c").mkdir(parents=True)
    text = (lib / "c/malloc.zig").read_text(encoding="utf-8")
    if text.count(NO_MEMORY) != 1:
        raise SdkError(f"{lib}/c/malloc.zig: not of the version that this SDK expects")
    (allocator / "c/malloc.zig").write_text(text.replace(NO_MEMORY, ""), encoding="utf-8")
    shutil.copyfile(os.path.join(paths.WASI_OVERLAY, "allocator.zig"), allocator / "c.zig")
    (rest / "c/malloc.zig").write_text("", encoding="utf-8")
    return [_zig_object(rest, "-fno-single-threaded"), _zig_object(allocator, "-fsingle-threaded")]


def _zig_object(folder: Path, threads: str) -> Path:
    made = folder.with_suffix(".o")
    zig = os.path.join(paths.zig_dir(), "zig")
    target = ["-target", "wasm32-wasi", f"-mcpu={ZIG_BASELINE}", "-O", "ReleaseFast", "-fstrip", "-lc", threads]
    caches = ["--cache-dir", "zig-cache", "--global-cache-dir", "zig-cache"]
    environment = {**os.environ, "HOME": str(folder)}
    run_tool([zig, "build-obj", "c.zig", *target, *caches, f"-femit-bin={made}"], folder, environment)
    return made


def _steps(account: str) -> Iterator[Step]:
    """What libc.a is made of: zig's own commands, changed, and those for what zig leaves out."""
    libc = os.path.join(paths.zig_dir(), "lib", "libc")
    own = [words for words in map(shlex.split, account.splitlines()) if len(words) > 2 and words[1] == "clang"]
    own = [words for words in own if words[2].startswith(libc) and START not in words[2]]
    model = next((words for words in own if words[2].endswith(MODEL)), None)
    if model is None:
        raise SdkError("the ziglang package tells no sources of libc: not of the version that this SDK expects")
    for words in own:
        if STUBS not in words[2]:
            yield _changed(words, words[2], [])
    kernel = os.path.join(paths.WASI_OVERLAY, "kernel.h")
    for name in MUSL:
        number = ["-DWALI_CLOCK_IS_NUMBER"] if name == CLOCK_IS_NUMBER else []
        yield _changed(model, os.path.join(libc, "musl/src", f"{name}.c"), ["-include", kernel, *number])
    for name in sorted(os.listdir(paths.WASI_OVERLAY)):
        if name.endswith((".c", ".S")):
            yield _changed(model, os.path.join(paths.WASI_OVERLAY, name), [])


def _changed(words: list[str], source: str, more: list[str]) -> Step:
    kept: list[str] = []
    rest = iter(words[3:])
    for word in rest:
        if word in LEFT_OUT_PAIRS:
            next(rest, None)
        elif word not in LEFT_OUT:
            kept.append(word)
    return Step(source, (*words[:2], source, *kept, *OPTIONS, *more))


def _compile(steps: list[Step], work: Path, progress: Callable[[str, int, int], None]) -> list[Path]:
    """Compile all, in parallel; the objects, in the steps' order."""
    lock = threading.Lock()
    done = 0

    def compile_one(number: int, step: Step) -> Path:
        nonlocal done
        target = work / f"{number:04}-{Path(step.source).stem}.o"
        run_tool([*step.command, "-o", str(target)])
        with lock:
            done += 1
            progress("compiling WASI's libc with threads", done, len(steps))
        return target

    return build.in_parallel(compile_one, steps)
