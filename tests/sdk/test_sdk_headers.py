"""The headers as programs for Linux include them: the kernel's beside libc's, in either order, and what both define."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support import sdk_helpers

if TYPE_CHECKING:
    from tests.support.sdk_helpers import Compiler

cc, sysroot = sdk_helpers.cc, sdk_helpers.sysroot  # fixtures

# Pairs that glibc's headers allow, each with what programs take of both.
PAIRS = (
    ("linux/stat.h", "sys/stat.h", "struct statx s = {.stx_mnt_id = STATX_MNT_ID}; (void)S_ISREG(s.stx_mode)"),
    ("linux/prctl.h", "sys/prctl.h", "struct prctl_mm_map map = {.brk = PR_SET_VMA}; prctl(PR_SET_MM, &map)"),
    ("linux/kernel.h", "sys/sysinfo.h", "struct sysinfo s; sysinfo(&s)"),
    ("linux/mount.h", "sys/mount.h", "struct mount_attr a = {.attr_set = MOUNT_ATTR_RDONLY | MS_RDONLY}; (void)a"),
    ("linux/fanotify.h", "sys/fanotify.h", "struct fanotify_event_metadata m; (void)m; fanotify_init(FAN_CLOEXEC, 0)"),
    ("linux/in6.h", "netinet/in.h", "struct in6_addr a; a.s6_addr[0] = IPPROTO_ICMPV6; (void)a"),
    (
        "linux/icmp.h",
        "arpa/inet.h",
        "struct icmphdr h; (void)h; struct sockaddr_in6 a; a.sin6_addr = in6addr_any; (void)a",
    ),
    ("linux/ipv6.h", "netinet/in.h", "struct in6_pktinfo i = {.ipi6_ifindex = IPV6_RECVPKTINFO}; (void)i"),
    ("linux/if_ether.h", "net/ethernet.h", "struct ethhdr h = {.h_proto = ETH_P_IP}; (void)h; (void)ETHERTYPE_IP"),
    ("linux/if_tun.h", "netinet/if_ether.h", "struct ethhdr h; struct ether_arp a; (void)h; (void)a; (void)IFF_TUN"),
    ("linux/falloc.h", "fcntl.h", "fallocate(0, FALLOC_FL_COLLAPSE_RANGE, 0, 1)"),
    ("asm/socket.h", "sys/socket.h", "int o = SO_TIMESTAMP + SO_RCVTIMEO_NEW + SO_NETNS_COOKIE; (void)o"),
    ("linux/close_range.h", "unistd.h", "close_range(3, ~0U, CLOSE_RANGE_UNSHARE)"),
    ("asm/unistd_64.h", "sys/syscall.h", "long n = __NR_getpid + SYS_getpid; (void)n"),
)

USE = """#include <stddef.h>
int f(void)
{
    %s;
    return 0;
}
"""

# What glibc says about files of 64 bits, and about constants.
NAMES = """
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>
#define SAME(a, b) _Static_assert(sizeof(a) == sizeof(b), #a)
SAME(off64_t, long long);
SAME(struct stat64, struct stat);
SAME(struct flock64, struct flock);
SAME(struct rlimit64, struct rlimit);
SAME(struct statvfs64, struct statvfs);
SAME(struct dirent64, struct dirent);
_Static_assert(SO_RCVTIMEO == 20 && SO_SNDTIMEO == 21 && SO_TIMESTAMP == 29 && SO_TIMESTAMPNS == 35, "of 64 bits");
_Static_assert(SO_TIMESTAMPING == 37 && SCM_TIMESTAMPNS == 35 && SO_TXREHASH == 74, "of 64 bits");
_Static_assert(MADV_POPULATE_WRITE == 23 && SIGCLD == SIGCHLD && AF_MCTP == 45 && AF_MAX == 46, "today's kernel");
void *all[] = {lseek64, pread64, open64, openat64, fopen64, fseeko64, mmap64, ftruncate64, sendfile64, readdir64,
               fstat64, setrlimit64, fcntl64, posix_fallocate64, mkstemp64};
"""


@pytest.mark.parametrize("standard", ["gnu11", "c++17"])
def test_kernel_and_libc_agree_in_either_order(cc: Compiler, standard: str) -> None:
    failed = []
    name, tool = ("pair.cc", "c++") if "+" in standard else ("pair.c", "cc")
    for kernel, libc, use in PAIRS:
        for first, second in ((kernel, libc), (libc, kernel)):
            text = f"#undef _GNU_SOURCE\n#define _GNU_SOURCE 1\n#include <{first}>\n#include <{second}>\n{USE % use}"
            cc.write(text, name)
            done = cc.run("-fsyntax-only", "-Wall", "-Wno-c++20-designator", f"-std={standard}", name, name=tool)
            if done.returncode or done.stderr:
                failed.append(f"{first}, {second}: {done.stderr}")
    assert not failed, "\n".join(failed)


def test_names_of_files_of_64_bits(cc: Compiler) -> None:
    cc.write("#include <stdlib.h>\n" + NAMES)
    done = cc.run("-c", "-D_GNU_SOURCE", "prog.c")
    assert done.returncode == 0, done.stderr


def test_kernels_layouts(cc: Compiler) -> None:
    """Where the kernel's own headers ask for the processor."""
    cc.write("""
#include <linux/eventpoll.h>
#include <linux/sockios.h>
#include <asm/stat.h>
#include <asm/sembuf.h>
_Static_assert(sizeof(struct epoll_event) == 12 && sizeof(struct stat) == 144, "x86-64's");
_Static_assert(sizeof(__kernel_ulong_t) == 8 && __BITS_PER_LONG == 64, "a long has 64 bits");
_Static_assert(SIOCGSTAMP == 0x8906 && sizeof(struct semid64_ds) == 104, "of 64 bits");
""")
    done = cc.run("-c", "prog.c")
    assert done.returncode == 0, done.stderr
