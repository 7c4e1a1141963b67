"""The include folder of the sysroot: musl's headers, the kernel's, and ours over them."""

from __future__ import annotations

import re
import shutil
import tempfile
from pathlib import Path

from . import debsource, paths
from .errors import SdkError

# Folders of the kernel's user-space headers. The machine's <asm/...> are close enough: what
# programs take from them (ioctl numbers, errno, signals) has x86-64's values here.
KERNEL_FOLDERS = ("asm-generic", "drm", "linux", "misc", "mtd", "rdma", "scsi", "sound", "video", "xen")
SYSTEM_INCLUDE = Path("/usr/include")

_TYPEDEF = re.compile(r"^TYPEDEF (.*) ([^ ]*);$", re.M)
# What the kernel's headers ask before they define the same, as glibc's do.
_ALSO_GUARDED = {"struct_timespec": "_STRUCT_TIMESPEC"}
_TAGGED = re.compile(r"^(STRUCT|UNION) +([^ ]*) (.*);$", re.M)


def alltypes(*templates: str) -> str:
    """Text of <bits/alltypes.h> from musl's templates: a guard around each type."""
    text = "".join(templates)
    text = _TYPEDEF.sub(
        r"#if defined(__NEED_\2) && !defined(__DEFINED_\2)\ntypedef \1 \2;\n#define __DEFINED_\2\n#endif\n", text
    )

    def tagged(match: re.Match[str]) -> str:
        kind, name, body = match[1].lower(), match[2], match[3]
        guard = f"{kind}_{name}"
        other = _ALSO_GUARDED.get(guard)
        asked, told = (f" && !defined({other})", f"#define {other} 1\n") if other else ("", "")
        return (
            f"#if defined(__NEED_{guard}) && !defined(__DEFINED_{guard}){asked}\n"
            f"{kind} {name} {body};\n#define __DEFINED_{guard}\n{told}#endif\n"
        )

    return _TAGGED.sub(tagged, text)


def syscall_numbers(template: str) -> str:
    """Text of <bits/syscall.h>: every __NR_ number again under its SYS_ name."""
    lines = [line.replace("__NR_", "SYS_") for line in template.splitlines() if "__NR_" in line]
    return template + "\n".join(lines) + "\n"


def install_libc(tree: Path, include: Path) -> None:
    """Copy the headers of the patched musl at `tree`; the overlay's win over the generic ones."""
    shutil.copytree(tree / "include", include, ignore=shutil.ignore_patterns("*.in"))
    bits = include / "bits"
    bits.mkdir()
    for arch in ("generic", "wasm32"):
        for path in sorted((tree / "arch" / arch / "bits").glob("*.h")):
            shutil.copyfile(path, bits / path.name)
    arch_types = (tree / "arch/wasm32/bits/alltypes.h.in").read_text(encoding="utf-8")
    types = (tree / "include/alltypes.h.in").read_text(encoding="utf-8")
    (bits / "alltypes.h").write_text(alltypes(arch_types, types), encoding="utf-8")

    generated = Path(paths.GENERATED)
    numbers = (generated / "syscall.h.in").read_text(encoding="utf-8")
    (bits / "syscall.h").write_text(syscall_numbers(numbers), encoding="utf-8")
    shutil.copyfile(generated / "wali_syscalls.h", include / "wali_syscalls.h")
    for name in ("syscall_switch.h", "syscall_overloads.h", "prctl_overloads.h"):
        shutil.copyfile(generated / name, bits / f"wali_{name}")


def install_kernel(include: Path, system: Path = SYSTEM_INCLUDE) -> str:
    """Copy the kernel's headers; returns where they came from.

    From the system if it has them, else from Debian's linux-libc-dev. Raises SdkError.
    """
    if (system / "linux/fs.h").is_file():
        _copy_kernel(system, include)
        return str(system)
    with tempfile.TemporaryDirectory(prefix="wali-uapi-") as scratch:
        try:
            root = debsource.unpack_binary("linux-libc-dev", Path(scratch))
        except SdkError as error:
            raise SdkError(f"no kernel headers: install linux-libc-dev, or see: {error}") from None
        _copy_kernel(root / "usr/include", include)
    return "linux-libc-dev"


def _copy_kernel(source: Path, include: Path) -> None:
    for name in KERNEL_FOLDERS:
        if (source / name).is_dir() and not (include / name).exists():
            shutil.copytree(source / name, include / name)
    machine = [source / "asm", *sorted(source.glob("*-linux-gnu*/asm"))]
    asm = next((path for path in machine if path.is_dir()), None)
    if asm is None:
        raise SdkError(f"{source} has no asm folder")
    shutil.copytree(asm, include / "asm")
    for path in (include / "asm").glob("unistd*.h"):
        path.unlink()
    # The numbers are ours; and a long has 64 bits as there, whatever __x86_64__ says.
    for name in ("unistd.h", "unistd_64.h"):
        (include / "asm" / name).write_text(
            "#include <bits/syscall.h>\n#include <bits/wali_syscall.h>\n", encoding="utf-8"
        )
    (include / "asm/swab.h").write_text("#include <asm-generic/swab.h>\n", encoding="utf-8")  # not assembly
    (include / "asm/bitsperlong.h").write_text(
        "#ifndef __ASM_BITSPERLONG_H\n#define __ASM_BITSPERLONG_H\n"
        "#define __BITS_PER_LONG 64\n#include <asm-generic/bitsperlong.h>\n#endif\n",
        encoding="utf-8",
    )
    # 12 bytes, as libc's <sys/epoll.h> has it.
    poll = include / "linux/eventpoll.h"
    text = poll.read_text(encoding="utf-8")
    poll.write_text(text.replace("#ifdef __x86_64__", "#if defined(__x86_64__) || defined(__wasm__)"), encoding="utf-8")
