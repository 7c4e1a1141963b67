"""Fetch pinned files of a Debian source package, or packages built of it, as any user, leaving the system as it is.

apt itself does the work, with a configuration of its own in a temporary folder: mirrors are
those that the system is configured with, nothing is installed, and no `apt-get update` needs
to have run. The pinned checksum decides, never the index.

Two ways are tried. First the mirror's pool, where a file keeps its place as long as any
release has it: a point release that moves the index does no harm, and one megabyte comes
instead of a ten-megabyte index. Then the index, for mirrors with another layout.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from .errors import SdkError

APT_HELPER = "/usr/lib/apt/apt-helper"
TIMEOUT = 600  # seconds for one apt command
_FLOATING = "stable|oldstable|oldoldstable|testing|unstable|sid"


@dataclass(frozen=True)
class Mirror:
    """One archive of the system's apt configuration, one suite."""

    uri: str  # without a slash at the end
    suite: str
    components: tuple[str, ...]
    signed_by: str  # a path, or nothing


@dataclass(frozen=True)
class Pinned:
    """Upstream's tarball in one version of a source package."""

    package: str
    version: str  # Debian's, whole
    suffix: str  # gz, bz2 or xz
    sha256: str

    @property
    def upstream(self) -> str:
        """The version without Debian's epoch and revision."""
        return self.version.rpartition(":")[2].rpartition("-")[0]

    @property
    def tarball(self) -> str:
        """The file's name."""
        return f"{self.package}_{self.upstream}.orig.tar.{self.suffix}"


def fetch(package: str, version: str, files: Mapping[str, str], dest: str | os.PathLike[str]) -> list[Path]:
    """Put `files` (name to sha256) of source `package` at `version` into folder `dest`.

    They are the source's own, or binary packages that are built of it, at `version` with its epoch. Files that are
    there already, with the right checksum, are kept. Returns their paths in the order of `files`. Raises SdkError when
    a file cannot be had or differs.
    """
    folder = Path(dest)
    folder.mkdir(parents=True, exist_ok=True)
    reasons: list[str] = []
    if _missing(files, folder):
        mirrors = system_mirrors()
        if not mirrors:
            raise SdkError(f"cannot fetch {package}: no Debian mirror is configured for apt here")
        with tempfile.TemporaryDirectory(prefix="wali-apt-") as scratch:
            os.chmod(scratch, 0o755)  # apt downloads as a user of its own when run by root
            apt = PrivateApt(Path(scratch), mirrors)
            reasons += _from_pool(apt, package, _missing(files, folder), folder)
            if left := _missing(files, folder):
                reasons += _from_index(apt, package, version, left, folder)
    if left := _missing(files, folder):
        detail = reasons[-1] if reasons else "no mirror has it"
        raise SdkError(f"cannot fetch {', '.join(left)} of {package} {version} from Debian: {detail}")
    return [folder / name for name in files]


def checksum(path: Path) -> str:
    """sha256 of a file, in hex."""
    with open(path, "rb") as file:
        state = sha256()
        while chunk := file.read(1 << 20):
            state.update(chunk)
    return state.hexdigest()


def _missing(files: Mapping[str, str], folder: Path) -> dict[str, str]:
    return {
        name: digest
        for name, digest in files.items()
        if not ((folder / name).is_file() and checksum(folder / name) == digest)
    }


def _from_pool(apt: PrivateApt, package: str, files: Mapping[str, str], folder: Path) -> list[str]:
    reasons = []
    for name, digest in files.items():
        for uri in pool_uris(apt.mirrors, package, name):
            part = apt.root / name
            reason = apt.download(uri, part, digest)
            if not reason and checksum(part) == digest:
                _place(part, folder / name)
                break
            reasons.append(reason or f"{name} from the mirror has another checksum")
    return reasons


def _from_index(apt: PrivateApt, package: str, version: str, files: Mapping[str, str], folder: Path) -> list[str]:
    binary = all(name.endswith(".deb") for name in files)
    if reason := apt.update("deb" if binary else "deb-src"):
        return [reason]
    work = apt.root / "source"
    work.mkdir(exist_ok=True)
    if binary:
        reason = apt.run(["download", *(f"{name.partition('_')[0]}={version}" for name in files)], cwd=work)
    else:
        reason = apt.run(["source", "--download-only", f"{package}={version}"], cwd=work)
    for name, digest in files.items():
        # apt spells an epoch out in the names of binary packages, which have none in the pool.
        for found in work.glob(f"{name.partition('_')[0]}_*.deb") if binary else work.glob(name):
            if checksum(found) != digest:
                return [f"{name} from the mirror has another checksum"]
            _place(found, folder / name)
    return [reason] if reason else []


def _place(source: Path, target: Path) -> None:
    """Move into place at once: another process may be fetching the same file."""
    part = target.with_name(f".{target.name}.{os.getpid()}")
    shutil.copyfile(source, part)
    os.replace(part, target)


def pool_uris(mirrors: list[Mirror], package: str, name: str) -> list[str]:
    """Where `name` of source `package` would be in each mirror's pool, likeliest first."""
    shelf = package[:4] if package.startswith("lib") else package[:1]
    found: dict[str, None] = {}
    for mirror in mirrors:
        for component in mirror.components:
            for prefix in ("pool/updates", "pool") if "security" in mirror.suite else ("pool",):
                found[f"{mirror.uri}/{prefix}/{component}/{shelf}/{package}/{name}"] = None
    return sorted(found, key=lambda uri: ("pool/updates" in uri, "/pool/main/" not in uri))


def unpack_binary(package: str, scratch: Path) -> Path:
    """Download binary `package` in the version that the mirrors offer, unpacked under `scratch`.

    Returns the folder that stands for the root of the file system. Raises SdkError.
    """
    mirrors = system_mirrors()
    if not mirrors:
        raise SdkError(f"cannot fetch {package}: no Debian mirror is configured for apt here")
    os.chmod(scratch, 0o755)
    apt = PrivateApt(scratch / "apt", mirrors)
    work = scratch / "download"
    work.mkdir()
    reason = apt.update("deb") or apt.run(["download", package], cwd=work)
    debs = sorted(work.glob("*.deb"))
    if not debs:
        raise SdkError(f"cannot fetch {package} from Debian: {reason or 'no mirror has it'}")
    subprocess.run(["dpkg-deb", "-x", str(debs[0]), str(scratch / "root")], check=True, timeout=TIMEOUT)
    return scratch / "root"


class PrivateApt:
    """apt with lists, cache and sources in `root`, so that it needs and changes nothing else."""

    def __init__(self, root: Path, mirrors: list[Mirror]) -> None:
        self.root = root
        self.mirrors = mirrors
        for name in ("lists/partial", "cache/archives/partial", "parts"):
            (root / name).mkdir(parents=True, exist_ok=True)
        self.options = [
            f"-oDir::Etc::sourcelist={root}/private.list",
            f"-oDir::Etc::sourceparts={root}/parts",
            f"-oDir::State::lists={root}/lists",
            f"-oDir::Cache={root}/cache",
            "-oAcquire::Languages=none",
            "-oAcquire::Retries=2",
        ]
        if os.geteuid() == 0:
            self.options.append("-oAPT::Sandbox::User=root")  # the folder is ours alone

    def run(self, arguments: list[str], cwd: Path | None = None) -> str:
        """Run apt-get; returns nothing, or why it failed."""
        return _run(["apt-get", "-q", *self.options, *arguments], cwd)

    def update(self, kind: str) -> str:
        """Fetch the index of `kind` (deb or deb-src); returns nothing, or why it failed."""
        lines = []
        for mirror in self.mirrors:
            signed = f" [signed-by={mirror.signed_by}]" if mirror.signed_by else ""
            lines.append(f"{kind}{signed} {mirror.uri} {mirror.suite} {' '.join(mirror.components)}\n")
        (self.root / "private.list").write_text("".join(lines), encoding="utf-8")
        return self.run(["update"])

    def download(self, uri: str, target: Path, digest: str) -> str:
        """Fetch one file by address; returns nothing, or why it failed."""
        return _run([APT_HELPER, *self.options, "download-file", uri, str(target), f"SHA256:{digest}"], None)


def _run(command: list[str], cwd: Path | None) -> str:
    try:
        done = subprocess.run(
            command,
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=TIMEOUT,
            env={**os.environ, "LC_ALL": "C"},
        )
    except FileNotFoundError:
        return f"{command[0]} is not installed"
    except subprocess.TimeoutExpired:
        return f"{os.path.basename(command[0])} gave no answer in {TIMEOUT} s"
    if done.returncode == 0:
        return ""
    errors = [line for line in done.stderr.splitlines() if line.startswith("E:")]
    return (errors or [f"{os.path.basename(command[0])} exited with {done.returncode}"])[0]


def system_mirrors() -> list[Mirror]:
    """The distribution's own archives in apt's configuration, both formats.

    Third parties' archives are left out: their suites are not named after the release.
    """
    release = _release_suites()
    found: dict[Mirror, None] = {}
    for path in _source_files():
        try:
            text = path.read_text(encoding="utf-8", errors="replace")
        except OSError:
            continue
        parse = parse_deb822 if path.suffix == ".sources" else parse_list
        for mirror in parse(text):
            if release.fullmatch(mirror.suite) and mirror.components:
                found[mirror] = None
    return list(found)


def _release_suites() -> re.Pattern[str]:
    codename = ""
    try:
        text = Path("/etc/os-release").read_text(encoding="utf-8")
        if match := re.search(r'^VERSION_CODENAME="?([\w.-]+)"?$', text, re.M):
            codename = re.escape(match[1]) + "|"
    except OSError:
        pass
    return re.compile(rf"({codename}{_FLOATING})(-[\w-]+|/updates)?")


def _source_files() -> Iterator[Path]:
    etc = Path("/etc/apt")
    yield etc / "sources.list"
    parts = etc / "sources.list.d"
    if parts.is_dir():
        yield from sorted(path for path in parts.iterdir() if path.suffix in (".list", ".sources"))


def parse_list(text: str) -> list[Mirror]:
    """Mirrors of a one-line-per-archive file: `deb [options] uri suite component...`."""
    mirrors = []
    for line in text.splitlines():
        match = re.match(r"\s*deb(?:-src)?\s+(?:\[([^]]*)\]\s+)?(\S+)\s+(\S+)((?:\s+[^\s#]+)*)", line)
        if match:
            options, uri, suite, components = match.groups()
            key = re.search(r"signed-by=(\S+)", options or "")
            signed_by = key[1] if key else ""
            mirrors.append(Mirror(uri.rstrip("/"), suite, tuple(components.split()), signed_by))
    return mirrors


def parse_deb822(text: str) -> list[Mirror]:
    """Mirrors of a `.sources` file: stanzas of fields, continued by indentation."""
    mirrors = []
    plain = "\n".join(line for line in text.splitlines() if not line.startswith("#"))
    for stanza in re.split(r"\n\s*\n", plain):
        fields: dict[str, str] = {}
        name = ""
        for line in stanza.splitlines():
            if line[:1].isspace():
                fields[name] = fields.get(name, "") + " " + line.strip()
            elif ":" in line:
                name, _, value = line.partition(":")
                name = name.strip().lower()
                fields[name] = value.strip()
        if fields.get("enabled", "yes").lower() in ("no", "false"):
            continue
        signed_by = fields.get("signed-by", "")
        if not signed_by.startswith("/"):
            signed_by = ""  # a key in the file itself; apt's trusted keys may still do
        components = tuple(fields.get("components", "").split())
        for uri in fields.get("uris", "").split():
            for suite in fields.get("suites", "").split():
                mirrors.append(Mirror(uri.rstrip("/"), suite, components, signed_by))
    return mirrors
