"""The table: a row for every number, and rows that cannot be wrong without saying so."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from abi.layouts import IOVEC, MSGHDR
from syscalls import rows as vocabulary
from syscalls.rows import FD, INT, SIZE, In, Kind, Out, Row, RowError, custom, passthrough, repack, stub
from syscalls.table import ALIASES, FAMILIES, all_rows, check, read_numbers
from tests.support.tools import ROOT

ROWS = {row.name: row for row in all_rows()}
HOST_HEADER = Path("/usr/include/x86_64-linux-gnu/asm/unistd_64.h")

# The guests' ABI, not a choice of ours: binaries exist.
WIDTHS = {
    "lseek": "iIi",
    "mmap": "iiiiiI",
    "pread64": "iiiI",
    "pwrite64": "iiiI",
    "truncate": "iI",
    "ftruncate": "iI",
    "fcntl": "iiI",
    "poll": "iIi",
    "ppoll": "iIiii",
    "prctl": "iIIII",
    "fadvise64": "iIIi",
    "preadv": "iiiII",
    "pwritev": "iiiII",
    "rt_sigreturn": "I",
    "read": "iii",
    "fstat": "ii",
    "openat": "iiii",
    "ioctl": "iii",
    "select": "iiiii",
    "pselect6": "iiiiii",
    "futex": "iiiiii",
    "sendto": "iiiiii",
    "epoll_pwait": "iiiiii",
    "rt_sigaction": "iiii",
    "prlimit64": "iiii",
    "getrandom": "iii",
    "statx": "iiiii",
    "faccessat": "iiii",
    "fchmodat": "iiii",
}


def test_every_number_has_a_row() -> None:
    """check() would have raised; the counts say that nothing was dropped on the way."""
    assert len(ROWS) == len(read_numbers()) == sum(len(family.ROWS) for family in FAMILIES.values())


@pytest.mark.skipif(not HOST_HEADER.exists(), reason="no x86-64 kernel headers on this host")
def test_numbers_are_the_kernels() -> None:
    """Our table agrees with the host's headers, which may be older or younger."""
    numbers = read_numbers()
    for name, number in re.findall(r"#define __NR_(\w+) (\d+)", HOST_HEADER.read_text()):
        assert numbers.get(int(number)) == name or int(number) > max(numbers)


def test_numbers_of_the_core_are_the_tables() -> None:
    """Those of calls that are younger than the host's headers."""
    text = (ROOT / "wali/native/base/call_numbers.h").read_text()
    numbers = read_numbers()
    found = re.findall(r"#define SYS_(\w+) (\d+)", text)
    assert found
    assert {name: numbers.get(int(number)) for name, number in found} == {name: name for name, _ in found}


@pytest.mark.parametrize(("name", "signature"), WIDTHS.items())
def test_width(name: str, signature: str) -> None:
    """Existing binaries import these types."""
    assert ROWS[name].signature == signature


@pytest.mark.parametrize(
    ("name", "param", "signed"),
    [
        ("openat", "dirfd", True),
        ("close", "fd", True),
        ("lseek", "offset", True),
        ("poll", "timeout", True),
        ("read", "count", False),
        ("mmap", "length", False),
        ("mmap", "addr", False),
        ("epoll_wait", "timeout", True),
        ("sched_setaffinity", "pid", True),
    ],
)
def test_sign(name: str, param: str, signed: bool) -> None:
    """What a narrower argument widens with."""
    assert next(p for p in ROWS[name].params if p.name == param).signed is signed


def test_aliases_lead_to_rows() -> None:
    """An alias is no kernel name, and names one."""
    for alias, name in ALIASES.items():
        assert alias not in ROWS
        assert name in ROWS


HOSTILE = [
    "process_vm_readv",
    "process_vm_writev",
    "ptrace",
    "process_madvise",
    "move_pages",
    "mbind",
    "kcmp",
    "pidfd_getfd",
    "io_uring_setup",
    "io_uring_register",
    "io_uring_enter",
    "io_setup",
    "io_submit",
    "userfaultfd",
    "rseq",
    "arch_prctl",
    "modify_ldt",
    "bpf",
    "perf_event_open",
    "seccomp",
    "map_shadow_stack",
    "keyctl",
    "clone",
    "clone3",
]
JUDGED = ["open", "openat", "openat2", "creat", "open_by_handle_at", "prctl", "set_robust_list", "get_robust_list"]
RANGES = "mmap munmap mremap mprotect madvise brk msync mlock mlock2 munlock mincore shmat shmdt remap_file_pages"


@pytest.mark.parametrize("name", HOSTILE)
def test_no_way_to_the_hosts_memory(name: str) -> None:
    """Calls that follow addresses by another route than their arguments never reach the kernel as they are."""
    assert ROWS[name].kind in (Kind.STUB, Kind.CUSTOM)


@pytest.mark.parametrize("name", JUDGED + RANGES.split())
def test_judged_by_a_handler(name: str) -> None:
    """Calls on ranges of addresses, and those that may open the host's memory as a file."""
    assert ROWS[name].kind is Kind.CUSTOM


def _bad_length() -> Row:
    return passthrough(0, "read", fd=FD, buf=Out("size"), count=SIZE)


def _length_is_a_pointer() -> Row:
    return passthrough(0, "read", fd=FD, buf=Out("fd2"), fd2=Out(4))


def _unrepacked() -> Row:
    return passthrough(20, "writev", fd=FD, iov=In(IOVEC, "iovcnt"), iovcnt=INT)


def _nothing_to_repack() -> Row:
    return repack(1, "write", fd=FD, buf=In("count"), count=SIZE)


def _no_repacker() -> Row:
    return repack(46, "sendmsg", fd=FD, msg=In(MSGHDR), flags=INT)


def _opaque_to_kernel() -> Row:
    return passthrough(54, "setsockopt", fd=FD, optval=vocabulary.OPAQUE("by option"))


def _seven() -> Row:
    return custom(9, "mmap", a=INT, b=INT, c=INT, d=INT, e=INT, f=INT, g=INT)


def _no_reason() -> Row:
    return stub(101, "ptrace", "EPERM", "")


@pytest.mark.parametrize(
    ("build", "why"),
    [
        (_bad_length, "buf: its length size is not a parameter"),
        (_length_is_a_pointer, "its length fd2 is not a number"),
        (_unrepacked, "struct iovec holds addresses"),
        (_nothing_to_repack, "nothing to repack"),
        (_no_repacker, "no entry repacks struct msghdr"),
        (_opaque_to_kernel, "optval: the kernel cannot follow this address"),
        (_seven, "7 parameters"),
        (_no_reason, "a stub needs an errno and a reason"),
    ],
)
def test_bad_row_names_itself(build: object, why: str) -> None:
    """The error says file, line, number and name."""
    assert callable(build)
    with pytest.raises(RowError, match=rf"test_table\.py:\d+: row \d+ \w+: .*{why}"):
        build()


def test_missing_row() -> None:
    """The number and the file are named."""
    with pytest.raises(RowError, match=r"syscall_64\.tbl: 3 close: no row in syscalls/table/"):
        check(tuple(row for row in ROWS.values() if row.number != 3), read_numbers())


def test_renumbered_row() -> None:
    """A row whose number belongs to another name."""
    wrong = passthrough(4, "close", fd=FD)
    with pytest.raises(RowError, match=r"test_table\.py:\d+: row 4 close: .* 4 is stat"):
        check((wrong,), read_numbers())


def test_duplicate_row() -> None:
    """Both places are named."""
    twice = passthrough(3, "close", fd=FD)
    with pytest.raises(RowError, match=r"test_table\.py:\d+: row 3 close: .*descriptors\.py:\d+"):
        check((*ROWS.values(), twice), read_numbers())


def test_bad_number_table(tmp_path: Path) -> None:
    """A line that is not `number abi name` is named."""
    table = tmp_path / "bad.tbl"
    table.write_text("0\tcommon\tread\n1\tx32\twrite\n")
    with pytest.raises(RowError, match=r"bad\.tbl:2: not"):
        read_numbers(table)
