"""Start-up and the cost of a system call, against native: python tools/bench.py [RUNS].

Each figure is the median of RUNS processes (default 15), so that a noisy machine does little harm.
Needs the installed package and a C compiler. Prints a table and writes bench-results/<time>.json.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
CALLS = 1_000_000

NOTHING = '(module (memory (export "memory") 1 1) (func (export "_start")))'
LOOP = """(module
  (import "wali" "SYS_{name}" (func $call (param {params}) (result i64)))
  (memory (export "memory") 1 1)
  (func (export "_start") (local $i i32)
    (loop $again
      (drop (call $call {arguments}))
      (br_if $again (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const {count}))))))"""
# Name, wasm parameters, wasm arguments, C arguments.
LOOPS = (
    ("getppid", "", "", ""),
    ("write", "i32 i32 i32", "(i32.const 3) (i32.const 64) (i32.const 1)", ", 3, buffer, 1"),
    ("clock_gettime", "i32 i32", "(i32.const 1) (i32.const 64)", ", 1, buffer"),
)
NATIVE = """#include <sys/syscall.h>
#include <unistd.h>
int main(void) {{ static char buffer[64]; (void)buffer;
for (int i = 0; i < {count}; i++) {call}; }}"""


def seconds(command: list[str], runs: int) -> float:
    """Median wall time of a command, its descriptor 3 being /dev/null; the first run, which fills caches, left out."""
    words = ["sh", "-c", 'exec "$0" "$@" 3>/dev/null', *command]
    taken = []
    for _ in range(runs + 1):
        start = time.perf_counter()
        subprocess.run(words, check=True)
        taken.append(time.perf_counter() - start)
    return statistics.median(taken[1:])


def module(folder: Path, name: str, text: str) -> list[str]:
    """The command that runs a module given as text."""
    import wasmtime

    path = folder / f"{name}.wasm"
    path.write_bytes(wasmtime.wat2wasm(text))
    return [str(BIN / "wali-run"), str(path)]


def native(folder: Path, name: str, call: str, count: int) -> list[str]:
    """The command that runs the same loop, compiled by the C compiler."""
    path = folder / name
    source = NATIVE.format(call=call, count=count)
    subprocess.run(["cc", "-O2", "-x", "c", "-", "-o", str(path)], input=source, text=True, check=True)
    return [str(path)]


def measure(runs: int) -> dict[str, float]:
    """All figures: start-up in milliseconds, calls in nanoseconds."""
    found = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        start = seconds(module(folder, "nothing", NOTHING), runs)
        start_native = seconds(native(folder, "nothing", "(void)0", 1), runs)
        found["start, ms"] = start * 1e3
        found["start native, ms"] = start_native * 1e3
        found["python -c pass, ms"] = seconds([sys.executable, "-c", "pass"], runs) * 1e3
        for call, params, arguments, c_arguments in LOOPS:
            text = LOOP.format(name=call, params=params, arguments=arguments, count=CALLS)
            guest = seconds(module(folder, call, text), runs) - start
            c_call = f"syscall(SYS_{call}{c_arguments})"
            host = seconds(native(folder, f"native-{call}", c_call, CALLS), runs) - start_native
            found[f"{call}, ns"] = guest / CALLS * 1e9
            found[f"{call} native, ns"] = host / CALLS * 1e9
    return found


def main(argv: list[str]) -> None:
    """Measures, prints, keeps."""
    figures = measure(int(argv[0]) if argv else 15)
    for name, value in figures.items():
        print(f"{name:<28}{value:>10.2f}")
    results = ROOT / "bench-results"
    results.mkdir(exist_ok=True)
    (results / f"{time.strftime('%Y%m%d-%H%M%S')}.json").write_text(json.dumps(figures, indent=2) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
