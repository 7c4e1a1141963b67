"""Make WASI's sysroot: the libc for preview1 that the compiler's wheel carries, its headers and builtins.

The wheel holds the sources, and zig knows which of them make a libc: it builds the archives here, in a cache of its
own. What a program is linked with has the same form as for WALI, so that driver and linker are the same.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

from . import build, paths
from .errors import SdkError
from .source import run_tool

# What every engine of WASI has. libc must not ask for more: it is linked into baseline programs too.
BASELINE = ["-mcpu=mvp", "-mbulk-memory", "-mmutable-globals", "-msign-ext"]
ZIG_BASELINE = "mvp+bulk_memory+mutable_globals+sign_ext"
# libc.a has all that is in these, as it has what is in -lm.
EMPTY_LIBRARIES = (
    *build.EMPTY_LIBRARIES,
    *(f"wasi-emulated-{name}" for name in ("getpid", "mman", "process-clocks", "signal")),
)
JUMP_TAG = "src/setjmp/wasm32/longjmp_tag.S"  # of ours: the wheel's libc leaves the exception's tag out
WASI = "lib/libc/wasi"  # in the wheel, as HEADERS
HEADERS = ("lib/libc/include/generic-musl", "lib/libc/include/wasm-wasi-musl")  # the later one replaces


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


# musl's headers of what WASI has none of: a configure script shall not find them.
ABSENT = _words(
    """aio.h elf.h grp.h lastlog.h link.h mntent.h mqueue.h netdb.h pty.h pwd.h resolv.h semaphore.h shadow.h spawn.h
    syslog.h termios.h ucontext.h ulimit.h utmp.h utmpx.h wait.h wordexp.h
    net/ethernet.h net/if_arp.h net/if.h net/route.h netinet/ether.h netinet/if_ether.h netpacket/packet.h
    scsi/scsi.h scsi/scsi_ioctl.h scsi/sg.h
    sys/acct.h sys/auxv.h sys/cachectl.h sys/epoll.h sys/fanotify.h sys/fsuid.h sys/inotify.h sys/io.h sys/ipc.h
    sys/kd.h sys/klog.h sys/membarrier.h sys/mount.h sys/msg.h sys/mtio.h sys/personality.h sys/prctl.h
    sys/procfs.h sys/ptrace.h sys/quota.h sys/reboot.h sys/reg.h sys/sem.h sys/sendfile.h sys/shm.h
    sys/signalfd.h sys/soundcard.h sys/statfs.h sys/swap.h sys/sysinfo.h sys/syslog.h sys/termios.h
    sys/timerfd.h sys/ucontext.h sys/user.h sys/vfs.h sys/vt.h sys/wait.h sys/xattr.h"""
)
Show = Callable[[str], None]


def make(sysroot: Path, work: Path, show: Show) -> None:
    """Fill the empty folder `sysroot`; `work` is scratch. Raises SdkError."""
    begin(sysroot, show)
    show("compiling WASI's libc")
    made, _ = archives(work, ZIG_BASELINE)
    install_archives(sysroot, paths.WASI_TRIPLE, [made["c"], made["zigc"]], made["compiler_rt"])
    start_files(sysroot, work, paths.WASI_TRIPLE, [])


def begin(sysroot: Path, show: Show, more: tuple[str, ...] = ()) -> None:
    """Headers, and what the driver needs; `more` are headers that there are for once."""
    show("headers")
    install_headers(sysroot / "include", more)
    build.compiler_headers(sysroot)
    build.linker_wrapper(sysroot)


def install_headers(target: Path, more: tuple[str, ...] = ()) -> None:
    """libc's headers, as WASI has them, and `more`."""
    for folder in HEADERS:
        source = Path(paths.zig_dir()) / folder
        if not source.is_dir():
            raise SdkError(f"{source}: not there; the ziglang package is not of the version that this SDK expects")
        shutil.copytree(source, target, dirs_exist_ok=True)
    for name in set(ABSENT).difference(more):
        (target / name).unlink(missing_ok=True)


def archives(work: Path, features: str) -> tuple[dict[str, Path], str]:
    """libc's two archives (c, zigc) and the builtins (compiler_rt), by letting zig link a program with all that there is.

    Also zig's account of how it compiled each source, one command a line.
    """
    zig = os.path.join(paths.zig_dir(), "zig")
    (work / "empty.c").write_text("int main(void) { return 0; }\n", encoding="utf-8")
    libraries = [f"-l{name}" for name in ("c", *EMPTY_LIBRARIES) if name == "c" or name.startswith("wasi-")]
    caches = ["--cache-dir", "zig-cache", "--global-cache-dir", "zig-cache"]
    target = ["-target", "wasm32-wasi", f"-mcpu={features}", "-O", "ReleaseFast", "-fstrip", "--verbose-cc"]
    environment = {**os.environ, "HOME": str(work)}
    account = run_tool(
        [zig, "build-exe", "empty.c", *target, *libraries, *caches, "-femit-bin=empty.wasm"], work, environment
    )
    made = {name: _only(work / "zig-cache" / "o", f"lib{name}.a") for name in ("c", "zigc", "compiler_rt")}
    return made, account


def install_archives(sysroot: Path, target: str, libc: list[Path], builtins: Path) -> None:
    """libc.a of these archives or objects, the compiler's builtins, and libraries without content."""
    zig = os.path.join(paths.zig_dir(), "zig")
    lib = sysroot / "lib" / target
    lib.mkdir(parents=True)
    # As zig links it, libc is two archives; L adds members instead of archives, those of equal name too.
    run_tool([zig, "ar", "qcsLD", str(lib / "libc.a"), *map(str, libc)])
    for name in EMPTY_LIBRARIES:
        run_tool([zig, "ar", "rcsD", str(lib / f"lib{name}.a")])
    rt = sysroot / "rt/lib" / target.replace("wasm32-", "wasm32-unknown-")
    rt.mkdir(parents=True)
    shutil.copyfile(builtins, rt / "libclang_rt.builtins.a")


def _only(folder: Path, name: str) -> Path:
    found = list(folder.glob(f"*/{name}"))
    if len(found) != 1:
        raise SdkError(f"the ziglang package made {len(found)} files {name}: not of the version that this SDK expects")
    return found[0]


def start_files(sysroot: Path, work: Path, target: str, options: list[str]) -> None:
    """crt1 of commands and of reactors, and what setjmp by exceptions needs."""
    zig = os.path.join(paths.zig_dir(), "zig")
    source = Path(paths.zig_dir()) / WASI
    lib = sysroot / "lib" / target
    flags = [f"--target={target}", f"--sysroot={sysroot}", f"-resource-dir={sysroot}/rt", *BASELINE, *options, "-O2"]
    for name in ("crt1-command", "crt1-reactor"):
        start = source / "libc-bottom-half/crt" / f"{name}.c"
        run_tool([zig, "clang", *flags, "-c", str(start), "-o", str(lib / f"{name}.o")])
    shutil.copyfile(lib / "crt1-command.o", lib / "crt1.o")
    jumps = [source / "libc-top-half/musl/src/setjmp/wasm32/rt.c", Path(paths.OVERLAY) / JUMP_TAG]
    run_tool([zig, "clang", *flags, *build.SJLJ, "-c", *map(str, jumps)], work)
    objects = [str(work / f"{path.stem}.o") for path in jumps]
    run_tool([zig, "ar", "rcsD", str(lib / "libsetjmp.a"), *objects])
