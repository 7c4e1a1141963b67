"""Components as the tools of their makers write them, of three years: they run, or are told by name what they need.

The tools come from npm, into the test's folder. Without npm or its registry the tests are skipped.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.support.helpers import WaliRun, assemble

SECONDS = 300
JCO = "@bytecodealliance/jco"
TRANSPILE, TRANSPILE_VERSION = "@bytecodealliance/jco-transpile", "0.15.0"
ADAPTER = "wasi_snapshot_preview1"
# Versions of jco: 0.6.1 writes the format's version 0x0c, then come drafts, release candidates and releases of 0.2.
VERSIONS = ("0.6.1", "0.9.1", "0.9.4", "0.10.3", "0.14.2", "1.0.3", "1.2.4")
PROGRAM = f"""(module
  (import "{ADAPTER}" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (import "{ADAPTER}" "proc_exit" (func $exit (param i32)))
  (memory (export "memory") 1) (data (i32.const 8) "\\10\\00\\00\\00\\06\\00\\00\\00hello\\n")
  (func $_start (export "_start")
    (drop (call $write (i32.const 1) (i32.const 8) (i32.const 1) (i32.const 0))) (call $exit (i32.const 7))))"""
# With the newest tools, for a world of its own: node make.mjs CORE WIT OUT.
MAKE = """
import { componentEmbed, componentNew } from "./node_modules/@bytecodealliance/jco-transpile/dist/wasm-tools.js";
import { readFileSync, writeFileSync } from "node:fs";
const [, , core, wit, out] = process.argv;
const embedded = await componentEmbed({ binary: readFileSync(core), witSource: readFileSync(wit, "utf8") });
writeFileSync(out, await componentNew(embedded, []));
"""
WIT = """package test:test;
package wasi:io@0.2.12 { interface streams { resource output-stream { blocking-write-and-flush: func(contents: list<u8>) -> string; } } }
package wasi:cli@0.2.12 {
  interface stdout { use wasi:io/streams@0.2.12.{output-stream}; get-stdout: func() -> output-stream; }
  interface run { run: func() -> result; }
}
world program { import wasi:io/streams@0.2.12; import wasi:cli/stdout@0.2.12; export wasi:cli/run@0.2.12; }
"""
DIRECT = """(module
  (import "wasi:cli/stdout@0.2.12" "get-stdout" (func $get (result i32)))
  (import "wasi:io/streams@0.2.12" "[method]output-stream.blocking-write-and-flush" (func $write (param i32 i32 i32 i32)))
  (import "wasi:io/streams@0.2.12" "[resource-drop]output-stream" (func $drop (param i32)))
  (memory (export "memory") 1) (data (i32.const 8) "hello\\0a") (func (export "_initialize"))
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (unreachable))
  (func (export "wasi:cli/run@0.2.12#run") (result i32)
    (call $write (call $get) (i32.const 8) (i32.const 6) (i32.const 64))
    (call $drop (i32.const 1))
    (i32.load8_u (i32.const 64))))"""


# Programs that import the draft themselves. Text of worlds was another one each time.
DRAFT_WITS = {
    "0.6.1": """
interface streams {STREAMS
default world program {
  import streams: self.streams
  import stdout: interface { use self.streams.{output-stream} get-stdout: func() -> output-stream }
  export run: func() -> result
}""",
    "0.9.4": """package wasi:io
interface streams {STREAMS
world program {
  import streams
  import stdout: interface { use streams.{output-stream} get-stdout: func() -> output-stream }
  export run: func() -> result
}""",
}
STREAMS = """
  type output-stream = u32
  record stream-error {}
  write: func(this: output-stream, buf: list<u8>) -> result<u64, stream-error>
  drop-output-stream: func(this: output-stream)
}"""
LATER_STREAMS = STREAMS.replace("error {}", "error { dummy: u32 } enum stream-status { open, ended }").replace(
    "<u64,", "<tuple<u64, stream-status>,"
)
DRAFT_PROGRAM = """(module
  (import "stdout" "get-stdout" (func $get (result i32)))
  (import "STREAMS" "write" (func $write (param i32 i32 i32 i32)))
  (import "STREAMS" "drop-output-stream" (func $drop (param i32)))
  (memory (export "memory") 1) (data (i32.const 8) "hello\\0a")
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (unreachable))
  (func (export "run") (result i32)
    (call $write (call $get) (i32.const 8) (i32.const 6) (i32.const 64))
    (call $drop (i32.const 1))
    (i32.load8_u (i32.const 64))))"""


def command(words: list[str | Path], folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(words, cwd=folder, capture_output=True, text=True, timeout=SECONDS, check=False)


def installed(package: str, version: str, folder: Path) -> Path:
    """Where the package is, after npm has put it into that folder."""
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        pytest.skip("no npm and node on this machine")
    (folder / "package.json").write_text('{"private": true}')
    words = [npm, "install", "--no-audit", "--no-fund", "--ignore-scripts", f"{package}@{version}"]
    try:
        done = command([*words], folder)
    except subprocess.TimeoutExpired:
        pytest.skip(f"npm does not give {package} in {SECONDS} seconds")
    if done.returncode:
        pytest.skip(f"npm does not give {package} {version}: {done.stderr.strip()[-200:]}")
    return folder / "node_modules" / package


def run(words: list[str | Path], folder: Path) -> None:
    done = command(words, folder)
    assert done.returncode == 0, done.stderr + done.stdout


def start_of(package: Path) -> Path:
    """The command of a version of jco."""
    (start,) = [path for path in (package / "cli.mjs", package / "src" / "jco.js") if path.exists()]
    return start


@pytest.mark.parametrize("version", VERSIONS)
def test_a_program_that_jco_adapts(wali_run: WaliRun, wali: WaliRun, tmp_path: Path, version: str) -> None:
    package = installed(JCO, version, tmp_path)
    (adapter,) = package.rglob(f"{ADAPTER}.command.wasm")
    (tmp_path / "core.wasm").write_bytes(assemble(PROGRAM))
    start = start_of(package)
    made = tmp_path / "made.wasm"
    run(["node", start, "new", "core.wasm", "--adapt", f"{ADAPTER}={adapter}", "-o", made], tmp_path)
    assert made.read_bytes()[4] == (0x0C if version == "0.6.1" else 0x0D)
    done = wali_run(made)
    assert (done.returncode, done.stdout, done.stderr) == (7, "hello\n", "")
    modules = json.loads(wali("inspect", "--json", made).stdout)["component"]["modules"]
    assert sorted(part["role"] for part in modules) == ["adapter", "fixup", "program", "shim"]


def test_a_program_of_preview2_by_the_newest_tools(wali_run: WaliRun, wali: WaliRun, tmp_path: Path) -> None:
    """Their fixup calls _initialize itself."""
    installed(TRANSPILE, TRANSPILE_VERSION, tmp_path)
    (tmp_path / "make.mjs").write_text(MAKE)
    (tmp_path / "core.wasm").write_bytes(assemble(DIRECT))
    (tmp_path / "world.wit").write_text(WIT)
    made = tmp_path / "made.wasm"
    run(["node", "make.mjs", "core.wasm", "world.wit", made], tmp_path)
    report = json.loads(wali("inspect", "--json", made).stdout)
    assert report["problem"] == ""
    assert sorted(part["role"] for part in report["component"]["modules"]) == ["fixup", "program", "shim"]
    assert [(e["module"], e["name"]) for e in report["imports"]] == [
        ("wasi:cli/stdout@0.2.12", "get-stdout"),
        ("wasi:io/streams@0.2.12", "[method]output-stream.blocking-write-and-flush"),
        ("wasi:io/streams@0.2.12", "[resource-drop]output-stream"),
    ]
    assert "_initialize (function)" in report["exports"]
    done = wali_run(made)
    assert (done.returncode, done.stdout, done.stderr) == (0, "hello\n", "")


def of_the_draft(version: str, streams: str, folder: Path) -> Path:
    """A component that a version of jco makes of DRAFT_PROGRAM."""
    start = start_of(installed(JCO, version, folder))
    (folder / "world.wit").write_text(DRAFT_WITS[version].replace("{STREAMS", f"{{{streams}"))
    name = "streams" if version == "0.6.1" else "wasi:io/streams"
    (folder / "core.wasm").write_bytes(assemble(DRAFT_PROGRAM.replace("STREAMS", name)))
    run(["node", start, "embed", "--wit", "world.wit", "core.wasm", "-o", "embedded.wasm"], folder)
    run(["node", start, "new", "embedded.wasm", "-o", "made.wasm"], folder)
    return folder / "made.wasm"


@pytest.mark.parametrize("version", DRAFT_WITS)
def test_a_program_of_the_draft(wali_run: WaliRun, wali: WaliRun, tmp_path: Path, version: str) -> None:
    """Interfaces have the names of their packages, or those that its world gives them."""
    path = of_the_draft(version, STREAMS, tmp_path)
    report = json.loads(wali("inspect", "--json", path).stdout)
    assert report["problem"] == ""
    assert sorted(part["role"] for part in report["component"]["modules"]) == ["fixup", "program", "shim"]
    assert {entry["support"] for entry in report["imports"]} == {"wasi"}
    done = wali_run(path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "hello\n", "")


def test_a_program_of_a_later_draft(wali_run: WaliRun, tmp_path: Path) -> None:
    """Its results are larger, which only the types of the component tell."""
    done = wali_run(of_the_draft("0.9.4", LATER_STREAMS, tmp_path))
    assert done.returncode == 126
    assert "it imports wasi:io/streams.write of a later draft than that of wasmtime 10" in done.stderr
