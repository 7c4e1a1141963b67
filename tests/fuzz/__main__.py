"""`python -m tests.fuzz [TARGET...] [--seconds N] [--count N] [--seed N]`: what `make fuzz` runs.

Each target has its seconds to itself.  The seed is printed; the same seed and count make the same inputs.
"""

from __future__ import annotations

import argparse
import random
import sys

from tests.fuzz.targets import TARGETS


def main() -> int:
    """The command; 1 if anything was found."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=", ".join(TARGETS), default=[])
    parser.add_argument("--seconds", type=float, default=60, help="for each target (60)")
    parser.add_argument("--count", type=int, default=1 << 62, help="inputs of each target, at most")
    parser.add_argument("--seed", type=int, help="where to begin (random)")
    options = parser.parse_args()
    if unknown := set(options.targets) - TARGETS.keys():
        parser.error(f"no such target: {', '.join(sorted(unknown))}")
    found = 0
    for name in options.targets or TARGETS:
        seed = random.randrange(1 << 31) if options.seed is None else options.seed
        print(f"fuzz {name}: --seed {seed} --seconds {options.seconds:g}", flush=True)
        done, finds = TARGETS[name](seed, options.seconds, options.count)
        print(f"fuzz {name}: {done}; {len(finds)} finds", flush=True)
        for find in finds:
            print(f"\n{find}", flush=True)
        found += len(finds)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
