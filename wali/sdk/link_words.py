"""The words of a linker's command line: which mean nothing here, which have values, and the order that wasm-ld wants."""

from __future__ import annotations

import os


def words(text: str) -> frozenset[str]:
    """The words of a list."""
    return frozenset(text.split())


# Taken by GNU ld and lld for ELF; about dynamic linking, ELF's sections, or defaults of wasm-ld.
DROPPED = words(
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
    words(
        """--hash-style= -hash-style= -rpath= --rpath= -rpath-link= --rpath-link= --version-script= --dynamic-list=
    -soname= --soname= -dynamic-linker= --dynamic-linker= --exclude-libs= --sort-section= --orphan-handling= -plugin-opt
    --retain-symbols-file= --compress-debug-sections= -Ttext -Tdata -Tbss --section-start= --sysroot=
    --pack-dyn-relocs= --no-pack-dyn-relocs --unresolved-symbols= -z"""
    )
)
# The same, with the value in the next argument.
DROPPED_PAIRS = words(
    """--hash-style -rpath --rpath -rpath-link --rpath-link -R --version-script --dynamic-list -soname --soname -h
    -dynamic-linker --dynamic-linker --exclude-libs --sort-section -plugin --plugin -z --retain-symbols-file
    -retain-symbols-file -T --script -Ttext -Tdata -Tbss"""
)
# GNU's C++ library has other names; what is asked of the unwinder lies in libc++abi.
RENAMED = {"-lstdc++": ["-lc++", "-lc++abi"], "-lsupc++": ["-lc++abi"], "-lstdc++fs": [], "-lstdc++exp": []}
OBJECTS = (".o", ".obj", ".lo", ".so")
SHARED = ("-shared", "--shared", "-Bshareable")
VALUED = words(
    "-o --output -e --entry -u --undefined --export -Map -z -L -l -m -mllvm -y --trace-symbol"
)  # the next word is theirs


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
        elif argument in RENAMED:
            kept += RENAMED[argument]
        elif argument not in DROPPED and not argument.startswith(DROPPED_PREFIXES):
            kept.append(argument)
    return kept


def lacks_archive(options: list[str]) -> bool:
    """Whether there is a -lNAME without a libNAME.a: it may be what -shared has made."""
    folders = [word[2:] for word in options if word.startswith("-L")]
    names = [word[2:] for word in options if word.startswith("-l")]
    return not all(any(os.path.isfile(f"{folder}/lib{name}.a") for folder in folders) for name in names)


def objects_first(options: list[str]) -> list[str]:
    """The options, and archives behind objects.

    wasm-ld compares the type of a function with that of its callers only if it meets one of these before the archive.
    """
    pairs = list(zip(["", *options], options, strict=False))
    objects = [word for before, word in pairs if word.endswith(OBJECTS) and before not in VALUED]
    others = [word for before, word in pairs if not word.endswith(OBJECTS) or before in VALUED]
    place = next((at for at, word in enumerate(others) if word.endswith(".a") or word.startswith("-l")), len(others))
    while place > 0 and others[place - 1].endswith("whole-archive"):
        place -= 1
    return others[:place] + objects + others[place:]


def output_of(arguments: list[str]) -> str:
    """The file to be written."""
    for i, argument in enumerate(arguments[:-1]):
        if argument in ("-o", "--output"):
            return arguments[i + 1]
    for argument in arguments:
        if argument.startswith("--output="):
            return argument.partition("=")[2]
    return "a.out"
