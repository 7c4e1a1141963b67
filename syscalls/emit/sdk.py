"""Guest-side files for the SDK: the imports in C, musl's switch and numbers, and Rust bindings."""

from __future__ import annotations

from itertools import product

from syscalls.emit import BANNER, Output, c_banner, wrap
from syscalls.rows import Param, Row, Scalar
from syscalls.table import ALIASES

SDK = "wali/sdk/_generated"
# Where Rust's libc crate declares another width than C does; the runtime binds either.
RUST_NARROW = {("poll", "nfds"): "u32", ("ppoll", "nfds"): "u32", ("fcntl", "arg"): "i32"}
# And another sign, of each argument, by name: what fits the one fits the other only if both say the same.
RUST_SIGNS = {
    name: signs
    for signs, names in {
        "i": "alarm umask eventfd epoll_create1",
        "ii": "access flock mkdir chmod fchmod eventfd2 pipe2",
        "iii": "open ioctl socket sendmsg recvmsg getdents getdents64 mkdirat unlinkat dup3",
        "iiii": "socketpair wait4 clock_nanosleep openat fstatat fchmodat faccessat utimensat accept4 faccessat2",
        "iiiii": "fchownat linkat renameat2 statx",
        "iiiiii": "futex",
        "iiiiu": "setsockopt",
        "iiu": "connect bind",
        "iiuiii": "recvfrom",
        "iiuiiu": "sendto",
        "iui": "getrandom",
        "ui": "getgroups setgroups",
    }.items()
    for name in names.split()
}


def named(rows: tuple[Row, ...]) -> list[tuple[str, Row]]:
    """Every name that a guest may import, aliases after the kernel's own."""
    by_name = {row.name: row for row in rows}
    names = [(row.name, row) for row in rows]
    return names + [(alias, by_name[target]) for alias, target in ALIASES.items()]


def _c_type(param: Param) -> str:
    return "long long" if param.wide else "int"


def wali_syscalls_h(rows: tuple[Row, ...]) -> Output:
    """The imports as C declares them, for guests and for the SDK's libc."""
    lines = [
        c_banner(),
        "/* System calls as imports.  Each returns the result, or -errno. */",
        "#ifndef WALI_SYSCALLS_H",
        "#define WALI_SYSCALLS_H",
        "",
        "#ifdef __cplusplus",
        'extern "C" {',
        "#endif",
        "",
    ]
    for name, row in named(rows):
        types = ", ".join(_c_type(param) for param in row.params) or "void"
        lines.append(f'__attribute__((__import_module__("wali"), __import_name__("SYS_{name}")))')
        lines.append(f"long long __syscall_SYS_{name}({types});")
    lines += ["", "#ifdef __cplusplus", "}", "#endif", "", "#endif", ""]
    return Output(f"{SDK}/wali_syscalls.h", "\n".join(lines))


def syscall_switch_h(rows: tuple[Row, ...]) -> Output:
    """The cases of syscall(2)'s switch over numbers, on `long a, b, c, d, e, f`."""
    lines = [c_banner().rstrip()]
    for row in rows:
        words = [f"({_c_type(param)}){letter}" for param, letter in zip(row.params, "abcdef", strict=False)]
        lines.append(f"case {row.number}: return __syscall_SYS_{row.name}({', '.join(words)});")
    return Output(f"{SDK}/syscall_switch.h", "\n".join(lines) + "\n")


def syscall_widths_h(rows: tuple[Row, ...]) -> Output:
    """What libc's variadic syscall() reads, by number: how many arguments, and which of them have 64 bits."""
    lines = [c_banner().rstrip()]
    for row in rows:
        wide = sum(1 << at for at, param in enumerate(row.params) if param.wide)
        lines.append(f"[{row.number}] = WALI_WIDTHS({len(row.params)}, {wide:#x}), /* {row.name} */")
    return Output(f"{SDK}/syscall_widths.h", "\n".join(lines) + "\n")


OVERLOADED = (("syscall", 6), ("prctl", 4))  # and how many arguments follow the first


def overloads_h() -> tuple[Output, ...]:
    """The overloads of syscall() and prctl() in C, which widen each argument by its type.

    Without a prototype for them C has no conversion from both pointers and integers to one type. So there is a
    function for each way in which up to six arguments can be of the one or the other, which the second word of its
    line spells. A 0 may be both, and the more integers a function takes, the more conditions it has: that decides.
    """
    return tuple(_overloads(name, most) for name, most in OVERLOADED)


def _overloads(name: str, most: int) -> Output:
    lines = [c_banner().rstrip()]
    for count in range(most + 1):
        for kinds in product((True, False), repeat=count):
            letters = "abcdef"[:count]
            types = ["long " if integer else "__wali_p " for integer in kinds]
            params = "".join(f", {kind}{letter}" for kind, letter in zip(types, letters, strict=True))
            conditions = " ".join(["__WALI_IF"] * (1 + sum(kinds)))
            shape = "".join("l" if integer else "p" for integer in kinds)
            words = [f"(long){letter}" for letter in letters] + ["0"] * (most - count)
            lines.append(f"__WALI_OVER({name}, {shape}{params}) {conditions} __WALI_CALL({name}, {', '.join(words)})")
    return Output(f"{SDK}/{name}_overloads.h", "\n".join(lines) + "\n")


def syscall_h_in(rows: tuple[Row, ...]) -> Output:
    """musl's bits/syscall.h.in: the kernel's numbers.  Its build derives SYS_ names from them."""
    lines = [c_banner().rstrip()]
    lines += [f"#define __NR_{row.name} {row.number}" for row in rows]
    return Output(f"{SDK}/syscall.h.in", "\n".join(lines) + "\n")


def _rust_type(row: Row, param: Param) -> str:
    narrow = RUST_NARROW.get((row.name, param.name))
    if narrow:
        return narrow
    if isinstance(param.meaning, Scalar):
        return f"{'i' if param.meaning.signed else 'u'}{64 if param.wide else 32}"
    return "i32"


def wali_rs(rows: tuple[Row, ...]) -> Output:
    """Rust bindings, of the names and types that Rust's libc crate uses, and the calls' numbers."""
    lines = [f"// {BANNER}", ""]
    lines += ["//! System calls as imports.  Each returns the result, or -errno.", ""]
    lines += [f"pub const SYS_{row.name}: i64 = {row.number};" for row in rows]
    lines.append("")
    lines += ['#[link(wasm_import_module = "wali")]', 'unsafe extern "C" {']
    for name, row in named(rows):
        lines.append(f'    #[link_name = "SYS_{name}"]')
        types = [_rust_type(row, param) for param in row.params]
        if signs := RUST_SIGNS.get(name):
            types = [sign + kind[1:] for sign, kind in zip(signs, types, strict=True)]
        params = [f"a{at}: {kind}" for at, kind in enumerate(types, 1)]
        lines.append(wrap(f"    pub fn __syscall_SYS_{name}(", params, ") -> i64;", indent=8))
    lines += ["}", ""]
    return Output(f"{SDK}/wali.rs", "\n".join(lines))
