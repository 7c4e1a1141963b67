"""Changes to files of Rust's library, as exact replacements, each with its reason (edits.py).

Paths are those below `library` in rust-src; the libc crate's, whose folder has its version, those below that folder.
"""

from __future__ import annotations

from .edit_row import Edit

VERSION = "1.96"  # whose texts these are

_WALI = 'all(target_family = "wasm", target_os = "linux")'
# Where C asks for the width of a long, and the libc crate for that of a pointer, which elsewhere on Linux is the same.
_LONG = 'target_pointer_width = "64"'
_LONG_64 = f"any({_LONG}, {_WALI})"


def _statvfs(bits: str) -> Edit:
    head = f"        pub f_favail: crate::fsfilcnt{bits}_t,\n"
    head += '        #[cfg(target_endian = "little")]\n        pub f_fsid: c_ulong,\n'
    return Edit(
        "src/unix/linux_like/linux/musl/mod.rs",
        head + '        #[cfg(target_pointer_width = "32")]\n',
        head + f'        #[cfg(all(target_pointer_width = "32", not({_WALI})))]\n',
        "f_fsid has the 64 bits of a long",
    )


def _socket(old: str) -> Edit:
    cfg = f'#[cfg(all({_LONG}, target_endian = "little"))]\n'
    return Edit(
        "src/new/musl/sys/socket.rs",
        f"{old}        {cfg}",
        f'{old}        #[cfg(all({_LONG_64}, target_endian = "little"))]\n',
        "the kernel's layout on 64-bit machines",
    )


# What programs take from crates.io, and Rust's own library from its vendored copy. docs/RUST.md writes it up.
LIBC: tuple[Edit, ...] = (
    Edit(
        "src/primitives.rs",
        'if #[cfg(all(target_pointer_width = "64", not(windows)))] {\n        pub type c_long = i64;',
        "if #[cfg(any(\n"
        '        all(target_pointer_width = "64", not(windows)),\n'
        '        all(target_arch = "wasm32", target_os = "linux")\n'
        "    ))] {\n        pub type c_long = i64;",
        "long has 64 bits, as core::ffi says",
    ),
    Edit(
        "src/unix/mod.rs",
        "pub const SIG_IGN: sighandler_t = 1 as sighandler_t;\n",
        f"#[cfg(not({_WALI}))]\n"
        "pub const SIG_IGN: sighandler_t = 1 as sighandler_t;\n"
        f"#[cfg({_WALI})]\n"
        "pub const SIG_IGN: sighandler_t = -2isize as sighandler_t;\n",
        "a handler is an index into the table of functions, and 1 is one",
    ),
    Edit(
        "src/unix/linux_like/mod.rs",
        "    (len + size_of::<usize>() - 1) & !(size_of::<usize>() - 1)\n",
        "    (len + size_of::<c_long>() - 1) & !(size_of::<c_long>() - 1)\n",
        "the kernel's alignment is a long's; the two are the same but for this target",
    ),
    Edit(
        "src/unix/linux_like/mod.rs",
        'any(target_arch = "x86_64", all(target_arch = "x86", target_env = "gnu")),\n        repr(packed)\n    )]\n'
        "    pub struct epoll_event {",
        'any(\n            target_arch = "x86_64",\n            target_arch = "wasm32",\n'
        '            all(target_arch = "x86", target_env = "gnu")\n        ),\n        repr(packed)\n    )]\n'
        "    pub struct epoll_event {",
        "the kernel's layout on x86-64, 12 bytes",
    ),
    Edit(
        "src/unix/linux_like/mod.rs",
        '    if #[cfg(target_pointer_width = "32")] {\n        const ULONG_SIZE: usize = 32;\n'
        '    } else if #[cfg(target_pointer_width = "64")] {\n',
        f'    if #[cfg(all(target_pointer_width = "32", not({_WALI})))] {{\n        const ULONG_SIZE: usize = 32;\n'
        f"    }} else if #[cfg({_LONG_64})] {{\n",
        "fd_set is made of longs",
    ),
    Edit(
        "src/unix/linux_like/linux/musl/mod.rs",
        "            _si_code: c_int,\n            si_addr: *mut c_void,\n",
        f"            _si_code: c_int,\n            #[cfg({_WALI})]\n            _pad: c_int,\n"
        "            si_addr: *mut c_void,\n",
        "the union in siginfo_t has the alignment of a long",
    ),
    Edit(
        "src/unix/linux_like/linux/musl/mod.rs",
        "            _si_code: c_int,\n            _si_timerid: c_int,\n",
        f"            _si_code: c_int,\n            #[cfg({_WALI})]\n            _pad: c_int,\n"
        "            _si_timerid: c_int,\n",
        "the same",
    ),
    Edit(
        "src/unix/linux_like/linux/musl/mod.rs",
        "        pub _pad: [c_int; 29],\n        _align: [usize; 0],\n",
        "        pub _pad: [c_int; 29],\n        _align: [c_long; 0],\n",
        "the same",
    ),
    Edit(
        "src/unix/linux_like/linux/musl/mod.rs",
        f"        #[cfg({_LONG})]\n        pub rt_pad4: [c_short; 3usize],\n        #[cfg(not({_LONG}))]\n",
        f"        #[cfg({_LONG_64})]\n        pub rt_pad4: [c_short; 3usize],\n        #[cfg(not({_LONG_64}))]\n",
        "rt_pad3 has the 64 bits of a long",
    ),
    Edit(
        "src/unix/linux_like/linux/musl/b64/mod.rs",
        "pub type regoff_t = c_long;\n",
        f"#[cfg(not({_WALI}))]\npub type regoff_t = c_long;\n#[cfg({_WALI})]\npub type regoff_t = c_int;\n",
        "it is as wide as a pointer",
    ),
    _statvfs(""),
    _statvfs("64"),
    _socket("        pub msg_iovlen: c_int,\n"),
    _socket("        pub msg_controllen: crate::socklen_t,\n"),
    _socket("        pub cmsg_len: crate::socklen_t,\n"),
)

LIBRARY: tuple[Edit, ...] = (
    Edit(
        "unwind/src/lib.rs",
        "    any(\n        unix,\n        windows,\n",
        f"    {_WALI} => {{\n        mod wasm;\n        pub use wasm::*;\n    }}\n    any(\n        unix,\n        windows,\n",
        "to throw is an instruction",
    ),
    Edit(
        "std/src/sys/args/unix.rs",
        "        let argv = ARGV.load(Ordering::Relaxed);\n"
        "        let argc = if argv.is_null() { 0 } else { ARGC.load(Ordering::Relaxed) };\n",
        f"        #[cfg({_WALI})]\n"
        "        {\n"
        '            unsafe extern "C" {\n'
        "                static __wali_argc: crate::ffi::c_int;\n"
        "                static __wali_argv: *const *const c_char;\n"
        "            }\n"
        "            // SAFETY: libc sets both before main, and never again.\n"
        "            return unsafe { (__wali_argc as isize, __wali_argv) };\n"
        "        }\n"
        "        let argv = ARGV.load(Ordering::Relaxed);\n"
        "        let argc = if argv.is_null() { 0 } else { ARGC.load(Ordering::Relaxed) };\n",
        "main is called without arguments on this target, so that init is given none",
    ),
    Edit(
        "std/src/sys/args/unix.rs",
        "    pub fn argc_argv() -> (isize, *const *const c_char) {\n        // Load ARGC",
        "    #[allow(unreachable_code)]\n"
        "    pub fn argc_argv() -> (isize, *const *const c_char) {\n        // Load ARGC",
        "the same",
    ),
    Edit(
        "std/src/sys/thread_local/mod.rs",
        '            all(target_family = "wasm", not(\n'
        '                all(target_os = "wasi", target_env = "p1", target_feature = "atomics")\n            )),\n',
        '            all(target_family = "wasm", not(target_os = "linux"), not(\n'
        '                all(target_os = "wasi", target_env = "p1", target_feature = "atomics")\n            )),\n',
        "threads end: destructors of thread locals run",
    ),
    Edit(
        "std/src/sys/thread_local/mod.rs",
        '                not(target_family = "wasm"),\n                target_family = "unix",\n',
        '                any(not(target_family = "wasm"), target_os = "linux"),\n                target_family = "unix",\n',
        "the same: by a key of pthreads",
    ),
    Edit(
        "std/src/os/fd/owned.rs",
        '#[cfg(not(any(\n    target_arch = "wasm32",\n    target_env = "sgx",\n',
        '#[cfg(not(any(\n    all(target_arch = "wasm32", not(target_os = "linux")),\n    target_env = "sgx",\n',
        "descriptors can be duplicated",
    ),
    Edit(
        "std/src/os/fd/owned.rs",
        '    #[cfg(not(any(\n        target_arch = "wasm32",\n        target_os = "hermit",\n',
        '    #[cfg(not(any(\n        all(target_arch = "wasm32", not(target_os = "linux")),\n'
        '        target_os = "hermit",\n',
        "the same",
    ),
    Edit(
        "std/src/os/fd/owned.rs",
        '    #[cfg(any(target_arch = "wasm32", target_os = "hermit", target_os = "trusty"))]\n',
        '    #[cfg(any(\n        all(target_arch = "wasm32", not(target_os = "linux")),\n'
        '        target_os = "hermit",\n        target_os = "trusty"\n    ))]\n',
        "the same",
    ),
    Edit(
        "std/src/os/unix/io/mod.rs",
        '        not(any(\n            target_arch = "wasm32",\n            target_os = "hermit",\n',
        '        not(any(\n            all(target_arch = "wasm32", not(target_os = "linux")),\n'
        '            target_os = "hermit",\n',
        "the same",
    ),
    Edit(
        "std/src/os/linux/raw.rs",
        '    target_arch = "arm",\n    target_arch = "wasm32"\n',
        '    target_arch = "arm"\n',
        "struct stat is that of x86-64",
    ),
    Edit(
        "std/src/os/linux/raw.rs",
        '#[cfg(any(target_arch = "x86_64", target_arch = "powerpc64"))]\n',
        '#[cfg(any(target_arch = "x86_64", target_arch = "powerpc64", target_arch = "wasm32"))]\n',
        "the same",
    ),
    Edit(
        "test/src/lib.rs",
        '        && (cfg!(target_family = "wasm") || cfg!(target_os = "zkvm"))\n',
        '        && (cfg!(all(target_family = "wasm", not(target_os = "linux"))) || cfg!(target_os = "zkvm"))\n',
        "panics are caught: tests that should panic run",
    ),
    Edit(
        "test/src/lib.rs",
        '                && !cfg!(target_family = "wasm")\n',
        '                && !cfg!(all(target_family = "wasm", not(target_os = "linux")))\n',
        "there are threads",
    ),
    Edit(
        "backtrace/src/symbolize/gimli.rs",
        "    } else {\n        mod elf;\n",
        f"    }} else if #[cfg({_WALI})] {{\n"
        "        mod wasm;\n"
        "        use self::wasm::{handle_split_dwarf, native_libraries, Object};\n"
        "    } else {\n        mod elf;\n",
        "the program is a module, and so are its debug information and names",
    ),
    Edit(
        "backtrace/src/symbolize/gimli.rs",
        "        mod libs_windows;\n        use libs_windows::native_libraries;\n    }",
        "        mod libs_windows;\n        use libs_windows::native_libraries;\n"
        f"    }} else if #[cfg({_WALI})] {{\n"
        "        // with Object\n    }",
        "the same",
    ),
    Edit(
        "backtrace/src/symbolize/mod.rs",
        "    if a.is_null() {\n        a\n",
        f"    if a.is_null() || cfg!({_WALI}) {{\n        a\n",
        "a frame tells where its call is, not what comes behind it",
    ),
)
