"""python -m tests.ports [NAME...]: builds ports, runs their own tests and a piece of work, and writes docs/PORTS.md."""

from __future__ import annotations

import argparse
import os
import sys

from tests.programs.build import BuildError
from tests.programs.sources import NoSourcesError
from wali.sdk import shell
from wali.sdk.errors import SdkError

from . import page
from .rows import ROWS
from .run import PortError, run


def main() -> int:
    """Returns 1 if a port has no result; the others' are written all the same."""
    names = [row.port.name for row in ROWS]
    parser = argparse.ArgumentParser(prog="python -m tests.ports", description=__doc__)
    parser.add_argument("names", metavar="NAME", nargs="*", help=f"of {', '.join(names)} (default: all)")
    wanted = parser.parse_args().names or names
    if unknown := sorted(set(wanted) - set(names)):
        parser.error(f"no port {', '.join(unknown)}; there are {', '.join(names)}")
    shell.leave(os.environ)
    status = 0
    for row in ROWS:
        if row.port.name in wanted:
            try:
                result = run(row, lambda text: print(text, flush=True))
                page.write([result])
                print(page.line(result), flush=True)
            except (BuildError, NoSourcesError, PortError, RuntimeError, SdkError) as error:
                print(f"ports: {error}", file=sys.stderr, flush=True)
                status = 1
    return status


if __name__ == "__main__":
    sys.exit(main())
