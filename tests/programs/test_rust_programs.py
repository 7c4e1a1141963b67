"""ripgrep by its own tests, and beside the one that the machine's compiler makes: `make rust-programs` asks for it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from hashlib import sha256
from pathlib import Path

import pytest

from tests.programs import crates, sources
from tests.programs.built import built
from tests.programs.sources import Source
from tests.support import endings, rust_helpers, tools
from tests.support.rust_helpers import Rust, environment
from tests.support.tools import ROOT
from wali.sdk import rust
from wali.sdk.debsource import Pinned

pytestmark = [
    pytest.mark.apps,
    pytest.mark.skipif(
        not os.environ.get(rust_helpers.ASKED_FOR), reason="takes minutes to build; make rust-programs runs it"
    ),
]
rustc = rust_helpers.rustc  # a fixture

RIPGREP = Source(
    Pinned("rust-ripgrep", "13.0.0-4", "gz", "f37c9d2c2bc7e00bd2653e13771397b94e452583da9b9494eabef627618d64bf"),
    members=("",),
)
CRATES = Path(__file__).parent / "ripgrep/crates.txt"
TIMEOUT = 600
"""Seconds for the tests of a program."""

# Of upstream's tests, with the reason.
LEFT_OUT = {
    "regression::r210": "clap 2 asks for the architecture alone, and takes arguments that are no UTF-8 for impossible",
}


@pytest.fixture(scope="session")
def ripgrep(rustc: Rust) -> Path:
    """The folder with `rg`, an executable module, and `integration`, its tests, in `deps`."""
    tree = built(sources.tree, RIPGREP)
    registry = built(crates.registry, CRATES, rustc.one.libc)
    key = sha256((rustc.one.key + rustc.one.identity + str(registry)).encode()).hexdigest()[:12]
    folder = ROOT / "build/apps/ripgrep" / f"wasm-{key}"
    if not folder.exists():
        shutil.copytree(tree, folder)
        manifest = folder / "Cargo.toml"
        text = re.sub(r'^\[target\."cfg.*jemallocator\]\n.*\n', "", manifest.read_text(), flags=re.M)
        manifest.write_text(re.sub(r"^simd-accel = .*\n", "", text, flags=re.M))  # Debian's grep has it not
        shutil.rmtree(folder / ".cargo", ignore_errors=True)
        (folder / ".cargo").mkdir()
        (folder / ".cargo/config.toml").write_text(
            f'[source.crates-io]\nreplace-with = "there"\n[source.there]\ndirectory = "{registry}"\n'
        )
        (folder / "Cargo.lock").unlink(missing_ok=True)
    done = rustc.run_cargo(folder, "test", "--no-run", "--offline", f"--target={rust.TARGET}")
    assert done.returncode == 0, done.stderr[-3000:]
    made = folder / "target" / rust.TARGET / "debug"
    # What the tests start has no suffix on Linux.
    module = (made / "rg.wasm").read_bytes()
    (made / "rg").write_bytes(b"#!" + tools.wali_run().encode() + b"\n" + module)
    (made / "rg").chmod(0o755)
    return made


def test_ripgrep_by_its_own_tests(ripgrep: Path) -> None:
    (harness,) = (ripgrep / "deps").glob("integration-*.wasm")
    words = [word for name in LEFT_OUT for word in ("--skip", name)]
    done = endings.run(
        [tools.wali_run(), str(harness), "--test-threads=2", *words],
        TIMEOUT,
        cwd=ripgrep.parents[2],
        env=environment(),
        stdin=subprocess.DEVNULL,
    )
    said = done.stdout.decode(errors="replace")
    result = re.search(r"^test result: (\w+)\. (\d+) passed; (\d+) failed", said, re.M)
    assert result, said[-3000:] + done.stderr.decode(errors="replace")[-3000:]
    assert result.group(1, 3) == ("ok", "0"), said[-6000:]
    assert int(result[2]) >= 270


def test_ripgrep_searches_in_parallel(ripgrep: Path, tmp_path: Path) -> None:
    """What grep finds in the sources of the runtime, by threads and in another order."""
    words = ("-n", "--no-heading", "KERNEL_WAIT", str(ROOT / "syscalls"))
    found = endings.run([str(ripgrep / "rg"), "-j4", "-uuu", *words], 120, cwd=tmp_path, stdin=subprocess.DEVNULL)
    native = subprocess.run(["grep", "-rnI", "KERNEL_WAIT", str(ROOT / "syscalls")], capture_output=True, check=True)
    assert found.returncode == 0, found.stderr
    assert len(native.stdout.splitlines()) > 20
    assert sorted(found.stdout.splitlines()) == sorted(native.stdout.splitlines())
