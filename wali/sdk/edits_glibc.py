"""Changes to the headers and functions of upstream musl 1.2.5 that give programs what they find with glibc; see edits.py.

Whatever a program for Linux takes for granted about the kernel: a function for each system call, the constants of
today's kernel, and headers of the kernel's that go together with those of libc, in either order.
"""

from __future__ import annotations

from .edit_row import Edit

_LATER = "what later kernels have; and the kernel's header may be included, too"
_EARLIER = "the kernel's header that defines the same may come first, as glibc's allow"
_CALLS = "src/linux/wasm32/glibc_calls.c"
_SCHED = "musl refuses, for the kernel's call is about a thread; glibc makes it"

_UIO64 = "#ifdef _GNU_SOURCE\n#define preadv64v2 preadv2\n#define pwritev64v2 pwritev2\n#endif\n"


def _sched(name: str, arguments: str, call: str) -> Edit:
    """One of sched(7)'s functions that musl has for the name alone."""
    return Edit(
        f"src/sched/{name}.c",
        f"int {name}({arguments})\n{{\n\treturn __syscall_ret(-ENOSYS);\n",
        f"int {name}({arguments})\n{{\n\treturn syscall(SYS_{name}, {call});\n",
        _SCHED,
    )


def _after(path: str, line: str, added: str, why: str) -> Edit:
    return Edit(path, line, line + added, why)


def _before(path: str, line: str, added: str, why: str) -> Edit:
    return Edit(path, line, added + line, why)


def _unless(guard: str, path: str, first: str, last: str) -> tuple[Edit, Edit]:
    """Leave out what stands from `first` to `last` where the kernel's header with this guard has been included."""
    return _before(path, first, f"#ifndef {guard}\n", _EARLIER), _after(path, last, "#endif\n", _EARLIER)


GLIBC: tuple[Edit, ...] = (
    _before(
        "include/features.h",
        "#if defined(_DEFAULT_SOURCE) && !defined(_BSD_SOURCE)\n",
        "#if defined(_GNU_SOURCE) && !defined(_LARGEFILE64_SOURCE)\n#define _LARGEFILE64_SOURCE 1\n#endif\n\n",
        "off64_t, stat64, lseek64 and their kin, as every program in C++ finds them; until 1.2.3 musl did the same",
    ),
    _after("include/fcntl.h", "#define lockf64 lockf\n", "#define fcntl64 fcntl\n", "the same"),
    _after("include/sys/uio.h", "#define pwritev64 pwritev\n", _UIO64, "the same"),
    # Functions.
    Edit(
        "include/dirent.h",
        "#define getdents64 getdents\n",
        "ssize_t getdents64(int, void *, size_t);\n",
        f"glibc's takes any buffer: {_CALLS}",
    ),
    _after("include/dirent.h", "#define __NEED_size_t\n", "#define __NEED_ssize_t\n", "the same"),
    _after(
        "include/unistd.h",
        "pid_t gettid(void);\n",
        "#include <linux/close_range.h>\n"
        "int close_range(unsigned, unsigned, int);\n"
        "void closefrom(int);\n"
        "int execveat(int, const char *, char *const [], char *const [], int);\n",
        _CALLS,
    ),
    _after("include/sched.h", "int setns(int, int);\n", "int getcpu(unsigned *, unsigned *);\n", _CALLS),
    _after(
        "include/signal.h",
        "typedef void (*sighandler_t)(int);\n",
        "int tgkill(pid_t, pid_t, int);\n",
        _CALLS,
    ),
    _after(
        "include/stdio.h",
        "#ifdef _GNU_SOURCE\n",
        "#define RENAME_NOREPLACE (1 << 0)\n#define RENAME_EXCHANGE (1 << 1)\n#define RENAME_WHITEOUT (1 << 2)\n"
        "int renameat2(int, const char *, int, const char *, unsigned);\n",
        _CALLS,
    ),
    _after(
        "include/sys/epoll.h",
        "int epoll_pwait(int, struct epoll_event *, int, int, const sigset_t *);\n",
        "#ifdef _GNU_SOURCE\nstruct timespec;\n"
        "int epoll_pwait2(int, struct epoll_event *, int, const struct timespec *, const sigset_t *);\n#endif\n",
        _CALLS,
    ),
    _after(
        "include/sys/mman.h",
        "int mlock2 (const void *, size_t, unsigned);\n",
        "struct iovec;\n"
        "ssize_t process_madvise (int, const struct iovec *, size_t, int, unsigned);\n"
        "int process_mrelease (int, unsigned);\n"
        "int pkey_alloc (unsigned, unsigned);\n"
        "int pkey_free (int);\n"
        "int pkey_mprotect (void *, size_t, int, int);\n"
        "int pkey_get (int);\n"
        "int pkey_set (int, unsigned);\n",
        _CALLS,
    ),
    _after(
        "include/sys/mount.h",
        "int umount2(const char *, int);\n",
        "#ifdef _GNU_SOURCE\n"
        "int fsopen(const char *, unsigned);\n"
        "int fsconfig(int, unsigned, const char *, const void *, int);\n"
        "int fsmount(int, unsigned, unsigned);\n"
        "int fspick(int, const char *, unsigned);\n"
        "int open_tree(int, const char *, unsigned);\n"
        "int move_mount(int, const char *, int, const char *, unsigned);\n"
        "int mount_setattr(int, const char *, unsigned, struct mount_attr *, size_t);\n#endif\n",
        _CALLS,
    ),
    _after(
        "include/string.h",
        "#ifdef _GNU_SOURCE\n",
        "const char *strerrorname_np(int);\nconst char *strerrordesc_np(int);\n",
        "src/errno/wasm32/strerrorname_np.c",
    ),
    _after(
        "include/stdlib.h",
        "int getloadavg(double *, int);\n",
        "char *canonicalize_file_name(const char *);\n",
        "src/misc/wasm32/canonicalize_file_name.c",
    ),
    _sched("sched_getparam", "pid_t pid, struct sched_param *param", "pid, param"),
    _sched("sched_setparam", "pid_t pid, const struct sched_param *param", "pid, param"),
    _sched("sched_getscheduler", "pid_t pid", "pid"),
    _sched("sched_setscheduler", "pid_t pid, int sched, const struct sched_param *param", "pid, sched, param"),
    # Constants and structures.
    Edit("include/sys/stat.h", "#define STATX_TYPE 1U\n", "#include <linux/stat.h>\n#if 0\n", _LATER),
    _after("include/sys/stat.h", "\tuint64_t __pad1[14];\n};\n", "#endif\n", _LATER),
    _after(
        "include/sys/mount.h",
        "#include <sys/ioctl.h>\n",
        "#ifdef _GNU_SOURCE\n#include <stddef.h>\n#include <linux/mount.h>\n#endif\n",
        _LATER,
    ),
    _after(
        "include/sys/file.h",
        "#define _SYS_FILE_H\n",
        "#include <fcntl.h>\n",
        "programs that lock files take the flags of open from it",
    ),
    Edit(
        "include/fcntl.h",
        "#define FALLOC_FL_KEEP_SIZE 1\n",
        "#include <linux/falloc.h>\n",
        _LATER,
    ),
    _after(
        "include/sys/mman.h",
        "#define MADV_PAGEOUT     21\n",
        "#define MADV_POPULATE_READ 22\n#define MADV_POPULATE_WRITE 23\n#define MADV_DONTNEED_LOCKED 24\n",
        _LATER,
    ),
    Edit("include/sys/prctl.h", "struct prctl_mm_map {\n", "#include <linux/prctl.h>\n#if 0\n", _LATER),
    _after("include/sys/prctl.h", "\tuint32_t auxv_size;\n\tuint32_t exe_fd;\n};\n", "#endif\n", _LATER),
    Edit("include/sys/sysinfo.h", "struct sysinfo {\n", "#include <linux/kernel.h>\n#if 0\n", _LATER),
    _after("include/sys/sysinfo.h", "\tchar __reserved[256];\n};\n", "#endif\n", _LATER),
    Edit(
        "include/sys/socket.h",
        "#define PF_MAX          45\n",
        "#define PF_MCTP         45\n#define PF_MAX          46\n",
        _LATER,
    ),
    _after("include/sys/socket.h", "#define AF_XDP          PF_XDP\n", "#define AF_MCTP         PF_MCTP\n", _LATER),
    _after(
        "include/sys/socket.h",
        "#define SOL_XDP         283\n",
        "#define SOL_MPTCP       284\n#define SOL_MCTP        285\n#define SOL_SMC         286\n",
        _LATER,
    ),
    _after(
        "include/sys/socket.h",
        "#include <bits/socket.h>\n",
        "\n#ifdef _GNU_SOURCE\n#include <asm/socket.h>\n#endif\n",
        f"{_LATER}, and SIOCATMARK",
    ),
    Edit(
        "include/sys/socket.h",
        "#define SOMAXCONN       128\n",
        "#define SOMAXCONN       4096\n",
        "the kernel's since 5.4",
    ),
    _after(
        "include/sys/param.h", "#include <limits.h>\n", "#include <signal.h>\n", "old programs take signals from it"
    ),
    _after("include/signal.h", "#define SEGV_MTESERR 9\n", "#define SEGV_CPERR 10\n", _LATER),
    _after(
        "include/signal.h",
        "#define SA_ONESHOT SA_RESETHAND\n",
        "#define SIGCLD SIGCHLD\n",
        "the name of System V",
    ),
    # Headers of the kernel's that come first.
    *_unless(
        "_LINUX_IN6_H", "include/netinet/in.h", "struct in6_addr {\n", "\tunsigned        ipv6mr_interface;\n};\n"
    ),
    *_unless("_IPV6_H", "include/netinet/in.h", "struct in6_pktinfo {\n", "\tuint32_t ip6m_mtu;\n};\n"),
    *_unless("_LINUX_IF_ETHER_H", "include/netinet/if_ether.h", "struct ethhdr {\n", "\tuint16_t h_proto;\n};\n"),
)
