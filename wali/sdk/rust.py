"""Rust's library for wasm32-wali-linux-musl, built once for a rustc from that rustc's own sources, into a sysroot.

rustc knows the target and ships no library for it. Its metadata fit one rustc only, so that the library lies in a
folder named after the version, and its stamp says for which rustc it is.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from . import build, edits, paths, rust_edits
from .errors import SdkError
from .rust_toolchain import Toolchain

TARGET = "wasm32-wali-linux-musl"
HOME = "rust"  # in the sysroot
STAMP = "rust.json"
OVERLAY = Path(paths.HERE) / "rust_overlay"
# Panics unwind by WebAssembly's exceptions, in the encoding that the engine runs, as those of C++.
UNWINDING = ("-C", "panic=unwind", "-C", "llvm-args=-wasm-use-legacy-eh=false")
# wali-cc has the C library, and SIMD for all that is not for the baseline. Names of the newer form the linker can read.
FLAGS = (
    *UNWINDING,
    "-C",
    "target-feature=+simd128",
    "-C",
    "link-self-contained=no",
    "-C",
    "symbol-mangling-version=v0",
)
# The library itself must be compiled with what a stable rustc warns of; programs with lto ask for its bitcode.
LIBRARY_FLAGS = (*FLAGS, "-C", "target-feature=+exception-handling", "-C", "embed-bitcode=yes")
CRATES = "std,panic_unwind,panic_abort,test,proc_macro"
_CRATE_COUNT = 24  # what cargo compiles for these: for the progress alone
_KEPT_ENVIRONMENT = re.compile(r"(?!CARGO_|RUSTFLAGS$|RUSTDOCFLAGS$|RUSTC_|RUSTC$)")
_MAKERS = ("rust.py", "rust_edits.py")


@dataclass(frozen=True)
class Installed:
    """Rust in a sysroot: where it is, the rustc that it is for, and where that is if it is the SDK's own."""

    folder: Path
    version: str  # "1.96.0"
    identity: str  # `rustc -vV`
    bin: str  # folder of the SDK's own rustc and cargo, or nothing
    key: str

    @property
    def libc(self) -> Path:
        """The libc crate for programs, with what the target asks for."""
        return self.folder / "libc"

    @property
    def fits_package(self) -> bool:
        """Whether it is what this version of the package would build."""
        return self.key == fingerprint()


def installed(sysroot: str | os.PathLike[str]) -> list[Installed]:
    """What the sysroot has, the one installed last first."""
    found: list[tuple[float, Installed]] = []
    for stamp in Path(sysroot, HOME).glob(f"*/{STAMP}"):
        try:
            said = json.loads(stamp.read_text(encoding="utf-8"))
            one = Installed(stamp.parent, said["version"], said["identity"], said["bin"], said["key"])
            found.append((stamp.stat().st_mtime, one))
        except (OSError, ValueError, KeyError):
            continue  # of an installation that was killed
    return [one for _, one in sorted(found, key=lambda pair: -pair[0])]


def fingerprint() -> str:
    """16 hex digits that change when what is made of rustc's sources does."""
    state = sha256()
    files = [Path(paths.HERE) / name for name in _MAKERS]
    files += sorted(path for path in OVERLAY.rglob("*") if path.is_file())
    for path in files:
        state.update(path.read_bytes())
    return state.hexdigest()[:16]


def rustflags(one: Installed) -> list[str]:
    """What every compilation for the target says to rustc."""
    return ["--sysroot", str(one.folder), *FLAGS]


def make(toolchain: Toolchain, work: Path, progress: build.Shown) -> Path:
    """Build the library for `toolchain` in the scratch folder `work`; returns the folder to be moved into place.

    Raises SdkError.
    """
    library = _sources(toolchain, work, progress)
    target = work / "target"
    _compile(toolchain, library, target, progress)
    made = work / "made"
    lib = made / "lib/rustlib" / TARGET / "lib"
    lib.mkdir(parents=True)
    archives = sorted((target / TARGET / "release/deps").glob("lib*.rlib"))
    for path in archives:
        if not path.name.startswith(f"lib{_CRATE}-"):
            os.replace(path, lib / path.name)
    missing = [name for name in ("core", "alloc", "std", "test") if not list(lib.glob(f"lib{name}-*.rlib"))]
    if missing:
        raise SdkError(f"building Rust's library left no {', '.join(missing)}; please report this with `rustc -vV`")
    _copy_libc(library, made / "libc")
    stamp = {
        "version": toolchain.version,
        "identity": toolchain.identity,
        "bin": toolchain.bin,
        "key": fingerprint(),
    }
    (made / STAMP).write_text(json.dumps(stamp, indent=1) + "\n", encoding="utf-8")
    return made


def _sources(toolchain: Toolchain, work: Path, progress: build.Shown) -> Path:
    """A copy of the library's sources, with the crates that it takes from crates.io, changed for the target."""
    library = work / "library"
    shutil.copytree(toolchain.library, library, symlinks=True)
    if not (library / "vendor").is_dir():  # rustup's sources have none
        progress.show("getting the crates of Rust's library")
        _vendor(toolchain, library)
    try:
        edits.apply(library, rust_edits.LIBRARY, "Rust's library:")
        edits.apply(_libc(library), rust_edits.LIBC, "the libc crate:")
    except SdkError as error:
        raise SdkError(
            f"{error}\nThe SDK is written for the library of rustc {rust_edits.VERSION}, and this is "
            f"{toolchain.version}'s; take another rustc, or say: wali sdk install rust --debian"
        ) from None
    _unseal(_libc(library))
    shutil.copytree(OVERLAY, library, dirs_exist_ok=True)
    return library


def _vendor(toolchain: Toolchain, library: Path) -> None:
    """Has cargo fetch what the library's own lock file names."""
    command = [toolchain.cargo, "vendor", "--locked", "--versioned-dirs", "--respect-source-config", "--quiet"]
    command += ["--manifest-path", str(library / "Cargo.toml"), str(library / "vendor")]
    done = subprocess.run(
        command,
        cwd=library,
        env={**os.environ, "RUSTC": toolchain.rustc, "RUSTC_BOOTSTRAP": "1"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
    )
    if done.returncode:
        raise SdkError(
            f"cannot get the crates that Rust's library takes from crates.io:\n{done.stderr.strip()[-1500:]}\n"
            "Debian's sources have them: wali sdk install rust --debian"
        )


def _libc(library: Path) -> Path:
    found = sorted((library / "vendor").glob("libc-0.*"))
    if len(found) != 1:
        raise SdkError(f"Rust's library is not as expected: {len(found)} versions of the libc crate in vendor")
    return found[0]


def _unseal(crate: Path) -> None:
    """cargo compares a vendored crate's files with their checksums, if there are any."""
    path = crate / ".cargo-checksum.json"
    sums = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({"files": {}, "package": sums.get("package")}), encoding="utf-8")


def _copy_libc(library: Path, target: Path) -> None:
    """The libc crate for users' own graphs: its sources, without what is cargo's."""
    target.mkdir()
    crate = _libc(library)
    for name in ("Cargo.toml", "build.rs", "LICENSE-MIT", "LICENSE-APACHE", "README.md"):
        if (crate / name).is_file():
            shutil.copyfile(crate / name, target / name)
    shutil.copytree(crate / "src", target / "src")


_CRATE = "wali_std"
_MANIFEST = f'[package]\nname = "{_CRATE}"\nversion = "0.1.0"\nedition = "2021"\n[workspace]\n'


def _compile(toolchain: Toolchain, library: Path, target: Path, progress: build.Shown) -> None:
    """Have cargo build the library, as for an empty crate, without any of the user's settings."""
    # Apart from the home, in whose .cargo cargo would find those.
    with tempfile.TemporaryDirectory(prefix="wali-rust-") as scratch:
        folder = Path(scratch)
        (folder / "src").mkdir()
        (folder / "src/lib.rs").touch()
        (folder / "Cargo.toml").write_text(_MANIFEST, encoding="utf-8")
        (folder / ".cargo").mkdir()
        (folder / ".cargo/config.toml").write_text(
            '[source.crates-io]\nreplace-with = "vendored"\n[source.vendored]\n'
            f"directory = {json.dumps(str(library / 'vendor'))}\n",
            encoding="utf-8",
        )
        flags = [*LIBRARY_FLAGS, f"--remap-path-prefix={library}=/rustc/{toolchain.version}/library"]
        environment = {name: value for name, value in os.environ.items() if _KEPT_ENVIRONMENT.match(name)}
        environment |= {
            "CARGO_HOME": str(folder / "home"),
            "CARGO_ENCODED_RUSTFLAGS": "\x1f".join(flags),
            "CARGO_TERM_COLOR": "never",
            "RUSTC": toolchain.rustc,
            "RUSTC_BOOTSTRAP": "1",
            "__CARGO_TESTS_ONLY_SRC_ROOT": str(library),
        }
        command = [toolchain.cargo, "build", "--release", "--offline", f"--target={TARGET}", f"-Zbuild-std={CRATES}"]
        command.append(f"--target-dir={target}")
        _follow(command, folder, environment, progress)


def _follow(command: list[str], folder: Path, environment: dict[str, str], progress: build.Shown) -> None:
    said: list[str] = []
    done = 0
    with subprocess.Popen(
        command,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
    ) as process:
        assert process.stderr is not None
        for line in process.stderr:
            said.append(line)
            if line.lstrip().startswith("Compiling "):
                done += 1
                progress("building Rust's library", min(done, _CRATE_COUNT) - 1, _CRATE_COUNT)
    if process.returncode:
        text = "".join(said)
        if "No space left on device" in text:
            raise SdkError("no space left on the disk")
        at = text.find("error")
        raise SdkError(f"building Rust's library failed:\n{text[max(at, 0) :].strip()[:3000]}")
