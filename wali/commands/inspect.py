"""wali inspect prog.wasm [--json]"""

from __future__ import annotations

import argparse
import json
from dataclasses import replace
from functools import partial

from .. import ffi
from ..compiled import compiler, confined
from ..errors import WaliEngineError, WaliFormatError
from ..messages import printable
from ..module import binary, inspection, loader, support
from ..module.explain import explain
from .endings import about
from .terminal import size_text

RUNS, CANNOT_RUN = "r", "n"
EXPORTS_TOLD = 40  # libraries have hundreds
WIDEST_NAME = 60  # of imports; wit-bindgen's may be whole signatures


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The module, and the form of the answer."""
    parser.description = (
        "Shows whether a module can run here, and if not, why; then its memory, features and imports.\n"
        "Each import is served in one of these ways:\n"
        "  passthrough, repack, custom   a system call that works (wali syscalls --help)\n"
        "  stub                          a system call that always fails with the error shown\n"
        "  wasi                          a function of WASI\n"
        "  runtime                       part of starting and ending a program, no system call\n"
        "  unknown                       a name that no call has; answers ENOSYS\n"
        "  missing                       nothing provides it: the module cannot run"
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
    missing = ""
    try:
        ffi.engine_open()
    except WaliEngineError as error:
        missing = str(error)
    support.calls()  # the confined process can load nothing
    with about(args.module):
        data = loader.read_module(args.module)
        compiler.get_ready(data)
        work = partial(_tell, data, args.module, args.json, missing)
        told = confined.call(work, confined.bounds(len(data)), f"reading {args.module}").decode(errors="replace")
    print("\n".join(map(printable, told[1:].split("\n"))))
    return 0 if told.startswith(RUNS) else 1


def _tell(data: bytes, name: str, as_json: bool, missing: str, serial: bool) -> bytes:  # noqa: ARG001
    """In the confined process: a letter, and the report as it is to be printed."""
    report = inspection.inspect(data)
    if not report.problem:
        report = replace(report, problem=missing or engine_problem(data))
    told = json.dumps(report.as_json(), indent=2) if as_json else text(name, report)
    return ((CANNOT_RUN if report.problem else RUNS) + told).encode(errors="replace")


def engine_problem(data: bytes) -> str:
    """Why the engine does not take the module; "" if it does."""
    try:
        program = compiler.prepared(data, False)
    except WaliFormatError as error:
        return str(error)
    try:
        ffi.engine_validate(program.wasm)
    except WaliEngineError as error:
        return explain(str(error), program)
    return ""


def text(name: str, report: inspection.Report) -> str:
    """The report for people, one fact per line."""
    runs = "is a library, whose functions run by --invoke" if report.library else "can run"
    head = f"{name}: {size_text(report.size)}, " + (f"cannot run: {report.problem}" if report.problem else runs)
    lines = [head] + ([] if report.component is None else _component_lines(report.component))
    if report.component is None or report.sections:
        lines += _program_lines(report)
    return "\n".join(map(printable, lines))  # here, for a name may have newlines


def _component_lines(component: inspection.ComponentView) -> list[str]:
    modules = [
        f"{part.role}{f' {binary.short(part.name)}' if part.name else ''} {size_text(part.size)} at byte {part.start}"
        for part in component.modules
    ]
    return [
        f"component    {component.kind}",
        f"offers       {', '.join(component.exports) or 'nothing'}",
        f"needs        {', '.join(component.imports) or 'nothing'}",
        f"modules      {', '.join(modules) or 'none'}",
    ]


def _program_lines(report: inspection.Report) -> list[str]:
    low, high = report.memory
    shared = "shared" if report.memory_shared else "not shared (the runtime shares it)"
    if report.memory == (0, 0):
        memory = "none"
    else:
        memory = f"{size_text(low * 65536)} to {'unlimited' if high is None else size_text(high * 65536)}, {shared}"
    left = len(report.exports) - EXPORTS_TOLD
    more = f" and {left} more (--json tells all)" if left > 0 else ""
    lines = [
        f"memory       {memory}",
        f"features     {' '.join(report.features) or 'not recorded'}",
        f"exports      {', '.join(report.exports[:EXPORTS_TOLD])}{more}",
    ]
    if report.fix_calls:
        lines.append("asks for     --fix-calls: calls by other types are mended, wherever it runs")
    lines += [f"{field:<12} {', '.join(values)}" for field, values in report.producers.items()]
    lines.append(f"sections     {', '.join(f'{name} {size_text(size)}' for name, size in report.sections.items())}")
    lines.append(f"imports      {len(report.imports)}")
    width = min(max((len(f"{entry.module}.{entry.name}") for entry in report.imports), default=0), WIDEST_NAME)
    for entry in sorted(report.imports, key=lambda entry: (entry.module, entry.name)):
        note = f"  {entry.note}" if entry.note else ""
        lines.append(f"  {entry.module + '.' + entry.name:<{width}}  {entry.support:<12}{entry.type}{note}")
    return lines
