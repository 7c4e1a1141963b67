"""memcached: upstream's scripts, which are written in perl, and its programs testapp and sizes."""

from __future__ import annotations

import random
import re
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.programs import adapted, leftovers, upstream
from tests.programs.servers import HOST, free_port

pytestmark = pytest.mark.apps

JOBS = 16
"""Scripts at once: they spend their time in sleep()."""
SLOW = "metaget extstore lru-crawler watcher idle-timeout binary-extstore binary restart lru-maintainer".split()  # noqa: SIM905
"""These are begun first."""
NOT_RUN = {
    "issue_140": "upstream has switched it off",
    "issue_260": "upstream has switched it off",
    "refhang": "upstream has switched it off",
    "slabhang": "upstream has switched it off",
    "whitespace": "looks at the style of sources that git knows",
    "binary-sasl": "needs a SASL library",
    "misbehave": "needs libseccomp",
    **{
        f"ssl_{name}": "needs a TLS library"
        for name in ("cert_refresh", "ports", "proto_version", "session_resumption", "settings", "verify_modes")
    },
}
MODULES = ("Test::More", "IO::Socket::UNIX", "File::Temp", "List::Util", "Data::Dumper")
# All servers stay on loopback. The suite's own asks for that or for a Unix socket; where it does not:
SERVER = f"""#!/bin/sh
case " $* " in
*" -l "* | *" -s "* | *" -h "*) exec PROGRAM "$@" ;;
*) exec PROGRAM "$@" -l {HOST} ;;
esac
"""
LIMIT = 300.0
"""Seconds for a script."""


@pytest.fixture(scope="module")
def suite(memcached_build: Path) -> Iterator[Path]:
    """A folder to run upstream's tests in. Its name is short, since it becomes part of the names of sockets."""
    with tempfile.TemporaryDirectory(prefix="wali-", dir="/tmp") as name, leftovers.ended():
        folder = Path(name)
        (folder / "tmp").mkdir()
        adapted.copy(memcached_build / "t", folder / "t", _replacements(memcached_build / "t", folder / "tmp"))
        for link in ("doc", "timedrun", "testapp", "sizes"):
            (folder / link).symlink_to(memcached_build / link)
        server = folder / "memcached-debug"
        server.write_text(SERVER.replace("PROGRAM", str(memcached_build / "memcached-debug")))
        server.chmod(0o755)
        yield folder


def _replacements(source: Path, temporary: Path) -> dict[str, list[tuple[str, str]]]:
    """Files go to `temporary`, ports are free ones, and the start of a server may take its time."""
    replaced = {
        f"{path.relative_to(source)}": [("/tmp/", f"{temporary}/")]
        for path in source.rglob("*")
        if path.suffix in (".t", ".pm") and "/tmp/" in path.read_text()
    }
    # The statistics show 26 characters of a socket's name.
    short = [("/tmp/memcachetest$$", f"{temporary}/s"), (r"unix:\/tmp\/memcachetest\d+", r"unix:\S+\/s")]
    replaced["stats-conns.t"] = [*short, ("0.0.0.0", HOST)]
    replaced["lib/MemcachedTest.pm"] += [("(1..20)", "(1..60)"), ("(1..80)", "(1..240)")]
    patient = ("for (1..20) {", "for (1..300) {")
    ports = sorted(set(re.findall(r"112[1-7][23]", (source / "issue_67.t").read_text())))
    replaced["issue_67.t"] += [patient, *((port, str(free_port())) for port in ports)]
    # The proxy's configuration: port 1121 and a digit, on many addresses of the loopback device, below the ports that
    # the kernel gives out.
    configuration = (source / "startfile.lua").read_text()
    addresses = ",".join(sorted({HOST, *re.findall(r"'(127\.[\d.]+)'", configuration)}))
    tens = _free_ten()
    replaced["startfile.lua"] = [("1121", str(tens))]
    replaced["proxy.t"] = [('"-p 1121$_"', f'"-p 1121$_ -l {addresses}"'), ("1121", str(tens)), patient]
    return replaced


def _free_ten() -> int:
    """A tenth of the first of ten ports that nobody listens on."""
    while True:
        tens = random.randrange(1500, 3000)
        try:
            for port in range(10 * tens, 10 * tens + 10):
                socket.create_server((HOST, port)).close()
        except OSError:
            continue
        return tens


def _outcome(suite: Path, script: str) -> str:
    """Why a script failed, or nothing."""
    done = upstream.run(["perl", f"t/{script}.t"], suite, LIMIT)
    if not done.returncode and (skipped := re.match(r"1\.\.0 # SKIP (.*)", done.stdout)):
        return f"skipped: {skipped[1]}"
    return "" if not done.returncode else re.sub(r"^ok .*\n", "", done.stdout, flags=re.M) + f"status {done.returncode}"


def test_scripts(suite: Path) -> None:
    """All scripts pass: commands and protocols, eviction, storage on files, restarts, the proxy, UDP, daemons."""
    needed = [f"-M{module}" for module in MODULES]
    if not shutil.which("perl") or subprocess.run(["perl", *needed, "-e", "1"], capture_output=True).returncode:
        pytest.skip(f"upstream's scripts are written in perl, with {', '.join(MODULES)}")
    scripts = sorted({path.stem for path in (suite / "t").glob("*.t")} - NOT_RUN.keys())
    scripts.sort(key=lambda name: SLOW.index(name) if name in SLOW else len(SLOW))
    with ThreadPoolExecutor(JOBS) as pool:
        results = dict(zip(scripts, pool.map(lambda script: _outcome(suite, script), scripts), strict=True))
    assert len(results) > 60
    upstream.judge("memcached", results)


def test_testapp(suite: Path) -> None:
    """Upstream's test program: functions of memcached's own, and both protocols against a server that it starts."""
    before = _files_of_testapp()
    try:
        done = upstream.run(["./testapp"], suite, LIMIT)
    finally:
        for path in _files_of_testapp() - before:
            path.unlink(missing_ok=True)
    cases = re.findall(r"^(not ok|ok) \d+ - (\S+)", done.stdout, re.M)
    assert done.returncode == 0, done.stdout
    assert len(cases) > 50, done.stdout
    upstream.judge("memcached", {f"testapp/{name}": "" if verdict == "ok" else done.stdout for verdict, name in cases})


def _files_of_testapp() -> set[Path]:
    """Its temporary files have fixed places."""
    names = ("ports", "pid", "test_file")
    return {path for name in names for path in Path("/tmp").glob(f"{name}.*")}


def test_sizes(suite: Path) -> None:
    """The program that prints the sizes of structures: 32 bits less for each pointer, the same for what has none."""
    done = upstream.run(["./sizes"], suite)
    sizes = dict(re.findall(r"^(.+?)\t(-?\d+)$", done.stdout, re.M))
    assert (done.returncode, sizes["Slab Stats"], sizes["Global stats"]) == (0, "64", "208"), done.stdout
