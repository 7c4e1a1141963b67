"""Compiling for WASI: the compiler's words pass through, and where WASI lacks something a line says where it is.

Many programs are first compiled for the smaller interface. Its headers leave out what it has not, so the compiler
says no more than that a function is not declared.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from contextlib import suppress

from .errors import SdkError

# What the user sees of functions and headers that WASI has none of: whole words, as messages spell them.
PROCESSES = (
    "fork vfork execl execle execlp execv execve execvp execvpe posix_spawn posix_spawnp wait waitpid popen system"
)
SIGNALS = "kill sigaction sigprocmask sigsuspend alarm setitimer pause pthread_kill"
SOCKETS = "socket bind connect listen socketpair sendto recvfrom sendmsg recvmsg getaddrinfo gethostbyname"
OTHERS = "pipe pipe2 dup dup2 dup3 mkfifo chmod fchmod chown umask getuid geteuid flock mlock tcgetattr getrusage"
HEADERS = r"""sys/wait\.h spawn\.h sys/epoll\.h sys/ipc\.h sys/shm\.h sys/mount\.h sys/ptrace\.h sys/prctl\.h sys/sendfile\.h
    netdb\.h net/if\.h pwd\.h grp\.h termios\.h pty\.h semaphore\.h ucontext\.h sys/inotify\.h sys/signalfd\.h sys/timerfd\.h"""
_NAMES = "|".join((PROCESSES + " " + SIGNALS + " " + SOCKETS + " " + OTHERS).split())
LACKS = re.compile(
    rf"undeclared (?:library )?(?:function|identifier) '(?:{_NAMES})'"
    rf"|undefined symbol: (?:{_NAMES})\b"
    rf"|'(?:{'|'.join(HEADERS.split())})' file not found"
    r"|lacks signal support|lacks a true mmap|lacks process-associated"
)
HINT = (
    "WASI has no processes, signals, users, or sockets of one's own making; a program that needs them "
    "is for WALI: leave out --target ('Which interface' in docs/WASI.md)"
)
SETJMP = re.compile(r"Setjmp/longjmp support requires")
SETJMP_HINT = "for WASI, setjmp is compiled into exceptions of WebAssembly: -mwali-sjlj=wasm"
EXITS = re.compile(r"(?:undefined symbol: |undeclared (?:library )?function ')(?:pthread_exit|thrd_exit)\b")
EXITS_HINT = "a thread of WASI ends by returning from its function: wasi-threads has no other way"
_PLAIN = re.compile(r"\x1b\[[0-9;]*[mK]")


def hint(text: str) -> str:
    """The line that helps with the compiler's messages `text`, or nothing."""
    plain = _PLAIN.sub("", text)
    if SETJMP.search(plain):
        return SETJMP_HINT
    if EXITS.search(plain):
        return EXITS_HINT
    return HINT if LACKS.search(plain) else ""


def run(command: list[str]) -> int:
    """Run the compiler; its exit status. Its messages are shown as they come. Raises SdkError if it cannot start."""
    colours = ["-fcolor-diagnostics"] if sys.stderr is not None and sys.stderr.isatty() else []
    # Before the user's own words: the last one counts.
    at = command.index("--end-no-unused-arguments")
    try:
        process = subprocess.Popen([*command[:at], *colours, *command[at:]], stderr=subprocess.PIPE)
    except OSError as error:
        raise SdkError(f"{command[0]}: {error.strerror}") from None
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal's goes to both, and the compiler's end is ours
    said = _show(process)
    status = process.wait()
    if status > 0 and (line := hint(said)):
        from ..messages import complain

        complain("wali-cc", f"hint: {line}")
    if status < 0:
        signal.signal(-status, signal.SIG_DFL)
        os.kill(os.getpid(), -status)
    return status


def _show(process: subprocess.Popen[bytes]) -> str:
    """Passes stderr on, piece by piece; returns all of it."""
    assert process.stderr is not None
    pieces = []
    while piece := os.read(process.stderr.fileno(), 65536):
        pieces.append(piece)
        with suppress(OSError):  # nobody reads it: the compiler works on
            rest = memoryview(piece)
            while rest:
                rest = rest[os.write(2, rest) :]
    return b"".join(pieces).decode(errors="replace")
