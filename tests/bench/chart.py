"""The results as one SVG picture: a bar for each ratio, the aim as a tick, native as a line."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Sequence
from html import escape
from typing import Any

from .measure import Result
from .report import number

LEFT, WIDTH, RIGHT = 230, 480, 150
"""Pixels: names, bars, figures."""
LINE, HEAD = 22, 74
FULL = 3.0
"""The ratio at the right end; longer bars are cut there, and say so."""
MET, MISSED, PLAIN = "#2a7f62", "#c8553d", "#7a8ba3"
STYLE = (
    "text{font:13px system-ui,sans-serif;fill:#222}.t{font-size:17px;font-weight:600}.s{fill:#666;font-size:12px}"
    ".g{font-weight:600}.n{text-anchor:end}"
)


def svg(results: Sequence[Result], about: dict[str, Any]) -> str:
    """The whole picture. Rows without a ratio are shown against their aim."""
    body: list[str] = []
    y = HEAD
    group = ""
    for result in results:
        value, scale = _length(result)
        if value is None or not result.row.charted:
            continue
        if result.row.group != group:
            group = result.row.group
            y += LINE // 2
            body.append(f'<text class="g" x="16" y="{y + 15}">{escape(group)}</text>')
            y += LINE
        body += _row(result, value, scale, y)
        y += LINE
    width, height = LEFT + WIDTH + RIGHT, y + 24
    return "\n".join([*_frame(width, height, about), *body, *_native_line(y), "</svg>"]) + "\n"


def _length(result: Result) -> tuple[float | None, float]:
    """The value to draw and what stands for 1: native, or for rows that are judged by a figure their aim."""
    row = result.row
    if (row.absolute or row.difference) and row.aim:
        return result.judged, row.aim
    return result.ratio, 1.0


def _row(result: Result, value: float, scale: float, y: int) -> Iterator[str]:
    row = result.row
    share = max(0.0, value / scale)
    colour = PLAIN if result.met is None else MET if result.met else MISSED
    length = min(share / FULL, 1.0) * WIDTH
    yield f'<text class="n" x="{LEFT - 10}" y="{y + 15}">{escape(row.name)}</text>'
    yield f'<rect x="{LEFT}" y="{y + 4}" width="{max(length, 1):.1f}" height="14" rx="2" fill="{colour}"/>'
    if share > FULL:  # a cut bar has a gap near its end
        yield f'<path d="M{LEFT + WIDTH - 22} {y + 20}l8 -18h5l-8 18z" fill="#fff"/>'
    if row.aim is not None:
        x = LEFT + min(row.aim / scale / FULL, 1.0) * WIDTH
        yield f'<path d="M{x:.1f} {y + 1}v20" stroke="#222" stroke-width="2"/>'
    text = number(value, row.unit) if scale != 1.0 else f"{number(value)} x"
    if scale == 1.0 and result.wasm:
        text += f"  ({number(statistics.median(result.wasm), row.unit)})"
    yield f'<text x="{LEFT + WIDTH + 10}" y="{y + 15}">{escape(text)}</text>'


def _frame(width: int, height: int, about: dict[str, Any]) -> Iterator[str]:
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        'role="img" aria-label="Time and memory of programs as wasm, relative to native">'
    )
    yield f"<style>{STYLE}</style>"
    yield f'<rect width="{width}" height="{height}" fill="#fff"/>'
    yield '<text class="t" x="16" y="28">As wasm, relative to native (less is better)</text>'
    detail = f"{about['cpu']}, Linux {about['kernel']}, wasmtime {about['wasmtime']}, {about['time'][:10]}"
    yield f'<text class="s" x="16" y="47">{escape(detail)}</text>'
    x = 16
    for colour, text in ((MET, "aim met"), (MISSED, "aim missed"), (PLAIN, "no aim")):
        yield f'<rect x="{x}" y="58" width="12" height="12" rx="2" fill="{colour}"/>'
        yield f'<text class="s" x="{x + 17}" y="68">{text}</text>'
        x += 34 + 7 * len(text)
    yield f'<path d="M{x} 56v16" stroke="#222" stroke-width="2"/><text class="s" x="{x + 7}" y="68">aim</text>'
    x += 46
    yield f'<path d="M{x} 56v16" stroke="#999" stroke-dasharray="3 3"/>'
    yield (
        f'<text class="s" x="{x + 7}" y="68">native (rows in ms or MiB without ratio: their aim); '
        f"bars end at {FULL:g} x</text>"
    )


def _native_line(bottom: int) -> Iterator[str]:
    x = LEFT + WIDTH / FULL
    yield f'<path d="M{x:.1f} {HEAD + 6}V{bottom}" stroke="#999" stroke-dasharray="3 3"/>'
