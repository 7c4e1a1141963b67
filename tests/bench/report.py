"""The table on the terminal and the JSON file."""

from __future__ import annotations

import json
import os
import platform
import statistics
import time
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from .measure import Result

HEADINGS = ("", "native", "wasm", "ratio", "spread", "aim", "")
WIDTHS = (32, 12, 12, 8, 13, 10, 8)


def number(value: float | None, unit: str = "") -> str:
    """Three significant digits; nanoseconds beyond ten thousand as us or ms."""
    if value is None:
        return ""
    if unit == "ns" and abs(value) >= 1e7:
        value, unit = value / 1e6, "ms"
    elif unit == "ns" and abs(value) >= 1e4:
        value, unit = value / 1e3, "us"
    digits = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2
    return f"{value:,.{digits}f}{f' {unit}' if unit else ''}"


def mark(result: Result) -> str:
    """Whether the aim is met."""
    return {True: "ok", False: "misses", None: ""}[result.met]


def aim_text(result: Result) -> str:
    """The aim, with its unit if it is not a ratio."""
    row = result.row
    if row.aim is None:
        return ""
    return (
        f"{row.aim:g} {row.unit}" if row.absolute else f"+{row.aim:g} {row.unit}" if row.difference else f"{row.aim:g}"
    )


def line(result: Result) -> str:
    """One line of the table."""
    row = result.row
    if result.error:
        return f"  {row.name:<30}  {result.error}"
    spread = f"{result.spread[0]:.2f}-{result.spread[1]:.2f}" if result.spread else ""
    ratio = f"+{number(result.figure)}" if row.difference else number(result.ratio)
    cells = (
        f"  {row.name}",
        number(statistics.median(result.native), row.unit) if result.native else "",
        number(statistics.median(result.wasm), row.unit),
        ratio,
        spread,
        aim_text(result),
        mark(result),
    )
    first, *rest = (f"{cell:>{width}}" for cell, width in zip(cells, WIDTHS, strict=True))
    return f"{cells[0]:<{len(first)}}{''.join(rest)}".rstrip()


def heading() -> str:
    """The line above the table."""
    return "".join(f"{cell:>{width}}" for cell, width in zip(HEADINGS, WIDTHS, strict=True)).rstrip()


def markdown(results: Sequence[Result]) -> str:
    """The table for docs/BENCHMARKS.md."""
    lines = ["| | native | wasm | ratio | aim | |", "|---|--:|--:|--:|--:|---|"]
    group = ""
    for result in results:
        row = result.row
        if row.group != group:
            group = row.group
            lines.append(f"| **{group}** | | | | | |")
        native = number(statistics.median(result.native), row.unit) if result.native else ""
        wasm = number(statistics.median(result.wasm), row.unit) if result.wasm else result.error
        ratio = f"+{number(result.figure, row.unit)}" if row.difference else number(result.ratio)
        lines.append(f"| {row.name} | {native} | {wasm} | {ratio} | {aim_text(result)} | {mark(result)} |")
    return "\n".join(lines) + "\n"


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "unknown"


def machine() -> dict[str, Any]:
    """What the figures depend on."""
    cpu = ""
    for text in Path("/proc/cpuinfo").read_text().splitlines():
        if text.startswith("model name"):
            cpu = text.partition(":")[2].strip()
            break
    return {
        "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "cpu": cpu,
        "cores": os.cpu_count(),
        "load": os.getloadavg()[0],
        "kernel": platform.release(),
        "python": platform.python_version(),
        "wasmtime": _version("wasmtime"),
        "ziglang": _version("ziglang"),
    }


def write_json(results: Sequence[Result], about: dict[str, Any], path: Path) -> None:
    """All single figures, so that others can judge them in other ways."""
    rows = [
        {
            "group": result.row.group,
            "name": result.row.name,
            "unit": result.row.unit,
            "native": result.native,
            "wasm": result.wasm,
            "ratio": result.ratio,
            "figure": result.figure,
            "aim": result.row.aim,
            "aim_is": "figure" if result.row.absolute or result.row.difference else "ratio",
            "met": result.met,
            "note": result.row.note,
            "error": result.error,
        }
        for result in results
    ]
    path.write_text(json.dumps({"machine": about, "rows": rows}, indent=1) + "\n")
