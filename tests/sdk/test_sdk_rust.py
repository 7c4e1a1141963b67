"""Rust's library for the target, and cargo: each program natively and as wasm, with equal output and status.

Skipped where Rust is not installed for this SDK; `make rust-programs` installs it.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import endings, rust_helpers, tools
from tests.support.rust_helpers import Rust, environment
from tests.support.tools import ROOT
from wali.sdk import rust, rust_toolchain
from wali.sdk.errors import SdkError

SOURCES = Path(__file__).parent / "rust"
TIMEOUT = 120
"""Seconds for one program."""

rustc = rust_helpers.rustc  # a fixture


def run(*command: object, folder: Path | None = None, **variables: str) -> subprocess.CompletedProcess[bytes]:
    settings = {**environment(), **variables}
    return endings.run(list(map(str, command)), TIMEOUT, cwd=folder, env=settings, stdin=subprocess.DEVNULL)


@pytest.mark.parametrize("options", [("-Copt-level=0", "-g"), ("-O",)], ids=["debug", "release"])
def test_library(rustc: Rust, tmp_path: Path, options: tuple[str, ...]) -> None:
    """A hundred things of std: files, threads and what is local to them, panics, sockets, processes."""
    said = {}
    for wasm in (False, True):
        folder = tmp_path / ("wasm" if wasm else "native") / "folder"
        folder.mkdir(parents=True)
        program = rustc.build(SOURCES / "std.rs", folder.parent / "std.wasm", *options, wasm=wasm)
        done = run(*([tools.wali_run()] if wasm else []), program, folder)
        assert (done.returncode, done.stderr) == (0, b""), done.stderr.decode(errors="replace")
        said[wasm] = done.stdout.decode().splitlines()
    assert said[True] == said[False]
    assert said[True][-1] == "end"
    assert len(said[True]) > 110


@pytest.fixture(scope="session")
def ends(rustc: Rust, tmp_path_factory: pytest.TempPathFactory) -> dict[bool, Path]:
    """endings.rs, natively and as wasm."""
    folder = tmp_path_factory.mktemp("endings")
    return {
        wasm: rustc.build(SOURCES / "endings.rs", folder / f"endings{wasm}.wasm", "-g", wasm=wasm)
        for wasm in (False, True)
    }


def ending(ends: dict[bool, Path], word: str, wasm: bool, **variables: str) -> subprocess.CompletedProcess[bytes]:
    return run(*([tools.wali_run()] if wasm else []), ends[wasm], word, **variables)


@pytest.mark.parametrize("word", ["", "error", "exit", "abort", "panic", "thread", "c", "pipe"])
def test_endings(ends: dict[bool, Path], word: str) -> None:
    native, wasm = (ending(ends, word, wasm, RUST_BACKTRACE="0") for wasm in (False, True))
    assert (wasm.returncode, wasm.stdout) == (native.returncode, native.stdout), wasm.stderr
    # The panic's first line has the thread's id; the runtime adds a backtrace to SIGABRT.
    plain = [re.sub(rb" \(\d+\)|/\S*/library", b"", done.stderr) for done in (native, wasm)]
    if native.returncode >= 0:
        assert plain[1] == plain[0]
    else:
        assert plain[1].startswith(plain[0][:60])


def test_panic_in_a_pipes_writer(ends: dict[bool, Path]) -> None:
    """println! to nobody panics: SIGPIPE is ignored, as Rust's start has it."""
    for wasm in (False, True):
        command = [*([tools.wali_run()] if wasm else []), str(ends[wasm]), "println"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment()) as process:
            assert process.stdout
            assert process.stderr
            process.stdout.read(10)
            process.stdout.close()
            assert b"Broken pipe" in process.stderr.read()
        assert process.returncode == 101


def test_backtrace(ends: dict[bool, Path]) -> None:
    """Names, files and lines, as natively; inlined frames too."""
    frames = {}
    for wasm in (False, True):
        said = ending(ends, "panic", wasm, RUST_BACKTRACE="1").stderr.decode()
        found = re.findall(r"^ *\d+: (\S+)\n *at \S*/(endings\.rs:\d+)", said, re.M)
        frames[wasm] = [pair for pair in found if pair[0].startswith("endings::")]
    assert frames[True] == frames[False]
    assert [name for name, _ in frames[True]] == ["endings::inner::thrower"] * 4 + ["endings::main"]


def test_backtrace_without_debug_information(rustc: Rust, tmp_path: Path) -> None:
    program = rustc.build(SOURCES / "endings.rs", tmp_path / "p.wasm")
    said = run(tools.wali_run(), program, "panic", RUST_BACKTRACE="1").stderr.decode()
    assert re.search(r"^ *\d+: endings::inner::thrower$", said, re.M), said
    executable = tmp_path / "p"
    executable.write_bytes(b"#!" + tools.wali_run().encode() + b"\n" + program.read_bytes())
    executable.chmod(0o755)
    again = run(executable, "panic", RUST_BACKTRACE="1").stderr.decode()
    assert re.search(r"^ *\d+: endings::inner::thrower$", again, re.M), "behind the interpreter's line too"


def test_stack_overflow_ends_the_program(ends: dict[bool, Path]) -> None:
    done = ending(ends, "overflow", True)
    assert -done.returncode in (signal.SIGSEGV, signal.SIGABRT), done.stderr
    assert b"endings::recurse" in done.stderr or b"overflowed its stack" in done.stderr


def test_hello_is_small(rustc: Rust, tmp_path: Path) -> None:
    (tmp_path / "hello.rs").write_text('fn main() { println!("hello"); }\n')
    plain = rustc.build(tmp_path / "hello.rs", tmp_path / "plain.wasm", "-O")
    small = rustc.build(tmp_path / "hello.rs", tmp_path / "small.wasm", "-Copt-level=s", "-Clto", "-Cstrip=symbols")
    assert run(tools.wali_run(), small).stdout == b"hello\n"
    assert plain.stat().st_size < 800_000
    assert small.stat().st_size < 550_000


# cargo

MANIFEST = """\
[package]
name = "sample"
version = "0.1.0"
edition = "2021"
[dependencies]
derive = { path = "derive" }
[profile.release]
lto = true
strip = true
"""
FILES = {
    "Cargo.toml": MANIFEST,
    "build.rs": 'fn main() { println!("cargo::rustc-env=BUILT_FOR={}", std::env::var("TARGET").unwrap()); }\n',
    "src/lib.rs": """\
//! A crate.

/// Adds.
///
/// ```
/// assert_eq!(sample::add(2, 3), 5);
/// ```
pub fn add(one: u32, two: u32) -> u32 {
    one + two
}

#[cfg(test)]
mod tests {
    #[test]
    fn adds() {
        assert_eq!(super::add(1, 1), 2);
    }

    #[test]
    #[should_panic(expected = "boom")]
    fn panics() {
        panic!("boom");
    }

    #[test]
    fn in_threads() {
        assert!(std::thread::current().name().unwrap().contains("in_threads"));
    }
}
""",
    "src/main.rs": """\
#[derive(derive::Name)]
struct Thing;

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    println!("{} {} {words:?}", Thing.name(), env!("BUILT_FOR"));
    std::process::exit(words.len() as i32)
}
""",
    "tests/outside.rs": """\
#[test]
fn runs_the_program() {
    let done = std::process::Command::new(env!("CARGO_BIN_EXE_sample")).args(["a", "b"]).output().unwrap();
    assert_eq!(done.status.code(), Some(2));
    assert!(String::from_utf8(done.stdout).unwrap().starts_with("Thing "));
}
""",
    "derive/Cargo.toml": (
        '[package]\nname = "derive"\nversion = "0.1.0"\nedition = "2021"\n[lib]\nproc-macro = true\n'
    ),
    "derive/src/lib.rs": """\
extern crate proc_macro;
use proc_macro::{TokenStream, TokenTree};

#[proc_macro_derive(Name)]
pub fn name(input: TokenStream) -> TokenStream {
    let mut words = input.into_iter().skip_while(|tree| tree.to_string() != "struct").skip(1);
    let Some(TokenTree::Ident(name)) = words.next() else { panic!("a struct") };
    format!("impl {name} {{ fn name(&self) -> &'static str {{ \\"{name}\\" }} }}").parse().unwrap()
}
""",
}


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A package with a program, a library, a build script, a procedural macro, and tests of each kind."""
    folder = tmp_path_factory.mktemp("sample")
    for name, text in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


def test_cargo_run(rustc: Rust, sample: Path) -> None:
    done = rustc.run_cargo(sample, "run", "--quiet", "--offline", f"--target={rust.TARGET}", "--", "a", "b c")
    assert done.returncode == 2, done.stderr
    assert done.stdout == f'Thing {rust.TARGET} ["a", "b c"]\n'


def test_cargo_release(rustc: Rust, sample: Path) -> None:
    done = rustc.run_cargo(sample, "build", "--release", "--offline", f"--target={rust.TARGET}")
    assert done.returncode == 0, done.stderr
    program = sample / "target" / rust.TARGET / "release/sample.wasm"
    assert run(tools.wali_run(), program, "x").returncode == 1
    assert program.stat().st_size < 600_000


def test_cargo_test(rustc: Rust, sample: Path) -> None:
    """Tests of the library, tests that should panic, in threads, those beside it, and those in its text."""
    done = rustc.run_cargo(sample, "test", "--offline", f"--target={rust.TARGET}")
    assert done.returncode == 0, done.stdout + done.stderr
    results = re.findall(r"^test result: ok\. (\d+) passed; 0 failed; 0 ignored", done.stdout, re.M)
    assert results == ["3", "0", "1", "1"]


def test_cargo_aborting(rustc: Rust, sample: Path) -> None:
    """panic = "abort" of a profile: the target's flags win, and panics unwind."""
    folder = sample.parent / "aborting"
    shutil.copytree(sample, folder, ignore=shutil.ignore_patterns("target"), dirs_exist_ok=True)
    (folder / "Cargo.toml").write_text(MANIFEST + 'panic = "abort"\n')
    done = rustc.run_cargo(folder, "build", "--release", "--offline", f"--target={rust.TARGET}")
    assert done.returncode == 0, done.stderr
    assert run(tools.wali_run(), folder / "target" / rust.TARGET / "release/sample.wasm").returncode == 0


def test_cargo_is_told_by_a_file(rustc: Rust, sample: Path, tmp_path: Path) -> None:
    """With the libc crate for the target; every crate that takes it gets that."""
    folder = tmp_path / "told"
    shutil.copytree(sample, folder, ignore=shutil.ignore_patterns("target", "derive", "tests", "build.rs"))
    said = subprocess.run(["wali", "sdk", "env", "--cargo"], capture_output=True, text=True, env=environment())
    (folder / ".cargo").mkdir()
    (folder / ".cargo/config.toml").write_text(said.stdout)
    (folder / "Cargo.toml").write_text(
        '[package]\nname = "sample"\nversion = "0.1.0"\nedition = "2021"\n[dependencies]\n'
        f'libc = {{ path = "{rustc.one.libc}" }}\n'
    )
    (folder / "src/lib.rs").write_text("")
    (folder / "src/main.rs").write_text(
        "fn main() {\n    let size = size_of::<libc::c_long>();\n"
        "    let id = unsafe { libc::syscall(libc::SYS_gettid) };\n"
        '    println!("{size} {}", id == std::process::id() as i64);\n}\n'
    )
    command = [rustc.cargo, "run", "--quiet", "--offline", f"--target={rust.TARGET}"]
    settings = {**environment(), "CARGO_HOME": str(tmp_path / "home")}
    done = subprocess.run(command, cwd=folder, env=settings, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "8 true\n"), done.stderr


def test_libraries_of_c_and_cxx(rustc: Rust, tmp_path: Path) -> None:
    """A program in three languages: an exception of C++ stays there, a callback goes into Rust and back."""
    (tmp_path / "part.cc").write_text(
        'extern "C" int twice(int (*back)(int), int n) {\n'
        "    try { if (n < 0) throw n; } catch (int m) { return -m; }\n    return back(back(n));\n}\n"
    )
    driver = Path(sys.executable).parent / "wali-c++"
    subprocess.run([driver, "-O2", "-c", "part.cc", "-o", "part.o"], cwd=tmp_path, check=True)
    subprocess.run([driver.with_name("wali-ar"), "rcs", "libpart.a", "part.o"], cwd=tmp_path, check=True)
    (tmp_path / "main.rs").write_text(
        '#[link(name = "part", kind = "static")]\n'
        'unsafe extern "C" { fn twice(back: extern "C" fn(i32) -> i32, n: i32) -> i32; }\n'
        'extern "C" fn back(n: i32) -> i32 { n * 3 }\n'
        'fn main() { unsafe { println!("{} {}", twice(back, 2), twice(back, -7)) } }\n'
    )
    program = rustc.build(tmp_path / "main.rs", tmp_path / "p.wasm", "-O", "-L", str(tmp_path), "-lc++")
    assert run(tools.wali_run(), program).stdout == b"18 7\n"


def test_link_arguments(rustc: Rust, tmp_path: Path) -> None:
    """Words for wasm-ld: the user's size of the stack counts."""
    (tmp_path / "deep.rs").write_text(
        "fn deep(n: u32) -> u32 { let a = std::hint::black_box([n; 1000]); if n == 0 { 0 } else { deep(n - 1) + a[7] } }\n"
        'fn main() { println!("{}", deep(10_000) > 0); }\n'
    )
    small = rustc.build(tmp_path / "deep.rs", tmp_path / "small.wasm")
    assert run(tools.wali_run(), small).returncode < 0
    words = ("-Clink-arg=-z", "-Clink-arg=stack-size=134217728")
    assert run(tools.wali_run(), rustc.build(tmp_path / "deep.rs", tmp_path / "big.wasm", *words)).stdout == b"true\n"


# What the library is made of


def test_sources_without_vendored_crates(rustc: Rust, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As rustup's are: cargo fetches what the lock file names. Here the one crate comes from a folder."""
    there, library = tmp_path / "there", tmp_path / "library"
    shutil.copytree(rustc.one.libc, there / "libc")
    (there / "libc/.cargo-checksum.json").write_text('{"files": {}, "package": "%s"}' % ("0" * 64))
    (library / "std/src").mkdir(parents=True)
    (library / "std/src/lib.rs").touch()
    (library / "Cargo.toml").write_text('[workspace]\nmembers = ["std"]\nresolver = "2"\n')
    manifest = '[package]\nname = "std"\nversion = "0.0.0"\nedition = "2024"\n[dependencies]\nlibc = "0.2"\n'
    (library / "std/Cargo.toml").write_text(manifest)
    monkeypatch.setenv("CARGO_HOME", str(tmp_path / "home"))
    (tmp_path / "home").mkdir()
    (tmp_path / "home/config.toml").write_text(
        f'[source.crates-io]\nreplace-with = "there"\n[source.there]\ndirectory = "{there}"\n'
    )
    locking = [rustc.cargo, "generate-lockfile", "--offline", "--manifest-path", library / "Cargo.toml"]
    subprocess.run(locking, check=True, env={**os.environ, "RUSTC": rustc.rustc})
    toolchain = rust_toolchain.Toolchain(rustc.rustc, rustc.cargo, rustc.one.version, rustc.one.identity, library)
    rust._vendor(toolchain, library)
    crate = rust._libc(library)
    assert (crate / "src/primitives.rs").read_bytes() == (rustc.one.libc / "src/primitives.rs").read_bytes()
    rust._unseal(crate)
    assert json.loads((crate / ".cargo-checksum.json").read_text())["files"] == {}
    (library / "Cargo.lock").unlink()
    with pytest.raises(SdkError, match="cannot get the crates"):
        rust._vendor(toolchain, library)


def _calls(text: str) -> dict[str, list[str]]:
    """The imports that a wali.rs declares: name to the types of the arguments."""
    found = re.findall(r"pub fn __syscall_SYS_(\w+)\(([^)]*)\) ->", text)
    return {name: re.findall(r"a\d: (\w+)", arguments) for name, arguments in found}


def test_bindings_are_those_of_the_libc_crate(rustc: Rust, tmp_path: Path) -> None:
    """Every call that the crate declares has the same name, arguments, widths and signs in ours; so have the numbers."""
    crate = rustc.one.libc / "src/unix/linux_like/linux/musl/b64/wasm32"
    ours = ROOT / "wali/sdk/_generated/wali.rs"
    theirs, found = _calls((crate / "wali.rs").read_text()), _calls(ours.read_text())
    assert len(theirs) > 100
    assert {name: found.get(name) for name in theirs} == theirs
    number = r"pub const SYS_(\w+): (?:i64|c_long) = (\d+);"
    theirs_numbers = dict(re.findall(number, (crate / "mod.rs").read_text()))
    assert len(theirs_numbers) > 300
    assert theirs_numbers.items() <= dict(re.findall(number, ours.read_text())).items()
    (tmp_path / "main.rs").write_text(
        f'#[allow(non_upper_case_globals, dead_code)]\n#[path = "{ours}"]\nmod wali;\n'
        'fn main() {\n    let text = b"called\\n";\n'
        "    let count = unsafe { wali::__syscall_SYS_write(1, text.as_ptr() as i32, text.len() as u32) };\n"
        '    println!("{count} {}", wali::SYS_write);\n}\n'
    )
    program = rustc.build(tmp_path / "main.rs", tmp_path / "p.wasm", "-O")
    assert run(tools.wali_run(), program).stdout == b"called\n7 1\n"
