"""python -m tests.bench: measures, prints a table, writes bench-results/<time>.json and .svg."""

from __future__ import annotations

import argparse
import os
import re
import sys
import time

from tests.programs.build import BuildError
from tests.programs.sources import NoSourcesError
from tests.support.tools import ROOT
from wali.sdk import shell

from . import chart, report
from .measure import Result, measure
from .rows import BUILD, rows

RESULTS = ROOT / "bench-results"


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--repeat", type=int, default=5, help="measurements of each side of a row (default 5)")
    parser.add_argument("--only", default="", help="only rows whose 'group: name' has this (regular expression)")
    parser.add_argument("--markdown", action="store_true", help="print the table once more, for docs/BENCHMARKS.md")
    return parser.parse_args()


def run(repeat: int, only: str) -> list[Result]:
    """Measures and prints as it goes."""
    group = ""
    results = []
    for row in rows():
        if not re.search(only, f"{row.group}: {row.name}", re.IGNORECASE):
            continue
        if row.group != group:
            group = row.group
            print(f"{group}", flush=True)
        results.append(measure(row, repeat))
        print(report.line(results[-1]), flush=True)
    return results


def main() -> int:
    """Returns 0 whether or not aims are met: a benchmark is no test."""
    options = arguments()
    shell.leave(os.environ)
    os.environ["XDG_CACHE_HOME"] = str(BUILD / "cache")  # the user's cache stays as it is
    about = report.machine()
    print(f"{about['cpu']}, {about['cores']} cores, load {about['load']:.1f}; medians of {options.repeat}")
    print(report.heading())
    try:
        results = run(options.repeat, options.only)
    except (BuildError, NoSourcesError, RuntimeError) as error:
        print(f"bench: {error}", file=sys.stderr)
        return 1
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / time.strftime("%Y%m%d-%H%M%S.json")
    report.write_json(results, about, path)
    path.with_suffix(".svg").write_text(chart.svg(results, about))
    judged = [result for result in results if result.met is not None]
    print(
        f"{sum(result.met is True for result in judged)} of {len(judged)} aims met; {path.relative_to(ROOT)} and .svg"
    )
    if options.markdown:
        print(report.markdown(results))
    return 0


if __name__ == "__main__":
    sys.exit(main())
