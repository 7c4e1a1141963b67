"""What cargo is told to build for wasm32-wali-linux-musl: as shell variables, and as lines of its configuration file."""

from __future__ import annotations

import json
import os
import shlex
import sys

from . import paths, rust, rust_toolchain
from .errors import SdkError


def current() -> rust.Installed:
    """The Rust that programs are to be built with: what was installed last, if the rustc in PATH is still its own.

    Raises SdkError that says what to do.
    """
    found = rust.installed(paths.sdk_dir())
    if not found:
        raise SdkError("Rust is not installed; try: wali sdk install rust")
    rustc = rust_toolchain.user_rustc()
    said = rust_toolchain.identity(rustc) if rustc else ""
    for one in found:
        if one.identity == said:
            return one
    if found[0].bin:
        return found[0]
    version = rust_toolchain.release(said)
    what = f"the rustc in PATH is {version}" if version else "there is no rustc in PATH"
    raise SdkError(f"Rust is installed for rustc {found[0].version}, and {what}; try: wali sdk install rust")


def environment(tools: str) -> dict[str, str]:
    """Shell variables and their values; `tools` is the folder of wali-rust-ld and wali-run."""
    from ..messages import complain

    try:
        one = current()
    except SdkError as error:
        complain("wali sdk", str(error))  # what else the shell is told is right
        return {}
    if " " in str(one.folder):  # cargo takes the variable apart at blanks
        complain("wali sdk", f"{one.folder}: a blank; cargo must be told by a file: wali sdk env --cargo")
        return {}
    flags = " ".join(rust.rustflags(one))
    settings = {
        "LINKER": os.path.join(tools, "wali-rust-ld"),
        "RUNNER": os.path.join(tools, "wali-run"),
        "RUSTFLAGS": flags,
        "RUSTDOCFLAGS": flags,
    }
    return {paths.CARGO + name: value for name, value in settings.items()}


def toolchain() -> str:
    """A line for the shell that finds the SDK's own rustc and cargo before others; empty if the user's are meant."""
    try:
        one = current()
    except SdkError:
        return ""  # told by environment()
    return f". {shlex.quote(os.path.join(os.path.dirname(one.bin), rust_toolchain.ENVIRONMENT))}\n" if one.bin else ""


def config() -> str:
    """Lines for .cargo/config.toml. Raises SdkError."""
    one = current()
    tools = os.path.dirname(os.path.abspath(sys.executable))
    flags = json.dumps(rust.rustflags(one))
    lines = [
        f"# Rust {one.version} for wali-run, by `wali sdk env --cargo`.",
        f"[target.{rust.TARGET}]",
        f"linker = {json.dumps(os.path.join(tools, 'wali-rust-ld'))}",
        f"runner = {json.dumps(os.path.join(tools, 'wali-run'))}",
        f"rustflags = {flags}",
        f"rustdocflags = {flags}",
    ]
    if one.bin:
        lines += ["", "[build]", f"rustc = {json.dumps(os.path.join(one.bin, 'rustc'))}"]
    lines += ["", "[patch.crates-io]", f"libc = {{ path = {json.dumps(str(one.libc))} }}"]
    return "\n".join(lines) + "\n"
