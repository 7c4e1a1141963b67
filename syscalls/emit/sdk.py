"""Guest-side files for the SDK: the imports in C, musl's switch and numbers, and Rust bindings."""

from __future__ import annotations

from syscalls.emit import BANNER, Output, c_banner, wrap
from syscalls.rows import Param, Row, Scalar
from syscalls.table import ALIASES

SDK = "wali/sdk/_generated"
# Where Rust's libc crate declares another width than C does; the runtime binds either.
RUST_NARROW = {("poll", "nfds"): "u32", ("ppoll", "nfds"): "u32", ("fcntl", "arg"): "i32"}


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
    """Rust bindings, of the names that Rust's libc crate uses."""
    lines = [f"// {BANNER}", ""]
    lines += ["//! System calls as imports.  Each returns the result, or -errno.", ""]
    lines += ['#[link(wasm_import_module = "wali")]', 'extern "C" {']
    for name, row in named(rows):
        lines.append(f'    #[link_name = "SYS_{name}"]')
        params = [f"a{at}: {_rust_type(row, param)}" for at, param in enumerate(row.params, 1)]
        lines.append(wrap(f"    pub fn __syscall_SYS_{name}(", params, ") -> i64;", indent=8))
    lines += ["}", ""]
    return Output(f"{SDK}/wali.rs", "\n".join(lines))
