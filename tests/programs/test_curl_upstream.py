"""curl: upstream's suite, its servers native, curl and the programs that use libcurl as wasm."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.programs import upstream

pytestmark = pytest.mark.apps

MODULES = ("Digest::MD5", "MIME::Base64", "Time::HiRes", "IPC::Open2", "Socket", "Storable")
ALONE = {1117: "slow HTTP", 250: "slow FTP", 251: "slow FTP"}
"""Tests of more than ten seconds: those of one name run in a process beside the others."""
PARTS = {"HTTP": 6, "FTP": 3, "mail": 1, "rest": 2}
"""By kind of server how many processes share the tests, which mostly wait. Each needs some seconds to start servers."""
OPTIONS = ("-n", "-a", "-p", "-o", "has_crypto=1", "!unittest")
"""Without valgrind; go on after a failure, and show its logs; MD5 is there, too, whose lack it concludes from that of
NTLM; no tests of inner functions, which want another build."""


def test_upstream(places: Path, built_curl: Path, curl_servers: Path) -> None:
    """All tests that the build has the features for."""
    root = built_curl.parent.parent
    assert (root / "libtests").exists(), f"built where there was no perl: remove {root}"
    sources = curl_servers.parent.parent
    numbers = sorted(int(path.name[4:]) for path in (sources / "data").glob("test[0-9]*"))
    shares: dict[str, list[int]] = {}
    for number in numbers:
        shares.setdefault(_share(sources, number), []).append(number)
    for program in (["src/curl", "-V"], ["./libtests"]):  # compiled before anything is timed
        upstream.run(program, root)
    results: dict[str, str] = {}
    with ThreadPoolExecutor(len(shares)) as pool:
        for share in pool.map(lambda name: _run(root, sources, places / name, shares[name]), shares):
            results.update(share)
    # Peers that race, such as one that goes away and another that has yet to write down what it got, are left alone
    # the second time. A trap is no race.
    again = {case: why for case, why in results.items() if why and case[:4].isdigit() and "wali: " not in why}
    if 0 < len(again) <= 30:
        print(*again.items(), sep="\n")
        results.update(_run(root, sources, places / "again", [int(case[:4]) for case in again]))
    assert len(results) > LEAST, f"{len(results)} tests were run"
    upstream.judge("curl", results)


LEAST = 1100
"""So many must not be skipped. Without IPv6 on the machine some are."""


@pytest.fixture
def places(tmp_path: Path) -> Iterator[Path]:
    """A folder that is gone afterwards: logs of a thousand tests, sockets, pid files."""
    if not shutil.which("perl"):
        pytest.skip("upstream's suite is written in perl")
    lacking = [name for name in MODULES if upstream.run(["perl", f"-M{name}", "-e1"], tmp_path).returncode]
    if lacking:
        pytest.skip(f"this perl lacks {', '.join(lacking)}")
    folder = tmp_path / "p"  # a short name: it is part of the address of a Unix socket
    folder.mkdir()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)  # one that was killed a moment ago may still write


def _share(sources: Path, number: int) -> str:
    """Which of the processes runs a test."""
    if number in ALONE:
        return ALONE[number]
    text = (sources / "data" / f"test{number}").read_text("latin-1")
    found = re.search(r"<server>(.*?)</server>", text, re.S)
    servers = found[1].split() if found else []
    if "ftp" in servers:
        kind = "FTP"
    elif {"imap", "pop3", "smtp"}.intersection(servers):
        kind = "mail"
    else:
        kind = "HTTP" if "http" in servers else "rest"
    return f"{kind}{number % PARTS[kind]}"


def _place(build: Path, sources: Path, folder: Path) -> Path:
    """What looks to runtests.pl like the folder `tests` of a build."""
    tests = folder / "tests"
    (tests / "libtest").mkdir(parents=True)
    for path in build.iterdir():
        if path.name != "tests":
            (folder / path.name).symlink_to(path)
    for path in sources.iterdir():
        if path.name != "libtest":
            (tests / path.name).symlink_to(path)
    for path in (sources / "libtest").glob("*.pl"):
        (tests / "libtest" / path.name).symlink_to(path)
    for line in (build / "bundle" / "list").read_text().splitlines():
        (tests / "libtest" / line.split()[0]).symlink_to(build / "libtests")
    return tests


def _run(build: Path, sources: Path, folder: Path, numbers: list[int]) -> dict[str, str]:
    """Number and name of each test to why it failed, or nothing; without those that upstream skips."""
    tests = _place(build, sources, folder)
    command = ["perl", "./runtests.pl", *OPTIONS, *map(str, numbers)]
    said = upstream.run(command, tests, TIMEOUT, USER="user").stdout
    said = re.sub("(Killed|Terminated)\n", "", said)  # what its shells say of servers, also within its lines
    begun = list(re.finditer(r"^test (\d{4})\.\.\.\[(.*)\]$", said, re.M))
    ends = [match.start() for match in begun[1:]] + [len(said)]
    results = {}
    for match, end in zip(begun, ends, strict=True):
        text = said[match.end() : end]
        results[f"{match[1]} {match[2]}"] = "" if re.search(r"^\S{11} OK \(", text, re.M) else text
    if not re.search(r"^TESTDONE: ", said, re.M):
        results[f"{folder.name} did not end"] = said[-2000:]
    return results


TIMEOUT = 300.0
"""Seconds for each of the processes, which takes one of ten to fifty."""
