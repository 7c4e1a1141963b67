"""The rustc and cargo that Rust's library is built by: the user's, with the sources of the same version, or Debian's.

Debian's are unpacked below the data folder as any user, from pinned packages: the compiler, cargo, their sources, and
of the libraries that they need those that the machine has not.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from . import debian_tools
from .build import Shown
from .debian_tools import Deb
from .errors import SdkError

TARGET = "wasm32-wali-linux-musl"
HOME = debian_tools.HOME
SOURCES = "lib/rustlib/src/rust/library"  # in rustc's own sysroot


@dataclass(frozen=True)
class Toolchain:
    """A rustc, its cargo and its library's sources."""

    rustc: str
    cargo: str
    version: str
    identity: str  # `rustc -vV`
    library: Path
    bin: str = ""  # the folder for PATH, if it is the SDK's own


VERSION = "1.96.0"
_REVISION = f"{VERSION}+dfsg1-1~deb12u2"


def _rust(name: str, digest: str, architecture: str = "amd64") -> Deb:
    return Deb("rustc-web", _REVISION, f"{name}_{_REVISION}_{architecture}.deb", digest)


COMPILER = (
    _rust("rustc-web", "8fefe1d6377fe4082f5a9d2a47e095e2d20319eaab9754bd2f0275155c9adf90"),
    _rust("cargo-web", "daa5189c56b7e0895f9c89335aae3fc909272f5df332c101c80405695014b149"),
    _rust("libstd-rust-web-1.96", "3755f30434ae29574c91b0beb86632bee401607b0ac35c3e52810f9a53fae0d1"),
    _rust("libstd-rust-web-dev", "e38dbeaaad673fc63fb47c5140cf34da271ac71c3ecafc828b762c2fb01fe77a"),
)
LIBRARY_SOURCE = _rust("rust-web-src", "9de8597c464d0a9283672973ed7e50092b49a92b95861429043fe8b57468a208", "all")
# What the compiler and cargo ask for by these names, and few machines have.
LIBRARIES = {
    **debian_tools.LIBRARIES,
    "libgit2.so.1.5": Deb(
        "libgit2",
        "1.5.1+ds-1+deb12u2",
        "libgit2-1.5_1.5.1+ds-1+deb12u2_amd64.deb",
        "0ff5b31dc6a86baabb60584f5cdf801c3e5e9a92ec13f4099e1b3295309b9e0a",
    ),
    "libhttp_parser.so.2.9": Deb(
        "http-parser",
        "2.9.4-5",
        "libhttp-parser2.9_2.9.4-5_amd64.deb",
        "98045b047b8f3ccfdd7930983797df3e316112e1cd4d161fc793260e31183b59",
    ),
    "libmbedtls.so.14": Deb(
        "mbedtls",
        "2.28.3-1",
        "libmbedtls14_2.28.3-1_amd64.deb",
        "621ddfb85c668a86d755fae7bb0f31f00d83e4456c8171f9da7445a54b04da9c",
    ),
    "libmbedx509.so.1": Deb(
        "mbedtls",
        "2.28.3-1",
        "libmbedx509-1_2.28.3-1_amd64.deb",
        "3377b6bedec2882b9fefeb0ef960ad4dc372939854d76adf761ba70e71d35c3b",
    ),
    "libmbedcrypto.so.7": Deb(
        "mbedtls",
        "2.28.3-1",
        "libmbedcrypto7_2.28.3-1_amd64.deb",
        "af3295f80abf7e6ba2cba419134e29bde04192bf3614622ee53ce49de8d02abe",
    ),
}
_STAMP = "complete"
ENVIRONMENT = "env"  # beside it: what a shell reads to find these tools first
_ENVIRONMENT = """\
wali_rust_bin={folder}
case ":$PATH:" in *":$wali_rust_bin:"*) ;; *) export PATH="$wali_rust_bin:$PATH" ;; esac
"""


def choose(home: Path, debian: bool, progress: Shown) -> Toolchain:
    """The user's toolchain if it can build the library, else Debian's, fetched into `home`. Raises SdkError.

    `debian` asks for Debian's at once.
    """
    reason = ""
    if not debian:
        found = of_user()
        if isinstance(found, Toolchain):
            return found
        reason = found
    try:
        return _debians(home, reason, progress)
    except SdkError as error:
        if not reason:
            raise
        raise SdkError(f"{reason}\nDebian's Rust instead: {error}") from None


def identity(rustc: str) -> str:
    """What `rustc -vV` says; nothing if it does not run."""
    try:
        done = subprocess.run([rustc, "-vV"], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout if done.returncode == 0 else ""


def release(said: str) -> str:
    """The version in what `rustc -vV` says, as 1.96.0."""
    match = re.search(r"^release: (\S+)$", said, re.M)
    return match[1] if match else ""


def user_rustc() -> str:
    """The rustc that cargo would call: $RUSTC's or that of PATH. Empty: there is none."""
    return shutil.which(os.environ.get("RUSTC") or "rustc") or ""


def of_user() -> Toolchain | str:
    """The user's toolchain, or why it will not do and what would help."""
    rustc, cargo = user_rustc(), shutil.which(os.environ.get("CARGO") or "cargo") or ""
    said = identity(rustc) if rustc else ""
    if not said:
        return "there is no rustc in PATH" if not rustc else f"{rustc} does not run"
    version = release(said)
    if not cargo:
        return f"there is no cargo in PATH beside rustc {version}"
    targets = _ask(rustc, "--print", "target-list").split()
    if TARGET not in targets:
        return f"rustc {version} does not know the target {TARGET}"
    library = Path(_ask(rustc, "--print", "sysroot").strip()) / SOURCES
    if not (library / "std/Cargo.toml").is_file():
        return f"rustc {version} has no sources of its library (`rustup component add rust-src` installs them)"
    return Toolchain(rustc, cargo, version, said, library.resolve())


def _ask(rustc: str, *words: str) -> str:
    done = subprocess.run([rustc, *words], stdin=subprocess.DEVNULL, capture_output=True, text=True)
    return done.stdout


def folder(home: Path) -> Path:
    """Where Debian's toolchain lies, unpacked or not."""
    return home / HOME / f"rust-{VERSION}"


def folders(home: Path) -> list[Path]:
    """All that Debian's toolchains of Rust take in `home`, of other versions, too."""
    return sorted((home / HOME).glob("*rust-*"))


def _debians(home: Path, reason: str, progress: Shown) -> Toolchain:
    debian_tools.require_machine()
    top = folder(home)
    if not (top / _STAMP).is_file():
        progress.show((f"{reason}; " if reason else "") + f"getting Debian's Rust {VERSION}")
        _unpack(top, progress)
    tools = top / "bin"
    said = identity(str(tools / "rustc"))
    if release(said) != VERSION:
        raise SdkError(f"{tools}/rustc does not run here; remove {top} and install again")
    library = top / f"usr/src/rustc-{VERSION}/library"
    return Toolchain(str(tools / "rustc"), str(tools / "cargo"), VERSION, said, library, str(tools))


def _unpack(top: Path, progress: Shown) -> None:
    part = top.with_name(f".{top.name}.{os.getpid()}")
    shutil.rmtree(part, ignore_errors=True)
    (part / "root").mkdir(parents=True)
    try:
        debs = part / "debs"
        for at, deb in enumerate((*COMPILER, LIBRARY_SOURCE)):
            progress("getting Debian's Rust", at, len(COMPILER) + 1)
            # Of 650 MB of sources the library's are 70.
            only = [f"./usr/src/rustc-{VERSION}/library"] if deb is LIBRARY_SOURCE else []
            debian_tools.add(deb, debs, part / "root", *only)
        debian_tools.add_libraries("Rust", LIBRARIES, ["usr/bin/rustc", "usr/bin/cargo"], debs, part / "root")
        shutil.rmtree(debs)
        debian_tools.make_commands(part / "root", "usr/bin", ("rustc", "rustdoc", "cargo"))
        (part / "root" / ENVIRONMENT).write_text(
            _ENVIRONMENT.format(folder=shlex.quote(str(top / "bin"))), encoding="utf-8"
        )
        (part / "root" / _STAMP).touch()
        shutil.rmtree(top, ignore_errors=True)
        os.rename(part / "root", top)
    finally:
        shutil.rmtree(part, ignore_errors=True)
