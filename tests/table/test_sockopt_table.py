"""The rows of socket options and control messages: the system's headers agree, and a wrong row says so."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from abi.layouts import SOCK_FPROG, Layout
from syscalls.rows import INT, RowError
from syscalls.sockopts import FAMILIES, LEVELS, all_messages, all_options, check, check_messages, ways_of
from syscalls.sockopts.any_socket import SOL_SOCKET
from syscalls.sockopts.control import Message, both, sent
from syscalls.sockopts.option import (
    Level,
    Meaning,
    Option,
    Rewritten,
    Value,
    array,
    of,
    only_get,
    only_set,
    option,
    refused,
    sized,
    upto,
)

TOP = Path(__file__).resolve().parent.parent.parent
ROWS = all_options()
MESSAGES = all_messages()
NAMED: list[Option | Message] = [*ROWS, *MESSAGES]
HEADERS = sorted({one.header for one in NAMED if one.header})
FIRST = "".join(
    f"#include <{header}>\n" for header in ["stddef.h", "stdint.h", "sys/types.h", "linux/types.h", "linux/socket.h"]
)
"""What some of the headers leave to who includes them."""
LIBC = FIRST.replace("linux/socket.h", "sys/socket.h")
OTHERS = {
    "linux/atm.h": "#include <sys/socket.h>\n#include <linux/atmdev.h>\n#include <linux/atmsap.h>\n",
    "linux/phonet.h": LIBC,
    "linux/sctp.h": LIBC,
}
COMPILE = ["cc", "-std=gnu11", "-fsyntax-only", "-x", "c", "-"]
YOUNGER = """
ALG_SET_KEY_BY_KEY_SERIAL BT_SCM_PKT_SEQNUM CAN_RAW_XL_VCID_OPTS IP_LOCAL_PORT_RANGE MPTCP_FULL_INFO NETLINK_RX_RING
PACKET_VNET_HDR_SZ SCM_DEVMEM_DMABUF SCM_DEVMEM_LINEAR SCM_INQ SCM_PIDFD SCM_SECURITY SCM_TS_OPT_ID SO_DEVMEM_DONTNEED
SO_INQ SO_PASSPIDFD SO_PASSRIGHTS SO_PEERPIDFD SO_RCVPRIORITY TCP_AO_ADD_KEY TCP_AO_DEL_KEY TCP_AO_GET_KEYS TCP_AO_INFO
TCP_AO_REPAIR TCP_DELACK_MAX_US TCP_IS_MPTCP TCP_RTO_MAX_MS TCP_RTO_MIN_US TLS_TX_MAX_PAYLOAD_LEN XDP_MAX_TX_BUDGET
"""
"""Names that the headers of Debian 12 lack."""


def _before(header: str) -> str:
    return OTHERS.get(header, FIRST) + f"#include <{header}>\n"


@cache
def _preprocessed(header: str, *options: str) -> str:
    done = subprocess.run(["cc", "-E", *options, "-"], input=_before(header), capture_output=True, text=True)
    return done.stdout if done.returncode == 0 else ""


def _known(header: str) -> set[str]:
    """Names that the header and those it includes define, as macros or in an enum."""
    macros = set(re.findall(r"^#define (\w+)", _preprocessed(header, "-dM"), re.MULTILINE))
    return macros | set(re.findall(r"\b([A-Z][A-Z0-9_]+)\s*(?:=|,|\})", _preprocessed(header, "-P")))


@pytest.mark.parametrize("header", HEADERS)
def test_numbers_are_the_headers(header: str) -> None:
    """Where this system's headers know a name, they give it the table's number."""
    known = _known(header)
    rows = [one for one in NAMED if one.header == header and one.name in known]
    if not rows:
        pytest.skip(f"no <{header}> on this system, or an older one")
    lines = [f'_Static_assert(({one.name}) == {one.number}, "{one.name}");' for one in rows]
    subprocess.run(COMPILE, input=_before(header) + "\n".join([*lines, ""]), text=True, check=True)


@pytest.mark.parametrize("header", HEADERS)
def test_sizes_are_the_headers(header: str) -> None:
    """A structure that this system's headers define has as many bytes as the row says."""
    text = _preprocessed(header, "-P")
    values = [value for one in ROWS if one.header == header for value in (one.set, one.get) if isinstance(value, Value)]
    sizes = {(value.what, value.most) for value in values if value.most and re.fullmatch(r"struct \w+", value.what)}
    sizes |= {
        (one.what, one.most) for one in MESSAGES if one.header == header and re.fullmatch(r"struct \w+", one.what)
    }
    known = [(what, size) for what, size in sorted(sizes) if re.search(rf"\b{what}\s*\{{", text)]
    if not known:
        pytest.skip("no structure to compare")
    source = _before(header) + "".join(f'_Static_assert(sizeof({what}) == {size}, "{what}");\n' for what, size in known)
    subprocess.run(COMPILE, input=source, text=True, check=True)


def test_names_that_nothing_compares_are_listed() -> None:
    """A name that no header has is younger than these headers, or mistyped."""
    present = {header: _known(header) for header in HEADERS}
    if not all(present.values()):
        pytest.skip("not all of the kernel's headers on this system")
    unknown = {one.name for one in NAMED if one.header and one.name not in present[one.header]}
    assert unknown - set(YOUNGER.split()) == set(), "mistyped, or to be listed in YOUNGER"
    assert set(YOUNGER.split()) - {one.name for one in NAMED} == set()


def test_levels_have_names() -> None:
    """Each level of a row is a family's, and the trace has a name for its number."""
    levels = {level for family in FAMILIES for level in family.LEVELS}
    assert {one.level for one in NAMED} <= levels
    assert {int(word.partition("=")[2]) for word in LEVELS.names} == {level.number for level in levels}


JUDGE = """
#include "syscalls/sockopts.h"
#include <stdlib.h>

static const struct row {
    int32_t level, number;
    struct option_value value;
} set[] = {%(set)s}, get[] = {%(get)s};
static const struct message {
    int32_t level, number;
    int64_t most;
} messages[] = {%(messages)s};
static const int32_t levels[] = {%(levels)s};

#define LENGTH(array) (sizeof(array) / sizeof(array)[0])

static void is(struct option_value found, const struct row *rows, size_t count, int32_t level, int32_t number)
{
    struct option_value value = {.kind = OPTION_UNKNOWN};
    for (size_t i = 0; i < count; i++) {
        if (rows[i].level == level && rows[i].number == number) {
            value = rows[i].value;
        }
    }
    if (found.kind != value.kind || found.most != value.most || found.cut != value.cut) {
        abort();
    }
}

static int64_t most_of(int32_t level, int32_t number)
{
    int64_t most = CONTROL_OF_NO_LEVEL;
    for (size_t i = 0; i < LENGTH(messages); i++) {
        if (messages[i].level == level) {
            most = messages[i].number == number ? messages[i].most : most < 0 ? CONTROL_REFUSED : most;
        }
    }
    return most;
}

static void of_number(int32_t level, int32_t number)
{
    is(option_to_set(level, number), set, LENGTH(set), level, number);
    is(option_to_get(level, number), get, LENGTH(get), level, number);
    if (control_most(level, number) != most_of(level, number)) {
        abort();
    }
}

int main(void)
{
    for (size_t i = 0; i < LENGTH(levels); i++) {
        for (int32_t number = -1; number < 1200; number++) {
            of_number(levels[i], number);
        }
    }
    return 0;
}
"""


def _option_row(level: int, number: int, meaning: Meaning) -> str:
    if not isinstance(meaning, Value):
        return f"{{{level}, {number}, {{.kind = OPTION_REWRITTEN}}}}"
    most = str(meaning.most) if meaning.most else "OPTION_UNBOUNDED"
    return f"{{{level}, {number}, {{.kind = OPTION_BYTES, .most = {most}, .cut = {meaning.cut}}}}}"


def _message_row(one: Message) -> str:
    most = (str(one.most) if one.most else "OPTION_UNBOUNDED") if one.sent else "CONTROL_REFUSED"
    return f"{{{one.level.number}, {one.number}, {most}}}"


def test_the_c_compiler_finds_every_row(tmp_path: Path) -> None:
    """The generated functions answer for each number what the rows say, and know no others."""
    ways = ways_of(ROWS)
    sent_ones = sorted(MESSAGES, key=lambda one: one.sent)  # of two with one number, that which is sent counts
    parts = {
        "set": [_option_row(*key, meaning) for key, meaning in ways.set.items()],
        "get": [_option_row(*key, meaning) for key, meaning in ways.get.items()],
        "messages": [_message_row(one) for one in sent_ones],
        "levels": [str(number) for number in {one.level.number for one in NAMED} | {9999, -1}],
    }
    source, program = tmp_path / "judged.c", tmp_path / "judged"
    source.write_text(JUDGE % {name: ", ".join(rows) for name, rows in parts.items()})
    files = [str(source), "syscalls/_generated/option_values.c"]
    # The functions that rewrite values are named, and not called.
    options = ["-std=gnu11", "-Wall", "-Wextra", "-no-pie", "-I.", "-Wl,--unresolved-symbols=ignore-all"]
    subprocess.run(["cc", *options, "-o", str(program), *files], cwd=TOP, check=True)
    subprocess.run([program], check=True)


def _narrow(layout: Layout) -> Option:
    return option("SO_ATTACH_FILTER", 26, layout)


@pytest.mark.parametrize(
    ("build", "why"),
    [
        (lambda: _narrow(SOCK_FPROG), "struct sock_fprog holds addresses: rewrite it"),
        (lambda: option("SO_DEBUG", -1, INT), "not negative"),
        (lambda: option("SO_DEBUG", 1 << 31, INT), "a number is an int"),
        (lambda: option("SO_DEBUG", 1, INT, gets=INT), "one meaning for both ways"),
        (lambda: option("SO_DEBUG", 1), "neither set nor got"),
        (lambda: only_set("SO_NAME", 1, array("struct name")), "only elements of one size"),
        (lambda: only_set("SO_NAME", 1, upto("char[8]", 0, 8, 9)), "at most 8, cut to 9"),
        (lambda: only_set("SO_NAME", 1, upto("char[8]", 9, 8, 8)), "at least 9, at most 8"),
        (lambda: only_set("SO_NAME", 1, sized("char[65536]", 65536)), "where C has room for 65535"),
        (lambda: only_get("SO_NAME", 1, Rewritten("got", "struct name")), "option_<what>"),
    ],
)
def test_bad_row_names_itself(build: Callable[[], Option], why: str) -> None:
    """The error says file, line and name."""
    with pytest.raises(RowError, match=rf"test_sockopt_table\.py:\d+: option \w+: .*{why}"):
        build()


@pytest.mark.parametrize(
    ("level", "extra", "why"),
    [
        (SOL_SOCKET, option("SO_OTHER", 2, INT), r"taken by the row at syscalls/sockopts/any_socket\.py:\d+"),
        (SOL_SOCKET, option("SO_DEBUG", 9999, INT), r"stands at syscalls/sockopts/any_socket\.py:\d+ already"),
        (Level("SOL_OTHER", 1), refused("OTHER", 2, "an address"), "one of them holds addresses"),
        (Level("SOL_OTHER", 1), only_set("OTHER", 26, sized("long", 8)), "one of them holds addresses"),
    ],
)
def test_duplicates_are_refused(level: Level, extra: Option, why: str) -> None:
    """Both places are named; what is an address for one kind of socket is no number for another."""
    with pytest.raises(RowError, match=rf"test_sockopt_table\.py:\d+: option {extra.name}: .*{why}"):
        check((*ROWS, *of(level, "", extra)))


@pytest.mark.parametrize(
    ("build", "why"),
    [
        (lambda: sent("SCM_OTHER", 1, "struct other"), "only elements of one size"),
        (lambda: both("SCM_OTHER", 1, "char[65536]", 65536), "65536 bytes"),
    ],
)
def test_bad_control_message_names_itself(build: Callable[[], Message], why: str) -> None:
    """The error says file, line and name."""
    with pytest.raises(RowError, match=rf"test_sockopt_table\.py:\d+: control message SCM_OTHER: .*{why}"):
        build()


def test_control_messages_stand_once() -> None:
    """Both places are named."""
    again = replace(sent("SCM_AGAIN", 1, "int", 4), level=SOL_SOCKET)
    with pytest.raises(RowError, match=r"SCM_AGAIN: its number is taken by the row at syscalls/sockopts/control\.py"):
        check_messages((*MESSAGES, again))
