#!/usr/bin/env python3
"""Makes .venv in the checkout and installs the package there: python3 tools/bootstrap.py [EXTRA ...]

Needs python3 (3.10 or newer), gcc, make and a way to PyPI. What a bare Debian or Ubuntu lacks
besides, pip and Python.h, is fetched as .deb files and unpacked into .venv/deb: no root needed,
nothing on the system changes. Quick when nothing has changed. Standard library only.

The compiled core is copied from there into wali/, so that Python runs the sources too: whoever starts it in
the checkout imports those, for that folder comes first.

Where the environment says CI=true, the C compiler's warnings are errors (WALI_WERROR in CMakeLists.txt).
Elsewhere they are not: a compiler younger than the sources may warn of more.

What `wali sdk env` sets is left aside: the core is built for this machine.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import selectors
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from wali.sdk import shell  # noqa: E402

VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
DEBS = VENV / "deb"
STAMP = VENV / "installed"
INCLUDES = VENV / "python-includes"  # folders of Python.h, for `make lint`; empty where Python has its own
CORE = Path("wali", "_core.abi3.so")  # below ROOT, and below site-packages
BUILD_TOOLS = ["scikit-build-core>=0.11", "cffi>=1.16", "cmake>=3.25", "ninja"]
# What the installed package is made from; tests and guests are used in place.
SOURCES = ["pyproject.toml", "CMakeLists.txt", "README.md", "wali", "syscalls", "wasi", "abi"]
CLEAR = "\033[K"  # to the end of a terminal's line
NO_SOURCES = {".pyc", ".so"}


def main(extras: list[str]) -> None:
    """Brings .venv up to date with the sources and the extras asked for."""
    if any(word.startswith("-") for word in extras):
        stop(f"takes names of extras only (sdk, test, dev)\n\n{__doc__}")
    if sys.version_info < (3, 10):  # noqa: UP036
        stop(f"Python 3.10 or newer is needed; this is {sys.version.split()[0]}: {sys.executable}")
    shell.leave(os.environ)
    installed = STAMP.read_text().split() if STAMP.exists() else []
    installed += [""] * (2 - len(installed))
    wanted = sorted({*installed[2:], *extras})
    state = [fingerprint(), needs(), *wanted]
    if installed != state or not PYTHON.exists():
        install(installed, wanted)
        STAMP.write_text(" ".join(state) + "\n")
    elif (ROOT / CORE).exists():
        return
    place_core()


def install(installed: list[str], wanted: list[str]) -> None:
    """Makes .venv, and installs the package with the wanted extras; `installed` is what STAMP says."""
    if not compiles():
        stop("a C compiler that makes programs is needed; on Debian: apt-get install gcc libc6-dev")
    make_venv()
    includes = ";".join(python_includes())
    INCLUDES.write_text(includes)
    new_extras = set(wanted) - set(installed[2:])
    if not installed[0]:
        pip("fetching cmake, ninja and the like into .venv", "install", *BUILD_TOOLS)
    target = f".[{','.join(wanted)}]" if wanted else "."
    defines = {"WALI_WERROR": "ON" if os.environ.get("CI") == "true" else "OFF"}
    if includes:
        defines["WALI_PYTHON_INCLUDE"] = includes
    complete = [] if new_extras or installed[1] != needs() else ["--no-deps"]
    extras = f" with {', '.join(sorted(new_extras))}" if new_extras else ""
    pip(
        f"compiling the core, and installing the package into .venv{extras}",
        "install",
        "--no-build-isolation",
        "--force-reinstall" if complete else "--upgrade",
        *complete,
        *(f"--config-settings=cmake.define.{name}={value}" for name, value in defines.items()),
        target,
    )


def place_core() -> None:
    """Copies the core of the installed package into the sources, by a name that nobody sees half written."""
    built = sorted(VENV.glob(f"lib/python3*/site-packages/{CORE}"), key=lambda path: path.stat().st_mtime)
    if not built:
        stop(f"the installed package has no {CORE.name}; remove .venv, and try again")
    part = ROOT / f"{CORE}.{os.getpid()}.so"
    shutil.copy2(built[-1], part)
    os.replace(part, ROOT / CORE)


def needs() -> str:
    """Changes when what the package needs may have changed."""
    return hashlib.sha256((ROOT / "pyproject.toml").read_bytes()).hexdigest()[:32]


def fingerprint() -> str:
    """Changes when a source file does: hashes names, sizes and times, which takes milliseconds."""
    digest = hashlib.sha256(sys.version.encode())
    for source in SOURCES:
        top = ROOT / source
        for path in sorted(top.rglob("*")) if top.is_dir() else [top]:
            if path.suffix not in NO_SOURCES and path.is_file():
                status = path.stat()
                digest.update(f"{path}|{status.st_size}|{status.st_mtime_ns}\n".encode())
    return digest.hexdigest()[:32]


def make_venv() -> None:
    """Makes .venv with pip in it, and without setuptools, whose start-up hook costs each start a millisecond."""
    if PYTHON.exists() and run([PYTHON, "-c", "import pip"], check=False, quiet=True) == 0:
        return
    VENV.mkdir(exist_ok=True)
    run([sys.executable, "-m", "venv", "--without-pip", VENV], doing=f"making .venv with {sys.executable}")
    if run([PYTHON, "-m", "ensurepip", "--default-pip"], check=False, quiet=True, doing="putting pip into .venv") != 0:
        fetch_debs("python3-pip-whl")
        wheels = list((DEBS / "root/usr/share/python-wheels").glob("pip-*.whl"))
        if not wheels:
            stop("no pip in Debian's python3-pip-whl; install your system's python3-venv")
        run([PYTHON, f"{wheels[0]}/pip", "install", "--no-index", "--quiet", wheels[0]])
    run([PYTHON, "-m", "pip", "uninstall", "--yes", "--quiet", "setuptools"], check=False, quiet=True)


def python_includes() -> list[str]:
    """Folders to find Python.h in, [] if it is where this Python says; fetched if it is missing."""
    if Path(sysconfig.get_path("include"), "Python.h").exists():
        return []
    name = f"python3.{sys.version_info.minor}"
    include = DEBS / "root/usr/include"
    if not (include / name / "Python.h").exists():
        fetch_debs(f"lib{name}-dev")
    return [str(include / name), str(include)]


def fetch_debs(*packages: str) -> None:
    """Downloads Debian packages with apt and unpacks them below .venv/deb/root, as any user."""
    if shutil.which("apt-get") is None or shutil.which("dpkg-deb") is None:
        stop(
            "this Python lacks venv or its headers; install your system's packages for them (python3-devel, python3-pip)"
        )
    for folder in ("state/lists/partial", "cache/archives/partial", "root"):
        (DEBS / folder).mkdir(parents=True, exist_ok=True)
    apt = [
        "apt-get",
        "--quiet=2",
        f"--option=Dir::State={DEBS}/state",
        "--option=Dir::State::status=/var/lib/dpkg/status",
        f"--option=Dir::Cache={DEBS}/cache",
        "--option=APT::Sandbox::User=",
    ]
    if not any((DEBS / "state/lists").glob("*Packages*")):
        run([*apt, "update"], doing="asking Debian for its list of packages")
    run([*apt, "download", *packages], folder=DEBS, doing=f"fetching {', '.join(packages)} into .venv/deb")
    for package in packages:
        for archive in DEBS.glob(f"{package}_*.deb"):
            run(["dpkg-deb", "--extract", archive, DEBS / "root"])


def pip(doing: str, *words: str) -> None:
    """Runs pip of .venv, quiet but for its warnings, unless something fails."""
    environment = {**os.environ, "PATH": f"{VENV / 'bin'}:{os.environ.get('PATH', '')}"}
    run([PYTHON, "-m", "pip", "--disable-pip-version-check", "--quiet", *words], environment=environment, doing=doing)


def run(
    command: list[str | Path],
    check: bool = True,
    quiet: bool = False,
    folder: Path = ROOT,
    environment: dict[str, str] | None = None,
    doing: str = "",
) -> int:
    """Runs a command; stops with its status if `check` and it fails. `doing` tells people what takes so long."""
    words = [str(word) for word in command]
    watched = bool(doing) and sys.stderr.isatty()
    if doing and not watched:
        say(doing)
    output = subprocess.DEVNULL if quiet else subprocess.PIPE if watched else None
    errors = subprocess.STDOUT if quiet or watched else None
    with subprocess.Popen(words, cwd=folder, env=environment, stdout=output, stderr=errors) as process:
        if watched:
            watch(process, doing)
    status = process.returncode
    if check and status != 0:
        stop(f"failed with status {status}: {' '.join(words)}")
    return status


def watch(process: subprocess.Popen[bytes], doing: str) -> None:
    """Shows on a terminal for how long it has run, below what it says, and leaves a line with the time it took."""
    start = time.monotonic()
    said = selectors.DefaultSelector()
    text = b""
    if process.stdout is not None:
        said.register(process.stdout, selectors.EVENT_READ)
    while process.poll() is None or said.get_map():
        show(f"{doing} ... {time.monotonic() - start:.0f} s")
        for key, _ in said.select(1 if said.get_map() else 0):
            piece = os.read(key.fd, 1 << 16)
            lines, newline, text = (text + piece).rpartition(b"\n")  # the progress would hide a line's beginning
            show("", lines + newline)
            if not piece:
                said.unregister(key.fileobj)
        if not said.get_map():
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(1)
    show("", text and text + b"\n")
    show(f"{doing}: {time.monotonic() - start:.0f} s\n")


def show(line: str, before: bytes = b"") -> None:
    """Puts a line in place of the last one, on a terminal, behind what tools have said."""
    sys.stderr.flush()
    sys.stderr.buffer.write(f"\r{CLEAR}".encode() + before + (f"bootstrap: {line}" if line else "").encode())
    sys.stderr.flush()


def say(text: str) -> None:
    print(f"bootstrap: {text}", file=sys.stderr, flush=True)


def compiles() -> bool:
    """Whether there is a C compiler, with what it needs to link a program."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "empty.c")
        source.write_text("#include <stdio.h>\nint main(void) { return 0; }\n")
        return compiler is not None and not subprocess.run([compiler, source, "-o", source.with_suffix("")]).returncode


def stop(reason: str) -> None:
    """Ends with a message and status 1."""
    raise SystemExit(f"bootstrap: {reason}")


if __name__ == "__main__":
    main(sys.argv[1:])
