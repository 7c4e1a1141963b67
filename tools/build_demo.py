"""Compiles wali/demo/demo.c to demo.wasm with the ziglang wheel's clang: python tools/build_demo.py [OUTPUT]."""

import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

DEMO = Path(__file__).resolve().parent.parent / "wali" / "demo"
COMPILE = "clang --target=wasm32-unknown-unknown -ffreestanding -fno-builtin -O2 -Wall -Wextra -Werror -c"
LINK = "wasm-ld --strip-debug --stack-first -z stack-size=65536 --max-memory=16777216"


def build(output: Path) -> None:
    """Writes the module. CalledProcessError if the compiler refuses the source."""
    spec = find_spec("ziglang")
    if spec is None or spec.origin is None:
        raise SystemExit("the compiler is missing; try: python3 tools/bootstrap.py sdk")
    headers = Path(spec.origin).parent / "lib" / "include"
    with tempfile.TemporaryDirectory() as folder:
        compiled = f"{folder}/demo.o"
        _zig(*COMPILE.split(), "-isystem", str(headers), "-o", compiled, "demo.c")
        _zig(*LINK.split(), "-o", str(output), compiled)


def _zig(*words: str) -> None:
    subprocess.run([sys.executable, "-m", "ziglang", *words], cwd=DEMO, check=True)


if __name__ == "__main__":
    build(Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else DEMO / "demo.wasm")
