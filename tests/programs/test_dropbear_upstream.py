"""dropbear: upstream's suite, which is written for pytest. Its cases need a shell, and some of them ssh-keygen."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.programs import adapted, leftovers, upstream
from tests.programs.servers import LIMIT, environment, free_port

pytestmark = pytest.mark.apps

# As upstream's continuous integration makes them: a key that is authorized for each comment.
COMMENTS = {"": "user@host", "_key2": "key2 extra", "_key3": "key3%char", "_key4": "key4,char"}
CONNECTED = '''

def connected(port):
    """ For a server that is about to listen """
    for _ in range(1000):
        try:
            return socket.create_connection(("localhost", port))
        except ConnectionRefusedError:
            time.sleep(0.01)
    raise TimeoutError(f"nobody listens on {port}")
'''
ENDED = '''

def end(server):
    """ A signal that comes just before its select(2), dropbear does not notice """
    while server.poll() is None:
        server.terminate()
        try:
            server.wait(0.5)
        except subprocess.TimeoutExpired:
            pass
'''


@dataclass(frozen=True)
class Suite:
    """Where upstream's tests run, and what they are to test."""

    folder: Path
    build: Path

    def results(self, script: str) -> dict[str, str]:
        """For each case of a script why it failed, or nothing; those that skip themselves are left out."""
        report = self.folder / f"{script}.xml"
        programs = [
            f"--{name}={self.build / name}" for name in ("dropbear", "dbclient", "dropbearkey", "dropbearconvert")
        ]
        places = [
            f"--rootdir={self.folder}",
            f"--basetemp={self.folder / 'tmp'}",
            f"--junitxml={report}",
            "-c",
            os.devnull,
        ]
        ours = ["-p", "no:cacheprovider", "--import-mode=prepend", *places]
        command = [sys.executable, "-m", "pytest", *ours, *programs, "--hostkey=fakekey", f"--port={free_port()}"]
        home = str(self.folder / "home")
        done = upstream.run(
            [*command, f"test/{script}.py"],
            self.folder,
            240,
            HOME=home,
            TEST_HOME=home,
            DBTEST_IN_ACTION="1",
            PYTEST_ADDOPTS="",
            VIRTUAL_ENV=sys.prefix,  # which a command in a login makes its own, to have psutil
        )
        if not report.exists():
            return {script: done.stdout}
        found = {}
        for case in ElementTree.parse(report).getroot().iter("testcase"):
            skipped = case.find("skipped")
            if skipped is None or skipped.get("type") == "pytest.xfail":
                faults = [*case.iter("failure"), *case.iter("error")]
                found[f"{script}/{case.get('name')}"] = "\n".join(fault.text or "failed" for fault in faults)
        return found


@pytest.fixture(scope="module")
def suite(dropbear_build: Path) -> Iterator[Suite]:
    """A folder with a copy of the tests, a key for the server and keys for its user."""
    with tempfile.TemporaryDirectory(prefix="wali-") as name, leftovers.ended():
        folder = Path(name)
        adapted.copy(dropbear_build / "test", folder / "test", _replacements(folder))
        keys = folder / "home" / ".ssh"
        keys.mkdir(mode=0o700, parents=True)
        _key(dropbear_build, folder / "fakekey")
        lines = [
            re.sub(r"\S+$", comment, _key(dropbear_build, keys / f"id_dropbear{suffix}"))
            for suffix, comment in COMMENTS.items()
        ]
        (keys / "authorized_keys").write_text("".join(f"{line}\n" for line in lines))
        yield Suite(folder, dropbear_build)


def _key(build: Path, path: Path) -> str:
    """Makes a key; returns its line for authorized_keys."""
    command = [str(build / "dropbearkey"), "-t", "ecdsa", "-f", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, env=environment(), timeout=LIMIT, check=True)
    return next(line for line in done.stdout.splitlines() if line.startswith("ecdsa-"))


def _replacements(folder: Path) -> adapted.Replacements:
    """All servers stay on loopback, on free ports; what a loaded machine does later still counts as done."""
    target, forwarded = str(free_port()), str(free_port())
    return {
        "test_dropbear.py": [
            ('"-p", LOCALADDR, # bind locally only', ""),  # 2022.83 takes it for a port
            ('"-p", opt.port,\n', '"-p", LOCALADDR + ":" + opt.port,\n'),
            ("allow_reuse_addr =", "allow_reuse_address ="),  # as socketserver calls it
            ("import subprocess\n", "import socket\nimport subprocess\n"),
            ("# returns a str\n", f"{CONNECTED}{ENDED}\n\n# returns a str\n"),
            ("	p.terminate()\n", "	end(p)\n"),
            ('kwargs.setdefault("timeout", 10)', 'kwargs.setdefault("timeout", 60)'),
        ],
        "test_channels.py": [
            ("3344", target),
            ("7788", forwarded),
            ("mktemp", f"mktemp -p {folder}"),
            ("timeout=2,", "timeout=8,"),  # must not wait for a command of 10 s
            ("timeout=1,", "timeout=10,"),
            (f'socket.create_connection(("localhost", {forwarded}))', f"connected({forwarded})"),
            ("		time.sleep(0.1)\n		assert r.poll() == 0", "		assert r.wait(10) == 0"),
        ],
    }


def test_channels(suite: Suite) -> None:
    """Commands and their statuses, data both ways, terminals, forwarded connections, what goes on after a command."""
    results = suite.results("test_channels")
    assert len(results) > 20, results
    upstream.judge("dropbear", results)


def test_svrauth(suite: Suite) -> None:
    """What a login learns about the key that it was let in with. Of a signal that comes just before its select(2)
    dropbear does not learn, natively as well, so one bad run says nothing."""
    results = upstream.of_several(lambda: suite.results("test_svrauth"))
    assert len(results) == 3, results
    upstream.judge("dropbear", results)


def test_aslr(suite: Suite) -> None:
    """Each connection is served by a program that was started anew."""
    upstream.judge("dropbear", suite.results("test_aslr"))


def test_dropbearconvert(suite: Suite) -> None:
    """Keys of all kinds, from OpenSSH's format and back."""
    if not shutil.which("ssh-keygen"):
        pytest.skip("upstream's tests of dropbearconvert compare with ssh-keygen")
    results = suite.results("test_dropbearconvert")
    assert len(results) > 20, results
    upstream.judge("dropbear", results)
