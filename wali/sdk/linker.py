"""The linker's front: drops GNU options without a meaning here, makes modules executable, tells calls that would trap.

Run by clang through the sysroot's bin/wali-ld (`ld.py`). Understands what clang passes on, from the user's -Wl, too.
What only some links need is imported when it is needed: a configure script links hundreds of programs.
"""

from __future__ import annotations

import contextlib
import os
import stat

from . import paths, prefix_use
from .errors import SdkError
from .link_run import assembler, fail, for_wasi, for_wasi_threads, of_sysroot, put, run, say, tell
from .link_words import SHARED, filter_options, lacks_archive, objects_first, output_of, words

TYPE_CHECKING = False
if TYPE_CHECKING:
    import re
    from collections.abc import Iterator

MAX_MEMORY = 1 << 32  # bytes: all that 32-bit addresses reach
STACK_SIZE = 8 << 20  # bytes: what Linux gives a main thread
MAGIC = b"\0asm"


def defaults(arguments: list[str]) -> list[str]:
    """What every program gets, as far as the user has not said otherwise."""
    extra = []
    if not for_wasi():
        extra.append("--export-if-defined=__stack_pointer")
    if for_wasi_threads():
        extra += ["--import-memory", "--export-memory", "--shared-memory"]
    # A plain module has its memory to itself, and no limit but the engine's; a shared memory must have one.
    if not (for_wasi() and not for_wasi_threads()) and not any(one.startswith("--max-memory") for one in arguments):
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


# --- linking ----------------------------------------------------------------------------------------------------------

STRIP = {"-s": False, "--strip-all": False, "-S": True, "--strip-debug": True}  # whether names of functions may stay
MISMATCH = (
    r"function signature mismatch: (?P<name>.+)\n"
    r">>> defined as (?P<first>\(.*\) -> .+?) in (?P<here>.+)\n>>> defined as (?P<second>\(.*\) -> .+?) in (?P<there>.+)"
)
_COLOURS = r"\x1b\[[0-9;]*[mK]"
ADVICE = (
    "{what} ends the program. Give the function the type by which it is called, or link with -mwali-fix-calls, "
    "which makes such calls as native machines do (docs/PORTING.md, 'Functions called by another type')"
)
NAMES_TOLD = 5
# The functions of callbacks.ROWS: who calls none of them does not load that.
HANDED = words(
    """pthread_create thrd_create pthread_once pthread_key_create pthread_atfork signal atexit at_quick_exit qsort qsort_r
    bsearch lfind lsearch tsearch tfind tdelete tdestroy twalk scandir ftw nftw glob"""
)
# What clang says with -r as well.
OF_PROGRAMS = words("--shared-memory --undefined=__llvm_profile_runtime -lc -lpthread -lc++ -lc++abi -lubsan -lsetjmp")
WARNINGS = 10  # of functions that are handed over


def mismatches(said: str) -> list[re.Match[str]]:
    """Of wasm-ld's messages those about functions that are declared by several types."""
    if "signature mismatch" not in said:
        return []
    import re

    return list(re.finditer(MISMATCH, re.sub(_COLOURS, "", said)))


def link(options: list[str], fixes: bool) -> int:
    """Run wasm-ld; its exit status. Again, with a function that calls main, if libc's cannot.

    fixes: whether the module will ask for --fix-calls. Functions that are called by wrong types only are then kept.
    """
    status, said = run(options)
    found = mismatches(said)
    if found or any(word.endswith(".a") and not of_sysroot(word) for word in options):
        import tempfile

        from . import main_adapter

        with tempfile.TemporaryDirectory(prefix="wali-ld-") as folder:
            more = []
            if not for_wasi():
                more = main_adapter.objects(found, assembler(), folder) or main_adapter.archived(
                    options, assembler(), folder
                )
            if fixes:
                more += [f"--export-if-defined={one['name']}" for one in found if one["name"] not in main_adapter.USUAL]
            if more:
                status, said = run([*more, *options])
                found = mismatches(said)
    tell(status, said)
    if found and not fixes:
        names = [one["name"] for one in found]
        shown = ", ".join(names[:NAMES_TOLD]) + (
            f" and {len(names) - NAMES_TOLD} more" if len(names) > NAMES_TOLD else ""
        )
        say("note: " + ADVICE.format(what=f"a call of {shown} by another type than it has"))
    return status


def shared(options: list[str], arguments: list[str]) -> int:
    """Make what stands for a shared library; the exit status. OSError."""
    from . import shared_objects, version_script

    script = version_script.given(arguments)
    try:
        own = version_script.read(script) if script else None
    except (OSError, ValueError) as error:
        return fail(f"version script {script}: {getattr(error, 'strerror', None) or error}")
    return shared_objects.make(options, os.environ.get("WALI_LD_SYSROOT", ""), own)


@contextlib.contextmanager
def module_objects(modules: list[str], options: list[str]) -> Iterator[list[str]]:
    """The objects that put these modules (module_table.objects) into the program; they last as long as the context."""
    if not modules:
        yield []
        return
    import tempfile

    from . import module_table

    with tempfile.TemporaryDirectory(prefix="wali-ld-") as folder:
        yield module_table.objects(modules, options, assembler(), folder)


def finish(output: str, inputs: list[str], fixes: bool, strip: str | None) -> int:
    """What is done with the linked module, and what is told of it. The exit status. OSError."""
    if not stat.S_ISREG(os.stat(output).st_mode):
        return 0
    with open(output, "rb") as file:
        module = before = file.read()
    if not module.startswith(MAGIC):
        return 0
    if any(".so" in word for word in inputs):
        from . import shared_objects

        module = shared_objects.without_notes(module)
    if fixes:
        problem, module = asking(module)
        if problem:
            os.unlink(output)
            return fail(f"-mwali-fix-calls: {problem}")
    elif not for_wasi():
        warn(module, inputs)
    if strip is not None:
        from . import wasmobj

        module = wasmobj.stripped(module, STRIP[strip])
    executable = not output.endswith(".wasm")
    if executable:
        module = interpreter_line(os.environ.get("WALI_RUN", "wali-run")) + module
    if module is not before:
        put(output, module, executable)
    return 0


def asking(module: bytes) -> tuple[str, bytes]:
    """Why --fix-calls cannot treat the module, or nothing; and the module with the section that asks for it."""
    from ..errors import WaliFormatError
    from ..fixcalls import fix
    from ..module import wish

    try:
        fix(module)
    except WaliFormatError as error:
        return str(error), module
    return "", module + wish.section()


def retain(output: str) -> None:
    """The same for an object: what the next link must keep is marked. OSError."""
    with open(output, "rb") as file:
        module = file.read()
    if b"__llvm_prf_" in module:
        from . import retained

        put(output, retained.marked(module), False)


def warn(module: bytes, inputs: list[str]) -> None:
    """Tells functions that will be called by another type than they have."""
    start = module.rfind(b"\4name")  # the name section, behind code and data
    marks = [bytes([len(name)]) + name.encode() for one in HANDED for name in (one, f"__{one}")]
    if start < 0 or not any(module.find(mark, start) >= 0 for mark in marks):
        return

    from . import callbacks

    findings = callbacks.find(module)
    for finding in findings[:WARNINGS]:
        say(f"warning: {finding.text(callbacks.place(finding.given, inputs))}")
    if len(findings) > WARNINGS:
        say(f"warning: and {len(findings) - WARNINGS} more of this kind")
    if findings:
        say("note: " + ADVICE.format(what="such a call"))


def main(arguments: list[str]) -> int:
    """Link; returns wasm-ld's exit status."""
    fixes = paths.FIX_CALLS in arguments
    is_shared = any(word in SHARED for word in arguments)
    modules = [word.removeprefix(paths.MODULE) for word in arguments if word.startswith(paths.MODULE)]
    ours = (paths.FIX_CALLS, *SHARED)
    options = filter_options([word for word in arguments if word not in ours and not word.startswith(paths.MODULE)])
    output = output_of(options)
    if prefix_use.has_libraries(os.environ.get(prefix_use.VARIABLE, "")):
        from . import stale_libraries

        for archive, name in stale_libraries.among(options):
            say(f"warning: {archive} was built for another compiler or C library: wali sdk add {name} builds it anew")
    try:
        if is_shared:
            return shared(options, arguments)
        if any(word in options for word in ("-r", "--relocatable")):
            # wasm-ld wants to hear of memory only when it lays memory out. A program's libraries are linked with that.
            options = [word for word in options if word not in OF_PROGRAMS and not of_sysroot(word)]
            status = tell(*run(options))
            if status == 0:
                retain(output)
            return status if status >= 0 else 1
        # What is stripped has no names to look at. The last word counts.
        strips = [word for word in options if word in STRIP]
        options = [word for word in options if word not in STRIP]
        has_shared = any(".so" in word for word in options) or lacks_archive(options)
        if has_shared:
            from . import shared_objects

            options = shared_objects.expanded(options)
        with module_objects(modules, options) as more:
            options = objects_first([*options, *more])
            status = link(options + defaults(options), fixes)
    except SdkError as error:
        return fail(str(error))
    except OSError as error:
        return fail(f"{error.filename}: {error.strerror} (see WALI_LD in docs/SDK.md)")
    if status != 0:
        return status if status > 0 else 1
    try:
        inputs = [word for word in options if word != output]
        return finish(output, inputs, fixes, min(strips, key=STRIP.__getitem__, default=None))
    except OSError as error:
        return fail(f"{output}: {error.strerror}")
