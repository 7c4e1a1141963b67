"""Names and directories: link(2), rename(2), mkdir(2), getdents(2), chdir(2), ..."""

from __future__ import annotations

from syscalls.rows import (
    DEVICE,
    DIRFD,
    FD,
    INT,
    MODE,
    OFFSET,
    PATH,
    SIZE,
    Flags,
    Form,
    Out,
    Shown,
    custom,
    passthrough,
)
from syscalls.symbols import ACCESS, AT, AT_ACCESS, RENAME

EXE = "/proc/self/exe is the guest's program, not the host's"

START = "where paths begin must not change while it is relied on"

ROWS = (
    passthrough(21, "access", pathname=PATH, mode=Flags(ACCESS)),
    passthrough(76, "truncate", path=PATH, length=OFFSET),
    # Old guests say getdents and mean getdents64: musl never had another struct dirent.
    passthrough(78, "getdents", enters="getdents64", fd=FD, dirp=Out(Shown("count", Form.RECORDS)), count=SIZE),
    passthrough(79, "getcwd", buf=Out(Shown("size", Form.TEXT)), size=SIZE),
    custom(80, "chdir", why=START, path=PATH),
    custom(81, "fchdir", why=START, fd=FD),
    passthrough(82, "rename", oldpath=PATH, newpath=PATH),
    passthrough(83, "mkdir", pathname=PATH, mode=MODE),
    passthrough(84, "rmdir", pathname=PATH),
    passthrough(86, "link", oldpath=PATH, newpath=PATH),
    passthrough(87, "unlink", pathname=PATH),
    passthrough(88, "symlink", target=PATH, linkpath=PATH),
    custom(89, "readlink", why=EXE, pathname=PATH, buf=Out("bufsiz"), bufsiz=SIZE),
    passthrough(133, "mknod", pathname=PATH, mode=MODE, dev=DEVICE),
    custom(161, "chroot", why=START, path=PATH),
    passthrough(217, "getdents64", fd=FD, dirp=Out(Shown("count", Form.RECORDS)), count=SIZE),
    passthrough(258, "mkdirat", dirfd=DIRFD, pathname=PATH, mode=MODE),
    passthrough(259, "mknodat", dirfd=DIRFD, pathname=PATH, mode=MODE, dev=DEVICE),
    passthrough(263, "unlinkat", dirfd=DIRFD, pathname=PATH, flags=Flags(AT)),
    passthrough(264, "renameat", olddirfd=DIRFD, oldpath=PATH, newdirfd=DIRFD, newpath=PATH),
    passthrough(
        265,
        "linkat",
        olddirfd=DIRFD,
        oldpath=PATH,
        newdirfd=DIRFD,
        newpath=PATH,
        flags=Flags(AT),
    ),
    passthrough(266, "symlinkat", target=PATH, newdirfd=DIRFD, linkpath=PATH),
    custom(267, "readlinkat", why=EXE, dirfd=DIRFD, pathname=PATH, buf=Out("bufsiz"), bufsiz=SIZE),
    # The kernel's own call has no flags; guests hand a fourth argument over, which it ignores.
    passthrough(269, "faccessat", dirfd=DIRFD, pathname=PATH, mode=Flags(ACCESS), flags=INT),
    passthrough(
        316,
        "renameat2",
        olddirfd=DIRFD,
        oldpath=PATH,
        newdirfd=DIRFD,
        newpath=PATH,
        flags=Flags(RENAME),
    ),
    passthrough(439, "faccessat2", dirfd=DIRFD, pathname=PATH, mode=Flags(ACCESS), flags=Flags(AT_ACCESS)),
)
