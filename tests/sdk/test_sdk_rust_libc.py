"""The libc crate for the target against the C headers: constants, structures, their members, types, and functions.

What the crate declares is read from its sources, and what of it this target has the compilers say: lines that do not
compile are left out, until the rest does. Takes minutes; `make rust-programs` asks for it.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from tests.support import rust_helpers, tools
from tests.support.rust_helpers import Rust

rustc = rust_helpers.rustc  # a fixture

pytestmark = pytest.mark.skipif(
    not os.environ.get(rust_helpers.ASKED_FOR), reason="takes minutes; make rust-programs runs it"
)


def _words(text: str) -> list[str]:
    return text.split()


FILES = _words(
    """unix/mod.rs unix/linux_like/mod.rs unix/linux_like/linux/mod.rs unix/linux_like/linux_l4re_shared.rs
    unix/linux_like/linux/arch/generic/mod.rs unix/linux_like/linux/musl/mod.rs unix/linux_like/linux/musl/lfs64.rs
    unix/linux_like/linux/musl/b64/mod.rs unix/linux_like/linux/musl/b64/wasm32/mod.rs"""
)
FOLDERS = ("new/linux_uapi", "new/musl", "new/common/linux_like", "new/common/posix")
# Of libc's own headers all, and of the kernel's those that can stand beside them, one at a time.
HEADERS = _words(
    """aio arpa/inet dirent dlfcn elf errno fcntl fnmatch ftw getopt glob grp iconv ifaddrs langinfo limits link locale
    malloc mntent mqueue net/ethernet net/if net/if_arp net/route netdb netinet/in netinet/ip netinet/tcp netinet/udp
    netpacket/packet nl_types poll pthread pty pwd regex resolv sched semaphore shadow signal spawn stdlib string strings
    sys/auxv sys/epoll sys/eventfd sys/fanotify sys/file sys/fsuid sys/inotify sys/ioctl sys/ipc sys/klog sys/membarrier
    sys/mman sys/mount sys/msg sys/personality sys/prctl sys/ptrace sys/quota sys/random sys/reboot sys/resource sys/sem
    sys/sendfile sys/shm sys/signalfd sys/socket sys/stat sys/statfs sys/statvfs sys/swap sys/syscall sys/sysinfo sys/time
    sys/timerfd sys/times sys/timex sys/types sys/uio sys/un sys/utsname sys/wait sys/xattr syslog termios time unistd
    utime utmp utmpx wchar"""
)
KERNEL = _words(
    """can netlink rtnetlink if_alg if_packet if_tun input uinput seccomp filter keyctl io_uring futex fs random module
    mempolicy magic genetlink sockios errqueue net_tstamp vm_sockets nsfs close_range openat2 sched tls mount rseq
    netfilter/nf_tables ptp_clock capability"""
)
# The crate's own ways, on every Linux or every musl. Alignment alone is none: what is passed lies at its place.
LEFT_OUT = {
    "const CPU_SETSIZE": "128 with every musl of the crate",
    "const IPPROTO_MAX": "an older kernel's",
    "const NFT_MSG_MAX": "an older kernel's",
    "const O_LARGEFILE": "0 on 64-bit machines",
    "member ptp_clock_caps.rsv": "an older kernel's",
    "member ptp_sys_offset_extended.rsv": "an older kernel's",
    "member sockaddr_vm.svm_zero": "an older kernel's",
    "member utmpx.ut_session": "an int and its padding, taken for a long",
}
# What C calls by these names are functions, too, and sizeof takes those.
ALSO_FUNCTIONS = _words("flock flock64 if_nameindex sigaction stat stat64 statfs statfs64 statvfs statvfs64 sysinfo")
LEAST = 5000
"""Things that are compared, at least."""


def declared(crate: Path) -> list[str]:
    """What the crate's files for Linux and musl declare: `const X`, `struct X`, `member X.y`, `type X`."""
    found: dict[str, None] = {}
    paths = [crate / "src" / name for name in FILES]
    paths += [path for folder in FOLDERS for path in sorted((crate / "src" / folder).rglob("*.rs"))]
    for path in paths:
        text = path.read_text()
        found |= {f"const {name}": None for name in re.findall(r"pub const (\w+):", text)}
        found |= {f"type {name}": None for name in re.findall(r"^pub type (\w+) =", text, re.M)}
        for name, body in re.findall(r"pub (?:struct|union) (\w+) \{(.*?)\n    \}", text, re.S):
            found[f"struct {name}"] = None
            found |= {f"member {name}.{member}": None for member in re.findall(r"^\s+pub (\w+):", body, re.M)}
    return list(found)


def settled(lines: list[str], compile_lines: Callable[[list[str]], str], pattern: str) -> list[str]:
    """The lines that compile together; the others become empty, so that numbers stay."""
    for _ in range(8):
        said = compile_lines(lines)
        bad = {int(number) for number in re.findall(pattern, said, re.M)}
        if not bad:
            assert not said, said[:3000]
            return lines
        lines = ["" if at in bad else line for at, line in enumerate(lines, 1)]
    raise AssertionError("there is no end of errors")


def values(program: Path) -> dict[str, tuple[int, ...]]:
    """What the program prints: a name of two words, and numbers. Numbers by their low 32 bits."""
    done = subprocess.run([tools.wali_run(), str(program)], capture_output=True, text=True, check=True)
    rows = (line.split() for line in done.stdout.splitlines())
    return {" ".join(row[:2]): tuple(int(word) & 0xFFFFFFFF for word in row[2:]) for row in rows}


def rust_line(thing: str, at: int) -> str:
    kind, name = thing.split()
    if kind == "const":
        what = f'println!("{thing} {{}}", libc::{name} as i128);'
    elif kind == "member":
        whole, member = name.split(".")
        what = (
            f'println!("{thing} {{}} {{}}", std::mem::offset_of!(libc::{whole}, {member}), '
            f"size_behind(|whole: *const libc::{whole}| unsafe {{ &raw const (*whole).{member} }}));"
        )
    else:
        what = f'println!("{thing} {{}}", size_of::<libc::{name}>());'
    return f"fn f{at}() {{ {what} }}"


RUST_END = "\nfn size_behind<T, U>(_: fn(*const T) -> *const U) -> usize { size_of::<U>() }\n"


def of_rust(rustc: Rust, folder: Path, things: list[str]) -> dict[str, tuple[int, ...]]:
    """What the crate says."""
    source, program = folder / "a.rs", folder / "a.wasm"
    library = folder / "liblibc.rlib"
    crate = rustc.one.libc
    flags = ["--cap-lints=allow", "--crate-type=rlib", "--crate-name=libc", "--edition=2021"]
    flags += [f"--cfg={name}" for name in ("libc_align", "libc_const_extern_fn")]
    rustc.build(crate / "src/lib.rs", library, *flags)

    def compile_lines(lines: list[str]) -> str:
        calls = "".join(f"f{at}();\n" for at, line in enumerate(lines) if line)
        source.write_text("\n".join(lines) + RUST_END + f"fn main() {{\n{calls}}}\n")
        options = ["--cap-lints=allow", "--error-format=short", f"--extern=libc={library}"]
        done = rustc.compile(source, program, *options, wasm=True)
        return done.stderr if done.returncode else ""

    settled([rust_line(thing, at) for at, thing in enumerate(things)], compile_lines, r"a\.rs:(\d+):")
    return values(program)


def c_lines(thing: str) -> Iterable[str]:
    """How C would spell it: each is tried."""
    kind, name = thing.split()
    if kind == "const":
        yield f'printf("{thing} %lld\\n", (long long)({name}));'
    elif kind == "type":
        yield f'printf("{thing} %zu\\n", sizeof({"struct " if name in ALSO_FUNCTIONS else ""}{name}));'
    else:
        whole, _, member = name.partition(".")
        for spelled in (f"struct {whole}",) if whole in ALSO_FUNCTIONS else (f"struct {whole}", whole):
            if member:
                each = f"offsetof({spelled}, {member}), sizeof((({spelled} *)0)->{member})"
                yield f'printf("{thing} %zu %zu\\n", {each});'
            else:
                yield f'printf("{thing} %zu\\n", sizeof({spelled}));'


BEGIN = "#define _GNU_SOURCE\n#define _LARGEFILE64_SOURCE\n" + "".join(
    f"#include <{name}.h>\n" for name in ("stddef", "stdint", "stdio", "time", "sys/socket")
)


def of_c(folder: Path, headers: list[str], things: Iterable[str]) -> dict[str, tuple[int, ...]]:
    """What the C headers say, of the things that they know."""
    texts = [line for thing in things for line in c_lines(thing)]
    lines = [f"static void f{at}(void) {{ {text} }}" for at, text in enumerate(texts)]
    (folder / "all.h").write_text(BEGIN + "".join(f"#include <{name}.h>\n" for name in headers))
    source, program = folder / "b.c", folder / "b.wasm"
    command = ["wali-cc", "-include", "all.h", "-w", "-Werror=implicit-function-declaration", "-ferror-limit=0"]

    def compile_lines(lines: list[str]) -> str:
        calls = "".join(f"f{at}();\n" for at, line in enumerate(lines) if line)
        source.write_text("\n".join(lines) + f"\nint main(void) {{\n{calls}return 0;\n}}\n")
        done = subprocess.run(
            [*command, source.name, "-o", program.name],
            cwd=folder,
            env=rust_helpers.environment(),
            capture_output=True,
            text=True,
        )
        return done.stderr if done.returncode else ""

    settled(lines, compile_lines, r"^b\.c:(\d+):\d+: error")
    return values(program)


def known_words(folder: Path, header: str) -> set[str]:
    """Every word of a kernel header, its macros' too. Empty: it cannot be compiled alone."""
    text = f"{BEGIN}#include <linux/{header}.h>\n"
    said = ""
    for way in (["-fsyntax-only"], ["-E", "-dD"]):
        done = subprocess.run(
            ["wali-cc", "-x", "c", *way, "-"],
            cwd=folder,
            env=rust_helpers.environment(),
            input=text,
            capture_output=True,
            text=True,
        )
        if done.returncode:
            return set()
        said = done.stdout
    return set(re.findall(r"\w+", said))


def test_crate_is_what_the_headers_say(rustc: Rust, tmp_path: Path) -> None:
    ours = of_rust(rustc, tmp_path, declared(rustc.one.libc))
    theirs = of_c(tmp_path, HEADERS, ours)
    for header in KERNEL:
        words = known_words(tmp_path, header)
        rest = [thing for thing in ours if thing not in theirs and re.split(r"[ .]", thing)[1] in words]
        if rest:
            theirs |= of_c(tmp_path, [f"linux/{header}"], rest)
    both = ours.keys() & theirs.keys()
    assert len(both) > LEAST
    different = {thing: (ours[thing], theirs[thing]) for thing in both if ours[thing] != theirs[thing]}
    assert different.keys() - LEFT_OUT.keys() == set(), {
        thing: pair for thing, pair in sorted(different.items()) if thing not in LEFT_OUT
    }
    for thing in ("struct stat", "struct ipc_perm", "struct msghdr", "struct epoll_event", "const O_DIRECT"):
        assert thing in both


PARAMETER = re.compile(r"(?:^|,)\s*\w+: ")


def test_functions_have_the_types_of_c(rustc: Rust, tmp_path: Path) -> None:
    """The linker tells of each function that is called by another type than libc defines it by."""
    paths = [
        path
        for path in (rustc.one.libc / "src").rglob("*.rs")
        if re.search(r"unix/|new/(musl|common/posix)", str(path))
    ]
    calls = {
        name: f"unsafe {{ libc::{name}({', '.join(['zero()'] * len(PARAMETER.findall(arguments)))}) }};"
        for path in paths
        for name, arguments in re.findall(r"^    pub fn (\w+)\(([^)]*)\)", path.read_text(), re.M)
        if not name.startswith("__syscall_")
    }
    names = sorted(calls)
    library = tmp_path / "liblibc.rlib"
    rustc.build(
        rustc.one.libc / "src/lib.rs",
        library,
        "--cap-lints=allow",
        "--crate-type=rlib",
        "--crate-name=libc",
        "--edition=2021",
    )
    source, program = tmp_path / "a.rs", tmp_path / "a.wasm"
    said = ""

    def compile_lines(lines: list[str]) -> str:
        nonlocal said
        called = "".join(f"f{at}();\n" for at, line in enumerate(lines) if line)
        source.write_text(
            "\n".join(lines) + "\nfn zero<T>() -> T { unsafe { std::mem::zeroed() } }\n"
            f"fn main() {{ if std::hint::black_box(false) {{\n{called}}} }}\n"
        )
        options = ["--error-format=short", f"--extern=libc={library}", "-Adeprecated", "-Wlinker-messages"]
        done = rustc.compile(source, program, *options, wasm=True)
        said = done.stderr
        if done.returncode == 0:
            return ""
        absent = set(re.findall(r"undefined symbol: (\w+)", said))
        if absent:  # declared, and libc has it not
            at = {name: number for number, name in enumerate(names, 1)}
            return "".join(f"a.rs:{at[name]}: error\n" for name in absent if name in at) or said
        return said

    lines = [f"fn f{at}() {{ {calls[name]} }}" for at, name in enumerate(names)]
    kept = settled(lines, compile_lines, r"a\.rs:(\d+):.* ?error")
    assert sum(map(bool, kept)) > 750
    assert set(re.findall(r"function signature mismatch: (\w+)", said)) == set(), said[:3000]
