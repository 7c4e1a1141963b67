"""wali inspect prog.wasm [--json]"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import replace

from .. import ffi
from ..errors import WaliEngineError
from ..module import inspection, loader
from ..module.explain import explain
from .endings import about
from .terminal import printable, size_text


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The module, and the form of the answer."""
    parser.description = (
        "Shows whether a module can run here, and if not, why; then its memory, features and imports.\n"
        "Each import is served in one of these ways:\n"
        "  passthrough, repack, custom   a system call that works (wali syscalls --help)\n"
        "  stub                          a system call that always fails with the error shown\n"
        "  runtime                       part of starting and ending a program, no system call\n"
        "  unknown                       a name that no call has; answers ENOSYS\n"
        "  missing                       not WALI's: the module cannot run"
    )
    parser.epilog = (
        "exit status: 0 if the module can run here, 1 if not, 126 if it is no wasm module at all\n\n"
        "examples:\n"
        "  wali inspect app.wasm\n"
        "  wali inspect --json app.wasm | jq '.imports[] | select(.support == \"stub\") | .name'"
    )
    parser.add_argument("module", help="path of the .wasm file")
    parser.add_argument("--json", action="store_true", help="for programs: the same as JSON")


def execute(args: argparse.Namespace) -> int:
    """Prints the report to stdout."""
    with about(args.module):
        data = loader.read_module(args.module)
        report = inspection.inspect(data)
    if not report.problem:
        report = replace(report, problem=engine_problem(data))
    if args.json:
        json.dump(report.as_json(), sys.stdout, indent=2)
        print()
    else:
        print(text(args.module, report))
    return 1 if report.problem else 0


def engine_problem(data: bytes) -> str:
    """Why the engine does not take the module; "" if it does."""
    program = loader.load(data)
    try:
        ffi.engine_open()
        ffi.engine_validate(program.wasm)
    except WaliEngineError as error:
        return explain(str(error), program)
    return ""


def text(name: str, report: inspection.Report) -> str:
    """The report for people, one fact per line."""
    low, high = report.memory
    shared = "shared" if report.memory_shared else "not shared (the runtime makes it so)"
    lines = [
        f"{name}: {size_text(report.size)}, " + (f"cannot run: {report.problem}" if report.problem else "can run"),
        f"memory       {size_text(low * 65536)} to {'unlimited' if high is None else size_text(high * 65536)}, {shared}",
        f"features     {' '.join(report.features) or 'not recorded'}",
        f"exports      {', '.join(report.exports)}",
    ]
    lines += [f"{field:<12} {', '.join(values)}" for field, values in report.producers.items()]
    lines.append(f"sections     {', '.join(f'{name} {size_text(size)}' for name, size in report.sections.items())}")
    lines.append(f"imports      {len(report.imports)}")
    width = max((len(f"{entry.module}.{entry.name}") for entry in report.imports), default=0)
    for entry in sorted(report.imports, key=lambda entry: (entry.module, entry.name)):
        note = f"  {entry.note}" if entry.note else ""
        lines.append(f"  {entry.module + '.' + entry.name:<{width}}  {entry.support:<12}{entry.type}{note}")
    return "\n".join(map(printable, lines))
