"""Imports of WALI's binary interface that are no system calls: starting, ending, threads, setjmp(3)."""

from __future__ import annotations

from syscalls.rows import INT, OPAQUE, SIZE, Result, auxiliary

_JUMP = OPAQUE("names the jump; only the guest's libc looks inside")
_CONTEXT = OPAQUE("a ucontext_t")
_BUFFER = OPAQUE("the handler copies a text there")

# setjmp and longjmp find the frame that called them by what is the same for all imports of a type,
# so that every name of one kind has the same entry (engine/internals/frames).
IMPORTS = (
    auxiliary("__init", why="whether the guest set itself up before: 0 the first time, then 1"),
    auxiliary("__deinit", why="whether the guest cleared up before: 0 the first time, then 1"),
    auxiliary("__proc_exit", why="ends the process", status=INT),
    auxiliary("__cl_get_argc", why="the number of arguments"),
    auxiliary("__cl_get_argv_len", why="the length of an argument", index=INT),
    auxiliary("__cl_copy_argv", why="copies an argument", buf=_BUFFER, index=INT),
    auxiliary(
        "__get_init_envfile", why="the path of a file with the environment; 0 if it is empty", buf=_BUFFER, size=SIZE
    ),
    auxiliary(
        "__wasm_thread_spawn",
        why="starts a thread: its id, or -errno",
        function=INT,
        argument=OPAQUE("the thread's own"),
    ),
    auxiliary("setjmp", "_setjmp", "__setjmp", why="setjmp(3)", result=Result.I32, entry="wali_setjmp", env=_JUMP),
    auxiliary(
        "sigsetjmp",
        "__sigsetjmp",
        why="sigsetjmp(3)",
        result=Result.I32,
        entry="wali_sigsetjmp",
        env=_JUMP,
        savesigs=INT,
    ),
    auxiliary(
        "longjmp",
        "_longjmp",
        "siglongjmp",
        why="longjmp(3): does not return",
        result=Result.NONE,
        entry="wali_longjmp",
        env=_JUMP,
        value=INT,
    ),
    auxiliary("getcontext", why="getcontext(3): 0", result=Result.I32, entry="wali_getcontext", context=_CONTEXT),
    auxiliary(
        "setcontext",
        why="setcontext(3): does not return, or -errno",
        result=Result.I32,
        entry="wali_setcontext",
        context=_CONTEXT,
    ),
    auxiliary(
        "swapcontext",
        why="swapcontext(3): 0 or -errno",
        result=Result.I32,
        entry="wali_swapcontext",
        old=_CONTEXT,
        context=_CONTEXT,
    ),
)
