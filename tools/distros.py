#!/usr/bin/env python3
"""Builds and tests in bare Debians, as an ordinary user: python3 tools/distros.py [SUITE ...]

Each suite (bookworm, trixie and sid unless told) is unpacked into build/distros/SUITE, with what the README asks for
and nothing else. There, in namespaces of its own, a user without rights runs the README's `make run`, and of
`make test` the quick part. What they say goes to build/distros/SUITE.log; the folder is removed if all went well.

Needs apt-get, perl and unshare of a Debian or Ubuntu, and either root or a range of ids for this user in /etc/subuid
and /etc/subgid (Debian's uidmap). mmdebstrap and the keys of the archive are fetched into .venv/deb. Status 1 if a
suite failed, 2 if this machine lacks something. Standard library only.
"""

from __future__ import annotations

import os
import pwd
import shlex
import shutil
import subprocess
import sys
import time
from pathlib import Path

import bootstrap

SUITES = ["bookworm", "trixie", "sid"]
NEEDED = ["python3", "gcc", "libc6-dev", "make", "ca-certificates"]  # as the README says; and keys for HTTPS
QUICK = ["tests/commands", "tests/table", "tests/modules", "tests/test_c_tests.py"]
PLACE = bootstrap.ROOT / "build" / "distros"
HOSTS = b"127.0.0.1 localhost\n::1 localhost\n"  # an installation's: without it Debian 12 knows no localhost
USER = 1000
HOME = "/home/porter"
CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt"
PASSED_ON = {"http_proxy", "https_proxy", "no_proxy", "pip_index_url"}
COMMANDS = ["make run", f"make test ARGS={shlex.quote(' '.join(QUICK))}"]


def main(words: list[str]) -> int:
    """Runs the suites asked for, one after the other; returns the exit status."""
    if any(word.startswith("-") for word in words):
        print(__doc__)
        return 0 if words[0] in ("-h", "--help") else 2
    if lacking := [tool for tool in ("apt-get", "dpkg-deb", "perl", "unshare", "git") if not shutil.which(tool)]:
        say(f"needs {', '.join(lacking)}")
        return 2
    if os.geteuid() and not owns_ids():
        say("needs root, or ids for this user in /etc/subuid and /etc/subgid, and newuidmap (Debian's uidmap)")
        return 2
    bootstrap.fetch_debs("mmdebstrap", "debian-archive-keyring")
    PLACE.mkdir(parents=True, exist_ok=True)
    failed = [suite for suite in words or SUITES if not passes(suite)]
    return 1 if failed else 0


def passes(suite: str) -> bool:
    """Whether all commands succeed in a new system of that suite; says so."""
    root, log = PLACE / suite, PLACE / f"{suite}.log"
    remove(root)
    begun = time.monotonic()
    with log.open("wb") as output:
        say(f"{suite}: unpacking; all output goes to {log.relative_to(bootstrap.ROOT)}")
        doing = "unpacking"
        done = subprocess.run(unpacking(suite, root), stdout=output, stderr=output, check=False).returncode == 0
        if done:
            place_sources(root)
            for command in COMMANDS:
                say(f"{suite}: {command}")
                doing = command
                done = within(root, command, output) == 0
                if not done:
                    break
    minutes = (time.monotonic() - begun) / 60
    if not done:
        say(f"{suite}: FAILED after {minutes:.1f} minutes: {doing}\n{tail(log)}")
        return False
    remove(root)
    say(f"{suite}: passed in {minutes:.1f} minutes: {tail(log, 1).strip()}")
    return True


def unpacking(suite: str, root: Path) -> list[str]:
    """The command that makes a bare system."""
    debs = bootstrap.DEBS / "root/usr"
    command = ["perl", str(debs / "bin/mmdebstrap"), "--variant=minbase", f"--include={','.join(NEEDED)}"]
    command += [f"--keyring={debs / 'share/keyrings'}", "--format=directory"]
    # Mirrors of sid lag; what is unpacked here is tested and thrown away.
    command += ['--aptopt=Acquire::Check-Valid-Until "false"', suite, str(root)]
    # As root it mounts, in namespaces that end with it; else it makes them itself.
    return command if os.geteuid() else ["unshare", "--mount", "--pid", "--fork", *command]


def place_sources(root: Path) -> None:
    """Puts the checkout's files (those that git tracks, as they are now) into the user's home."""
    names = subprocess.run(
        ["git", "ls-files", "-z"], cwd=bootstrap.ROOT, stdout=subprocess.PIPE, check=True, text=True
    ).stdout.split("\0")
    there = [name for name in names if name and (bootstrap.ROOT / name).exists()]
    packed = subprocess.run(
        ["tar", "--create", "--null", "--verbatim-files-from", "--files-from=-"],
        cwd=bootstrap.ROOT,
        input="\0".join(there).encode(),
        stdout=subprocess.PIPE,
        check=True,
    ).stdout
    certificates = Path(CERTIFICATES).read_bytes() if Path(CERTIFICATES).exists() else b""
    resolver = Path("/etc/resolv.conf").read_bytes()
    outside(f"cat > {quoted(root / 'etc/resolv.conf')}", resolver)
    outside(f"cat > {quoted(root / 'etc/hosts')}", HOSTS)
    if certificates:  # this machine's, which may know a proxy of its own
        outside(f"cat > {quoted(root) + CERTIFICATES}", certificates)
    home = quoted(root) + HOME
    outside(f"mkdir -p {home}/wali && tar --extract --no-same-owner -C {home}/wali", packed)
    outside(f"chown -R {USER}:{USER} {home}")
    outside(f"echo porter:x:{USER}:{USER}::{HOME}:/bin/sh >> {quoted(root)}/etc/passwd")
    outside(f"echo porter:x:{USER}: >> {quoted(root)}/etc/group")


def within(root: Path, command: str, output: object) -> int:
    """Runs a command in the checkout there, as the ordinary user; returns its status."""
    settings = {name: value for name, value in os.environ.items() if name.lower() in PASSED_ON}
    settings |= {"HOME": HOME, "USER": "porter", "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}
    settings |= {"PIP_CERT": CERTIFICATES, "SSL_CERT_FILE": CERTIFICATES}
    environment = " ".join(shlex.quote(f"{name}={value}") for name, value in settings.items())
    at = quoted(root)
    # The shell stays, as process 1 and root's: the tests meet a session of their own, and a stranger, as on a machine.
    script = (
        f"mount --rbind /dev {at}/dev && mount --rbind /sys {at}/sys && mount -t proc proc {at}/proc && "
        f"setsid --wait chroot --userspec={USER}:{USER} {at} /usr/bin/env -i {environment} "
        f"/bin/sh -c {shlex.quote(f'cd {HOME}/wali && exec {command}')}"
    )
    words = [*namespaces(), "--mount", "--pid", "--fork", "--kill-child", "--", "/bin/sh", "-c", script]
    return subprocess.run(words, stdin=subprocess.DEVNULL, stdout=output, stderr=output, check=False).returncode  # type: ignore[call-overload]


def outside(script: str, given: bytes = b"") -> None:
    """Runs a shell's command as the owner of the system's files."""
    subprocess.run([*namespaces(), "--", "/bin/sh", "-c", script], input=given, check=True)


def namespaces() -> list[str]:
    """unshare, with a namespace in which this user is root and has more ids, unless it is root."""
    return ["unshare", "--user", "--map-root-user", "--map-auto"] if os.geteuid() else ["unshare", "--mount"]


def remove(root: Path) -> None:
    if root.exists():
        outside(f"rm -rf --one-file-system {quoted(root)}")


def owns_ids() -> bool:
    """Whether this user has a range of ids, and the tool that maps it."""
    name = pwd.getpwuid(os.geteuid()).pw_name
    ranges = [Path("/etc/subuid"), Path("/etc/subgid")]
    return shutil.which("newuidmap") is not None and all(
        path.exists() and any(line.startswith(f"{name}:") for line in path.read_text().splitlines()) for path in ranges
    )


def quoted(path: Path) -> str:
    return shlex.quote(str(path))


def tail(log: Path, lines: int = 20) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])


def say(text: str) -> None:
    print(f"distros: {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
