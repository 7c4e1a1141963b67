"""The rows of ioctl requests: the system's headers agree, and a row cannot be wrong without saying so."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from abi.layouts import IOVEC
from syscalls.ioctls import all_requests, check
from syscalls.ioctls.request import (
    NONE,
    Bytes,
    Counted,
    In,
    InOut,
    Number,
    Only,
    Out,
    Request,
    Rewritten,
    any_size,
    by_value,
    of,
    request,
)
from syscalls.rows import INT, LONG, RowError

TOP = Path(__file__).resolve().parent.parent.parent
ROWS = all_requests()
HEADERS = sorted({one.header for one in ROWS if one.header})
OTHERS = """
asm/termbits.h linux/fiemap.h linux/if.h linux/if_arp.h linux/if_vlan.h linux/serial.h linux/sockios.h stddef.h
"""
FIRST = "".join(f"#include <{header}>\n" for header in OTHERS.split())
"""What some of the headers leave to who includes them."""
LISTED_FOR = (6, 1)
"""The Linux whose headers have every name but those of YOUNGER: Debian 12's."""
YOUNGER = """
EPIOCGPARAMS EPIOCSPARAMS
EXT4_IOC_MOVE_EXT EXT4_IOC_RESIZE_FS
FS_IOC_GETFSSYSFSPATH FS_IOC_GETFSUUID
NS_GET_ID NS_GET_MNTNS_ID NS_GET_PID_FROM_PIDNS NS_GET_PID_IN_PIDNS NS_GET_TGID_FROM_PIDNS NS_GET_TGID_IN_PIDNS
NS_MNT_GET_INFO NS_MNT_GET_NEXT NS_MNT_GET_PREV
PIDFD_GET_CGROUP_NAMESPACE PIDFD_GET_INFO PIDFD_GET_IPC_NAMESPACE PIDFD_GET_MNT_NAMESPACE PIDFD_GET_NET_NAMESPACE
PIDFD_GET_PID_FOR_CHILDREN_NAMESPACE PIDFD_GET_PID_NAMESPACE PIDFD_GET_TIME_FOR_CHILDREN_NAMESPACE
PIDFD_GET_TIME_NAMESPACE PIDFD_GET_USER_NAMESPACE PIDFD_GET_UTS_NAMESPACE
"""
COMPILE = ["cc", "-std=gnu11", "-fsyntax-only", "-x", "c", "-"]


def _macros(header: str) -> dict[str, int]:
    """What the header and those it includes define: how many parameters each macro has."""
    source = f"{FIRST}#include <{header}>\n"
    done = subprocess.run(["cc", "-E", "-dM", "-"], input=source, capture_output=True, text=True, check=True)
    found = re.findall(r"^#define (\w+)(?:\(([^)]*)\))?", done.stdout, re.MULTILINE)
    return {name: len(parameters.split(",")) if parameters else 0 for name, parameters in found}


def _has(header: str) -> bool:
    source = f"#include <{header}>\n"
    return subprocess.run(["cc", "-E", "-"], input=source, capture_output=True, text=True).returncode == 0


def _struct(one: Request) -> tuple[str, int] | None:
    """The structure that the argument points to, and its size without elements."""
    argument = one.argument
    if not isinstance(argument, Bytes) or argument.size is None or not argument.what.startswith("struct "):
        return None
    return argument.what, argument.size


def _assertion(one: Request, parameters: int) -> str:
    """That the header's number is the row's: of any size, with a size and an index of 0."""
    value = f"{one.name}({', '.join('0' * parameters)})" if parameters else one.name
    if one.any_size:
        value = f"({value}) & ~IOCSIZE_MASK"
    return f'_Static_assert((unsigned)({value}) == {one.number}u, "{one.name}");'


@pytest.mark.parametrize("header", HEADERS)
def test_numbers_are_the_headers(header: str) -> None:
    """Where this system's headers know a request, they give it the table's number."""
    if not _has(header):
        pytest.skip(f"no <{header}> on this system")
    macros = _macros(header)
    rows = [one for one in ROWS if one.header == header and not one.kernel]
    known = [one for one in rows if one.name in macros]
    lines = [FIRST, f"#include <{header}>", "#include <asm/ioctl.h>"]
    lines += [_assertion(one, macros[one.name]) for one in known]
    subprocess.run(COMPILE, input="\n".join(lines) + "\n", text=True, check=True)


@pytest.mark.parametrize("header", HEADERS)
def test_sizes_are_the_headers(header: str) -> None:
    """A structure that this system's headers define has as many bytes as the row says."""
    if not _has(header):
        pytest.skip(f"no <{header}> on this system")
    source = f"{FIRST}#include <{header}>\n"
    text = subprocess.run(["cc", "-E", "-"], input=source, capture_output=True, text=True, check=True).stdout
    sizes = set(filter(None, (_struct(one) for one in ROWS if one.header == header)))
    known = [(what, size) for what, size in sorted(sizes) if re.search(rf"\b{what.partition('[')[0]}\s*\{{", text)]
    source += "".join(f'_Static_assert(sizeof({what}) == {size}, "{what}");\n' for what, size in known)
    subprocess.run(COMPILE, input=source, text=True, check=True)


def test_most_numbers_are_compared() -> None:
    """The test above compares what it finds: on a system with the kernel's headers, nearly all."""
    present = [header for header in HEADERS if _has(header)]
    if len(present) < len(HEADERS) // 2:
        pytest.skip("few of the kernel's headers on this system")
    names = {name for header in present for name in _macros(header)}
    rows = [one for one in ROWS if one.header in present]
    assert len([one for one in rows if one.name in names]) > 0.9 * len(rows)


def test_names_that_nothing_compares_are_listed() -> None:
    """A name that no header has is younger than these headers, or mistyped; one without a header is the kernel's own."""
    code = "#include <linux/version.h>\nLINUX_VERSION_CODE\n"
    done = subprocess.run(["cc", "-E", "-P", "-"], input=code, capture_output=True, text=True, check=False)
    version = int(done.stdout.split()[-1]) if done.returncode == 0 else 0
    if (version >> 16, version >> 8 & 0xFF) < LISTED_FOR:
        pytest.skip("older headers on this system than those that the list is for")
    names = {name for header in HEADERS if _has(header) for name in _macros(header)}
    younger = set(YOUNGER.split())
    assert {one.name for one in ROWS if one.header} - names - younger == set(), "mistyped, or to be listed in YOUNGER"
    assert younger - {one.name for one in ROWS} == set()


def test_the_c_compiler_finds_every_row(tmp_path: Path) -> None:
    """The generated function answers for each number what the row says, and refuses the numbers beside it."""
    kinds = {"Nothing": "NOTHING", "Scalar": "NUMBER", "Bytes": "ADDRESS", "Rewritten": "REWRITTEN"}
    numbers = {number for one in ROWS for number in range(one.number, one.last + 1)}
    lines = ["#include <stdlib.h>", '#include "syscalls/ioctls.h"']
    lines += ["static void is(uint32_t request, int kind)", "{"]
    lines += ["    if ((int)ioctl_argument_of(request).kind != kind) {", "        abort();", "    }", "}"]
    lines += ["int main(void)", "{"]
    for one in ROWS:
        argument = one.argument
        kind = kinds[type(argument).__name__] if not isinstance(argument, Number) else "BOUNDED"
        kind = "NUMBER" if isinstance(argument, Number) and argument.only is Only.VFS else kind
        lines += [f"    is({number}u, IOCTL_{kind});" for number in (one.number, one.last)]
        beside = [one.number - 1, one.last + 1]
        # A number with a size field may be one of any size.
        free = [number for number in beside if number not in numbers and not number >> 16 & 0x3FFF]
        lines += [f"    is({number}u, IOCTL_REFUSED);" for number in free if number >= 0]
    source, program = tmp_path / "judged.c", tmp_path / "judged"
    source.write_text("\n".join([*lines, "    return 0;", "}", ""]))
    flags = ["-std=gnu11", "-Wall", "-Wextra", "-Wconversion", "-Werror", "-no-pie", "-I."]
    files = [str(source), "syscalls/_generated/ioctl_arguments.c"]
    # The functions that rewrite arguments are named, and not called.
    command = ["cc", *flags, "-Wl,--unresolved-symbols=ignore-all", "-o", str(program), *files]
    subprocess.run(command, cwd=TOP, check=True)
    subprocess.run([program], check=True)


@pytest.mark.parametrize(
    ("build", "why"),
    [
        (lambda: request("TIOCSIG", 0x40045436, INT), "a plain number needs a bound"),
        (lambda: request("FIFREEZE", 0xC0045877, NONE), "none at all needs a reason"),
        (lambda: request("TCSBRK", 0x5409, by_value(INT, 9)), "it needs no bound"),
        (lambda: request("TIOCSIG", 0x40045436, by_value(INT, 0xFFFB + 1)), "reaches 0x10001: say which files may"),
        (lambda: request("TIOCSIG", 0x40045436, by_value(INT, 64, Only.TUN)), "so low may be told any file"),
        (lambda: request("TIOCSIG", 0x40045436, by_value(INT, 1 << 32, Only.TUN)), "the argument has 32 bits"),
        (lambda: request("TIOCSIG", 0x40045436, by_value(LONG, 64)), "the argument has 32 bits"),
        (lambda: request("FS_IOC_GETFLAGS", 0x80086601, Out(INT)), "4 bytes where the number says 8"),
        (lambda: request("BLKGETSIZE64", 0x80041272, Out(LONG), kernel=0x80081272), "the kernel needs a reason"),
        (lambda: request("TCGETS", 0x5401, Out("struct termios")), "says the size"),
        (lambda: request("TCGETS", 0x5401, Out("struct termios", 0)), "no bytes"),
        (lambda: request("TCGETS", 0x1_0000_5401, Out(INT)), "32 bits"),
        (lambda: request("LOOP_CTL_ADD", 0x4C80, LONG), "the argument has 32 bits"),
        (lambda: request("SIOCGIFCONF", 0x8912, InOut(IOVEC)), "struct iovec holds addresses: rewrite it"),
        (lambda: request("FIEMAP", 0x660B, InOut("struct fiemap", 32, Counted(30, 4, 56))), "not within the bytes"),
        (lambda: request("TIOCGSERIAL", 0x541E, Rewritten("serial", "struct serial_struct")), "ioctl_<what>"),
        (lambda: any_size("EVIOCGNAME", 0x81004506, Out("char[]")), "without its size field"),
        (lambda: any_size("EVIOCGNAME", 0x80004506, Out("char[]", 8)), "the number of any size"),
        (lambda: any_size("PIDFD_GET_INFO", 0xC000FF0B, InOut("struct pidfd_info")), "say how much of it is known"),
    ],
)
def test_bad_row_names_itself(build: Callable[[], Request], why: str) -> None:
    """The error says file, line and name."""
    with pytest.raises(RowError, match=rf"test_ioctl_table\.py:\d+: ioctl \w+: .*{why}"):
        build()


@pytest.mark.parametrize(
    ("extra", "why"),
    [
        (request("TIOCINQ", 0x541B, Out(INT)), r"its number is taken by the row at syscalls/ioctls/any_file\.py:\d+"),
        (request("FIONREAD", 0x9999, Out(INT)), r"stands at syscalls/ioctls/any_file\.py:\d+ already"),
        (any_size("EVIOCGALL", 0x80004530, Out("char[]")), r"is taken by the row at syscalls/ioctls/input_devices\.py"),
        (request("EVIOCGNAME_8", 0x80084506, Out(LONG)), r"is taken by the row at syscalls/ioctls/input_devices\.py"),
        (request("OTHER", 0x9998, In(INT), "as guests do", kernel=0x9999), "no row for the kernel's number 0x9999"),
    ],
)
def test_duplicates_are_refused(extra: Request, why: str) -> None:
    """Both places are named."""
    with pytest.raises(RowError, match=rf"test_ioctl_table\.py:\d+: ioctl {extra.name}: .*{why}"):
        check((*ROWS, *of("", extra)))
