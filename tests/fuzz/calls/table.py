"""The table as C data for the guest that makes random calls: what each argument is, and what structures hold."""

from __future__ import annotations

from pathlib import Path

from abi.layouts import Field, Layout, layouts
from syscalls.ioctls import all_requests
from syscalls.ioctls.request import Bytes
from syscalls.rows import Address, Form, Param, Pointer, Row, Scalar, Shape, Text, Vector
from syscalls.table import all_rows
from tests.fuzz.symbol_values import symbols_of, values

RANGES = {"addr", "shmaddr", "old_address", "new_address", "start", "uaddr", "uaddr2"}
PROCESSES = {"pid", "tgid", "tid", "who", "pid1", "pid2", "ppid"}
SIZES = {"size", "length", "len", "count", "addrlen", "optlen", "old_size", "new_size", "nfds", "vlen", "sigsetsize"}

BEHIND = {
    ("sendmsg", "msg"): "msghdr",
    ("recvmsg", "msg"): "msghdr",
    ("sendmmsg", "msgvec"): "mmsghdr",
    ("recvmmsg", "msgvec"): "mmsghdr",
    ("rt_sigaction", "act"): "sigaction",
    ("rt_sigaction", "oldact"): "sigaction",
    ("sigaltstack", "ss"): "stack",
    ("sigaltstack", "old_ss"): "stack",
    ("mq_notify", "sevp"): "sigevent",
    ("set_robust_list", "head"): "robust_list",
    ("seccomp", "args"): "sock_fprog",
    ("clone3", "cl_args"): "clone_args",
    ("openat2", "how"): "open_how",
    ("futex_waitv", "waiters"): "futex_waitv",
    ("futex_requeue", "waiters"): "futex_waitv",
    ("futex", "timeout"): "timespec",
    ("futex_waitv", "timeout"): "timespec",
    ("open_by_handle_at", "handle"): "file_handle",
    ("name_to_handle_at", "handle"): "file_handle",
    ("sched_setattr", "attr"): "sched_attr",
    ("mount_setattr", "attr"): "mount_attr",
    ("open_tree_attr", "attr"): "mount_attr",
    ("statmount", "req"): "mnt_id_req",
    ("listmount", "req"): "mnt_id_req",
    ("listns", "req"): "mnt_id_req",
    ("landlock_create_ruleset", "attr"): "open_how",
    ("landlock_add_rule", "rule_attr"): "landlock_rule",
}
"""What lies behind addresses whose rows give no layout."""


def _more(name: str, size: int, text: str) -> Layout:
    fields = [line.split() for line in text.strip().splitlines()]
    return Layout(name, size, "", "", False, tuple(Field(word, kind, int(at)) for at, kind, word in fields))


MORE = (
    _more(
        "clone_args",
        88,
        "0 u64 flags\n8 u64 pidfd\n16 u64 child_tid\n24 u64 parent_tid\n32 u64 signo\n40 u64 stack\n48 u64 stack_size\n"
        "56 u64 tls\n64 u64 set_tid\n72 u64 set_tid_size\n80 u64 cgroup",
    ),
    _more("open_how", 24, "0 u64 flags\n8 u64 mode\n16 u64 resolve"),
    _more("futex_waitv", 24, "0 u64 val\n8 u64 address\n16 u32 flags\n20 u32 reserved"),
    _more("file_handle", 24, "0 u32 handle_bytes\n4 s32 handle_type\n8 u64 f_handle"),
    _more(
        "sched_attr",
        56,
        "0 u32 size\n4 u32 policy\n8 u64 flags\n16 s32 nice\n20 u32 priority\n24 u64 runtime\n32 u64 deadline\n40 u64 period",
    ),
    _more("mount_attr", 32, "0 u64 set\n8 u64 clear\n16 u64 propagation\n24 u64 userns_fd"),
    _more("mnt_id_req", 32, "0 u32 size\n4 u32 spare\n8 u64 mnt_id\n16 u64 param\n24 u64 mnt_ns_id"),
    _more("landlock_rule", 16, "0 u64 allowed\n8 s32 parent_fd"),
    _more(
        "sock_filter",
        32,
        "0 u16 code\n2 u16 jumps\n4 u32 k\n8 u16 code2\n10 u16 jumps2\n12 u32 k2\n16 u16 code3\n18 u16 jumps3\n20 u32 k3",
    ),
)
"""Structures that only handlers know."""


def known_layouts() -> tuple[Layout, ...]:
    """All layouts, in the order of their numbers."""
    return (*layouts(), *MORE)


def _field_kind(field: Field) -> str:
    name = field.name
    if field.scalar == "gaddr" or name in (
        "address",
        "handler",
        "child_tid",
        "parent_tid",
        "pidfd",
        "set_tid",
        "stack",
        "tls",
    ):
        return "ADDRESS"
    if name.endswith(("len", "_bytes")) or "size" in name or name == "set_tid_size":
        return "SIZE"
    if "fd" in name or name == "cgroup":
        return "FD"
    if name.endswith("_sec"):
        return "SECONDS"
    if name.endswith("nsec"):
        return "NUMBER"
    if "signo" in name:
        return "SIGNAL"
    if name in ("pid", "tid", "l_pid", "sigev_notify_thread_id"):
        return "PROCESS"
    return "NUMBER"


def _layout_lines() -> list[str]:
    lines = []
    for layout in known_layouts():
        parts = []
        for field in layout.fields:
            width = field.size // (field.count or 1)
            parts += [
                f"{{{field.offset + at * width}, {width}, {_field_kind(field)}}}"
                for at in range(min(field.count or 1, 8))
            ]
        lines.append(f"static const struct field fields_{layout.name}[] = {{{', '.join(parts)}}};")
    lines.append("static const struct layout layouts[] = {")
    lines += [
        f"    {{{layout.size}, sizeof fields_{layout.name} / sizeof(struct field), fields_{layout.name}}},"
        for layout in known_layouts()
    ]
    return [*lines, "};"]


def _layout_number(name: str) -> int:
    return next(at for at, layout in enumerate(known_layouts()) if layout.name == name)


def _set_lines(sets: list[str]) -> list[str]:
    lines = [
        f"static const uint64_t values_{name}[] = {{{', '.join(f'{value}u' for value in values()[name])}}};"
        for name in sets
    ]
    lines.append("static const struct value_set value_sets[] = {{0, NULL},")
    lines += [f"    {{sizeof values_{name} / sizeof(uint64_t), values_{name}}}," for name in sets]
    return [*lines, "};"]


def _scalar_kind(param: Param, meaning: Scalar, counts: set[str]) -> str:
    shapes = {
        Shape.FD: "FD",
        Shape.DIRFD: "FOLDER",
        Shape.FLAGS: "FLAGS",
        Shape.CHOICE: "CHOICE",
        Shape.SIGNAL: "SIGNAL",
        Shape.OCTAL: "MODE",
        Shape.DEVICE: "DEVICE",
        Shape.REQUEST: "REQUEST",
        Shape.ARGUMENT: "ANYTHING",
    }
    if meaning.shape in shapes:
        return shapes[meaning.shape]
    if param.name in counts or param.name in SIZES:
        return "SIZE"
    if param.name in PROCESSES:
        return "PROCESS"
    return "ANYTHING" if param.name.startswith("arg") else "NUMBER"


def _param(row: Row, param: Param, sets: list[str]) -> str:
    """`{kind, wide, layout + 1, set, unit}`."""
    meaning, layout, chosen, unit = param.meaning, 0, 0, 0
    counts = {str(p.meaning.extent.count) for p in row.params if isinstance(p.meaning, Pointer)}
    if (row.name, param.name) in BEHIND:
        kind, layout = "POINTER", _layout_number(BEHIND[row.name, param.name]) + 1
    elif isinstance(meaning, Scalar):
        kind = _scalar_kind(param, meaning, counts)
        chosen = sets.index(meaning.symbols.name) + 1 if meaning.symbols else 0
    elif isinstance(meaning, Text):
        kind = "PATH" if meaning.path else "TEXT"
    elif isinstance(meaning, Vector):
        kind = "VECTOR"
    elif isinstance(meaning, Address):
        kind = "RANGE" if param.name in RANGES else "ADDRESS"
    else:
        extent = meaning.extent
        kind = "SOCKET_ADDRESS" if extent.form is Form.SOCKADDR else "POINTER"
        layout = _layout_number(extent.layout.name) + 1 if extent.layout else 0
        unit = extent.unit
    return f"{{{kind}, {int(param.wide)}, {layout}, {chosen}, {min(unit, 255)}}}"


def _request_lines() -> list[str]:
    lines = ["static const struct request requests[] = {"]
    for one in all_requests():
        size = one.argument.size or 64 if isinstance(one.argument, Bytes) else 0
        lines.append(f"    {{{one.number}u, {size}}},")
    return [*lines, "};"]


def header() -> str:
    """calls_table.h."""
    rows = all_rows()
    sets = sorted(name for name in symbols_of(rows) if values().get(name))
    lines = ["/* Made by tests/fuzz/calls/table.py. */", *_layout_lines(), *_set_lines(sets), *_request_lines()]
    lines.append("static const struct call calls[] = {")
    for row in rows:
        params = ", ".join(_param(row, param, sets) for param in row.params) or "{0}"
        lines.append(f'    {{{row.number}, {len(row.params)}, "{row.name}", {{{params}}}}},')
    return "\n".join([*lines, "};", ""])


def write(folder: Path) -> Path:
    """Writes the header, if it has changed."""
    file, text = folder / "calls_table.h", header()
    if not file.exists() or file.read_text() != text:
        folder.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return file
