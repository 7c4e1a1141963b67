"""The rustc and cargo that Rust's library is built by: the user's, with the sources of the same version, or Debian's.

Debian's are unpacked below the data folder as any user, from pinned packages: the compiler, cargo, their sources, and
of the libraries that they need those that the machine has not.
"""

from __future__ import annotations

import os
import platform
import re
import shlex
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from . import debsource
from .build import Shown
from .errors import SdkError

TARGET = "wasm32-wali-linux-musl"
HOME = "toolchains"  # in the data folder
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


@dataclass(frozen=True)
class Deb:
    """A binary package: its source package, its version with the epoch, its file in the pool, and that file's sha256."""

    source: str
    version: str
    file: str
    sha256: str


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
    "libLLVM.so.22.1": Deb(
        "llvm-toolchain-22",
        "1:22.1.8-1~deb12u1",
        "libllvm22_22.1.8-1~deb12u1_amd64.deb",
        "729ec3e943d320515c2bbdc96acfffd7ce34861e62bd5c42726bf586d644dfe2",
    ),
    "libz3.so.4": Deb(
        "z3",
        "4.8.12-3.1",
        "libz3-4_4.8.12-3.1_amd64.deb",
        "6221ca25ad5abcfbe1965801029d85a88b4775320384b4b716de8fab7a4d2f7a",
    ),
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
_LIB = "usr/lib/x86_64-linux-gnu"
_STAMP = "complete"
# An own name for the folder of libraries, found from where the script lies: the tree may be moved.
_WRAPPER = """\
#!/bin/sh
here=$(dirname "$(readlink -f "$0")")
export LD_LIBRARY_PATH="$here/../{lib}${{LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}}"
exec "$here/../usr/bin/{name}" "$@"
"""
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


def _debians(home: Path, reason: str, progress: Shown) -> Toolchain:
    if platform.machine() not in ("x86_64", "AMD64"):
        raise SdkError(f"there are packages for x86-64 only, and this is {platform.machine()}")
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
            _add(deb, debs, part / "root", f"./usr/src/rustc-{VERSION}/library" if deb is LIBRARY_SOURCE else "")
        _add_libraries(debs, part / "root")
        shutil.rmtree(debs)
        tools = part / "root/bin"
        tools.mkdir()
        for name in ("rustc", "rustdoc", "cargo"):
            (tools / name).write_text(_WRAPPER.format(lib=_LIB, name=name), encoding="utf-8")
            (tools / name).chmod(0o755)
        (part / "root" / ENVIRONMENT).write_text(
            _ENVIRONMENT.format(folder=shlex.quote(str(top / "bin"))), encoding="utf-8"
        )
        (part / "root" / _STAMP).touch()
        shutil.rmtree(top, ignore_errors=True)
        os.rename(part / "root", top)
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _add(deb: Deb, debs: Path, root: Path, only: str = "") -> None:
    """Fetch a package and unpack it into `root`, with `only` the part below that path."""
    (path,) = debsource.fetch(deb.source, deb.version, {deb.file: deb.sha256}, debs)
    with subprocess.Popen(["dpkg-deb", "--fsys-tarfile", str(path)], stdout=subprocess.PIPE) as process:
        words = ["tar", "-x", "--no-same-owner", "-C", str(root), *([only] if only else [])]
        done = subprocess.run(words, stdin=process.stdout, capture_output=True, text=True)
    if process.returncode or done.returncode:
        raise SdkError(f"cannot unpack {deb.file}: {done.stderr.strip()[-300:]}")
    path.unlink()


def _add_libraries(debs: Path, root: Path) -> None:
    """What the dynamic linker misses, until it misses nothing."""
    while missing := _missing(root):
        unknown = [name for name in missing if name not in LIBRARIES]
        if unknown:
            raise SdkError(
                f"Debian's Rust needs {', '.join(unknown)}, which this machine has not; install the packages of "
                "these (apt-get install libcurl4 libssh2-1 libxml2 libedit2 has most)"
            )
        for name in missing:
            _add(LIBRARIES[name], debs, root)


def _missing(root: Path) -> list[str]:
    lib = root / _LIB
    files = [root / "usr/bin/rustc", root / "usr/bin/cargo", *sorted(lib.glob("*.so*"))]
    done = subprocess.run(
        ["ldd", *map(str, files)],
        env={**os.environ, "LD_LIBRARY_PATH": str(lib), "LC_ALL": "C"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    return sorted(set(re.findall(r"^\s+(\S+) => not found$", done.stdout, re.M)))
