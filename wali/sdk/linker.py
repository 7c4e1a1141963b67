"""The linker's front: drops GNU options without a meaning here, and makes modules executable.

Run by clang through the sysroot's bin/wali-ld as `python -I -S linker.py ARGUMENTS`, so it must
not import the package. Understands what clang passes on, from the user's -Wl, too.
"""

from __future__ import annotations

import os
import stat
import subprocess
import sys

MAX_MEMORY = 1 << 32  # bytes: all that 32-bit addresses reach
STACK_SIZE = 8 << 20  # bytes: what Linux gives a main thread


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Taken by GNU ld and lld for ELF; about dynamic linking, ELF's sections, or defaults of wasm-ld.
DROPPED = _words(
    """--start-group --end-group -( -) --as-needed --no-as-needed --enable-new-dtags --disable-new-dtags
    --eh-frame-hdr --no-eh-frame-hdr --no-undefined --export-dynamic -export-dynamic -E -pie --pie -no-pie --no-pie
    --no-dynamic-linker --pic-executable --sort-common --relax --no-relax --warn-common --cref -dn -dy -n -N -x -X
    --copy-dt-needed-entries --no-copy-dt-needed-entries --no-allow-shlib-undefined --no-ld-generated-unwind-info
    --undefined-version --no-undefined-version --push-state --pop-state --discard-all --discard-locals -d
    --print-memory-usage --warn-once --nmagic --omagic --no-export-dynamic --warn-shared-textrel -static --static
    --no-warn-mismatch --warn-unresolved-symbols --no-omagic --no-rosegment -Bstatic -Bdynamic -Bsymbolic
    -Bsymbolic-functions --icf=all --icf=safe --no-as-needed -lgcc -lgcc_s -lgcc_eh -latomic"""
)
DROPPED_PREFIXES = tuple(
    _words(
        """--hash-style= -hash-style= -rpath= --rpath= -rpath-link= --rpath-link= --version-script= --dynamic-list=
    -soname= --soname= -dynamic-linker= --dynamic-linker= --exclude-libs= --sort-section= --orphan-handling= -plugin-opt
    --retain-symbols-file= --compress-debug-sections= -Ttext -Tdata -Tbss --section-start= --sysroot=
    --pack-dyn-relocs= --no-pack-dyn-relocs --unresolved-symbols= -z"""
    )
)
# The same, with the value in the next argument.
DROPPED_PAIRS = _words(
    """--hash-style -rpath --rpath -rpath-link --rpath-link -R --version-script --dynamic-list -soname --soname -h
    -dynamic-linker --dynamic-linker --exclude-libs --sort-section -plugin --plugin -z --retain-symbols-file
    -T --script -Ttext -Tdata -Tbss"""
)
MAGIC = b"\0asm"


def filter_options(arguments: list[str]) -> list[str]:
    """The arguments that wasm-ld understands. `-z stack-size=N` stays."""
    kept: list[str] = []
    skip = False
    for i, argument in enumerate(arguments):
        if skip:
            skip = False
            continue
        following = arguments[i + 1] if i + 1 < len(arguments) else ""
        if argument == "-z" and following.startswith("stack-size="):
            kept += ["-z", following]
            skip = True
        elif argument.startswith("-zstack-size="):
            kept += ["-z", argument[2:]]
        elif argument == "-o":  # its value may look like anything
            kept += [argument, following]
            skip = True
        elif argument in DROPPED_PAIRS:
            skip = True
        elif argument not in DROPPED and not argument.startswith(DROPPED_PREFIXES):
            kept.append(argument)
    return kept


def output_of(arguments: list[str]) -> str:
    """The file to be written."""
    for i, argument in enumerate(arguments[:-1]):
        if argument in ("-o", "--output"):
            return arguments[i + 1]
    for argument in arguments:
        if argument.startswith("--output="):
            return argument.partition("=")[2]
    return "a.out"


def defaults(arguments: list[str]) -> list[str]:
    """What every program gets, as far as the user has not said otherwise."""
    extra = ["--export-if-defined=__stack_pointer"]
    if not any(argument.startswith("--max-memory") for argument in arguments):
        extra.append(f"--max-memory={MAX_MEMORY}")
    if not any(argument.startswith("stack-size=") for argument in arguments):
        extra += ["-z", f"stack-size={STACK_SIZE}"]
    if "--no-stack-first" not in arguments:
        extra.append("--stack-first")
    return extra


def interpreter_line(runtime: str) -> bytes:
    """The first line of an executable module.

    The kernel takes one word, of limited length, as the interpreter; env finds the rest.
    """
    if " " in runtime or "\t" in runtime or len(runtime) > 200:
        return b"#!/usr/bin/env wali-run\n"
    return b"#!" + os.fsencode(runtime) + b"\n"


def make_executable(path: str, runtime: str) -> None:
    """Prefix the module at `path` with its interpreter and set the run bits that the umask allows."""
    if not stat.S_ISREG(os.stat(path).st_mode):
        return
    with open(path, "rb") as file:
        module = file.read()
    if not module.startswith(MAGIC):
        return
    part = f"{path}.{os.getpid()}"
    mask = os.umask(0)
    os.umask(mask)
    try:
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o777 & ~mask)
        with os.fdopen(descriptor, "wb") as file:
            file.write(interpreter_line(runtime))
            file.write(module)
        os.replace(part, path)
    except BaseException:
        if os.path.exists(part):
            os.unlink(part)
        raise


def linker() -> list[str]:
    """The command that is wasm-ld: WALI_LD's, or the wheel's; a clang of one's own brings its own."""
    if given := os.environ.get("WALI_LD"):
        return [given]
    compiler = os.environ.get("WALI_LD_ZIG", "zig")
    if os.path.basename(compiler) == "zig":
        return [compiler, "wasm-ld"]
    version = os.path.basename(compiler).removeprefix("clang")
    return [os.path.join(os.path.dirname(compiler), f"wasm-ld{version}")]


def main(arguments: list[str]) -> int:
    """Link; returns wasm-ld's exit status."""
    if "-shared" in arguments or "--shared" in arguments:
        print("wali-ld: error: -shared: there is no dynamic linking; link statically", file=sys.stderr)
        return 1
    options = filter_options(arguments)
    relocatable = any(word in options for word in ("-r", "--relocatable"))
    if relocatable:  # wasm-ld wants to hear of memory only when it lays memory out
        options = [word for word in options if word != "--shared-memory"]
    else:
        options += defaults(options)
    try:
        status = subprocess.run([*linker(), *options]).returncode
    except OSError as error:
        print(f"wali-ld: error: {error.filename}: {error.strerror} (see WALI_LD in docs/SDK.md)", file=sys.stderr)
        return 1
    output = output_of(options)
    if status == 0 and not relocatable and not output.endswith(".wasm"):
        try:
            make_executable(output, os.environ.get("WALI_RUN", "wali-run"))
        except OSError as error:
            print(f"wali-ld: error: {output}: {error.strerror}", file=sys.stderr)
            return 1
    return status if status >= 0 else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
