"""curl against a server in this process: downloads, uploads, redirects, cookies, and its exit statuses."""

from __future__ import annotations

import hashlib
import http.server
import json
import random
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.programs import ports
from tests.programs.servers import HOST, LIMIT, environment, free_port, programs

pytestmark = pytest.mark.apps

SIZE = 20_000_000


@cache
def _data() -> bytes:
    """The large file."""
    return random.Random(2).randbytes(SIZE)


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


class Handler(http.server.BaseHTTPRequestHandler):
    """A few paths, one behaviour each."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        """Says nothing."""

    def _answer(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def do_GET(self) -> None:
        """Files, redirects, chunks, a delay, what the client sent."""
        kind, _, rest = self.path[1:].partition("/")
        if kind == "file":
            start = int(self.headers.get("Range", "bytes=0-").removeprefix("bytes=").partition("-")[0])
            extra = {"Content_Range": f"bytes {start}-{SIZE - 1}/{SIZE}"} if start else {}
            self._answer(206 if start else 200, _data()[start:], **extra)
        elif kind == "redirect":
            self._answer(302, Location=f"/redirect/{int(rest) - 1}" if int(rest) > 1 else "/headers")
        elif kind == "headers":
            self._answer(200, json.dumps(dict(self.headers)).encode(), Set_Cookie="taste=sweet; Path=/")
        elif kind == "chunks":
            self.send_response(200)
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            for number in range(1000):
                self.wfile.write(b"%x\r\n%s\r\n" % (number % 50 + 1, b"c" * (number % 50 + 1)))
            self.wfile.write(b"0\r\n\r\n")
        elif kind == "slow":
            time.sleep(3)
            self._answer(200)
        elif kind == "cut":
            self.send_response(200)
            self.send_header("Content-Length", "1000")
            self.end_headers()
            self.wfile.write(b"only this")
            self.close_connection = True
        else:
            self._answer(404, b"no such thing\n")

    do_HEAD = do_GET

    def do_POST(self) -> None:
        """Answers with method, type, size and checksum of the body."""
        if "chunked" in self.headers.get("Transfer-Encoding", ""):
            body = b""
            while size := int(self.rfile.readline(), 16):
                body += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
        else:
            body = self.rfile.read(int(self.headers["Content-Length"]))
        seen = [self.command, self.headers.get("Content-Type"), len(body), _digest(body)]
        self._answer(200, json.dumps(seen).encode())

    do_PUT = do_POST


@pytest.fixture(scope="module")
def curl() -> tuple[str, ...]:
    """How to start it."""
    return programs(ports.CURL)["curl"]


class Site(http.server.ThreadingHTTPServer):
    """Clients that go away are part of the tests."""

    def handle_error(self, *_: object) -> None:
        """Says nothing."""


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    """The server's address."""
    server = Site((HOST, 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://{HOST}:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


def _run(
    curl: tuple[str, ...], *options: str, stdin: bytes = b"", folder: Path | None = None
) -> tuple[int, bytes, str]:
    """Status, output, errors."""
    command = [*curl, "-q", "-sS", *options]
    done = subprocess.run(
        command, input=stdin, capture_output=True, cwd=folder, env=environment(), timeout=LIMIT, check=False
    )
    return done.returncode, done.stdout, done.stderr.decode()


def test_download(curl: tuple[str, ...], site: str, tmp_path: Path) -> None:
    """Twenty megabytes into a file, and the rest of a file that is there in part."""
    assert _run(curl, "-o", "whole", f"{site}/file", folder=tmp_path) == (0, b"", "")
    assert _digest((tmp_path / "whole").read_bytes()) == _digest(_data())
    (tmp_path / "part").write_bytes(_data()[:7_654_321])
    assert _run(curl, "-C", "-", "-o", "part", f"{site}/file", folder=tmp_path)[0] == 0
    assert _digest((tmp_path / "part").read_bytes()) == _digest(_data())


def test_parallel_downloads(curl: tuple[str, ...], site: str, tmp_path: Path) -> None:
    """Four at once in one process."""
    options = [word for index in range(4) for word in ("-o", f"copy{index}", f"{site}/file")]
    assert _run(curl, "--parallel", *options, folder=tmp_path)[0] == 0
    assert {_digest((tmp_path / f"copy{index}").read_bytes()) for index in range(4)} == {_digest(_data())}


def test_headers(curl: tuple[str, ...], site: str) -> None:
    """-I asks by HEAD and prints them; -i puts them before the body; -H, -A, -e, -u send some."""
    status, output, _ = _run(curl, "-I", f"{site}/file")
    assert status == 0
    assert output.startswith(b"HTTP/1.1 200 OK\r\n")
    assert b"Content-Length: %d\r\n" % SIZE in output
    options = ["-H", "X-One: 1", "-A", "agent", "-e", "http://from/", "-u", "user:secret", "-H", "Accept:"]
    sent = json.loads(_run(curl, *options, f"{site}/headers")[1])
    assert sent == {
        "Host": site.removeprefix("http://"),
        "Authorization": "Basic dXNlcjpzZWNyZXQ=",
        "User-Agent": "agent",
        "Referer": "http://from/",
        "X-One": "1",
    }


def test_redirects(curl: tuple[str, ...], site: str) -> None:
    """-L follows, up to --max-redirs; -w tells where it came out."""
    status, output, _ = _run(
        curl, "-L", "-o", "/dev/null", "-w", "%{http_code} %{num_redirects} %{url_effective}", f"{site}/redirect/5"
    )
    assert (status, output.decode()) == (0, f"200 5 {site}/headers")
    assert _run(curl, "-L", "--max-redirs", "3", f"{site}/redirect/5")[0] == 47
    assert _run(curl, "-o", "/dev/null", "-w", "%{http_code}", f"{site}/redirect/5")[1] == b"302"


def test_uploads(curl: tuple[str, ...], site: str, tmp_path: Path) -> None:
    """POST of a form, of a file, PUT of standard input in chunks, a form of several parts."""
    (tmp_path / "body").write_bytes(_data()[:5_000_000])
    digest = _digest(_data()[:5_000_000])
    url = f"{site}/post"

    def sent(*options: str, stdin: bytes = b"") -> list[object]:
        status, output, errors = _run(curl, *options, url, stdin=stdin, folder=tmp_path)
        assert (status, errors) == (0, "")
        answer = json.loads(output)
        assert isinstance(answer, list)
        return answer

    form = b"a=1&b=two+words"
    assert sent("-d", "a=1", "--data-urlencode", "b=two words") == [
        "POST", "application/x-www-form-urlencoded", len(form), _digest(form),
    ]  # fmt: skip
    assert sent("--data-binary", "@body", "-H", "Content-Type: x/y") == ["POST", "x/y", 5_000_000, digest]
    assert sent("-T", "body") == ["PUT", None, 5_000_000, digest]
    assert sent("-T", "-", stdin=_data()[:3_000_000]) == ["PUT", None, 3_000_000, _digest(_data()[:3_000_000])]
    method, kind, size, _ = sent("-F", "text=some", "-F", "file=@body")
    assert method == "POST"
    assert str(kind).startswith("multipart/form-data; boundary=")
    assert int(str(size)) > 5_000_000


def test_chunks_and_cookies(curl: tuple[str, ...], site: str, tmp_path: Path) -> None:
    """A body in chunks is put together; a cookie goes to the jar and back to the server."""
    assert _run(curl, f"{site}/chunks")[1] == b"c" * sum(number % 50 + 1 for number in range(1000))
    assert _run(curl, "-c", "jar", f"{site}/headers", folder=tmp_path)[0] == 0
    assert json.loads(_run(curl, "-b", "jar", f"{site}/headers", folder=tmp_path)[1])["Cookie"] == "taste=sweet"


def test_statuses(curl: tuple[str, ...], site: str, tmp_path: Path) -> None:
    """Its documented exit statuses."""
    (tmp_path / "folder").mkdir()
    with socket.socket() as silent:
        silent.bind((HOST, 0))  # bound, not listening: connections are refused
        refused = f"http://{HOST}:{silent.getsockname()[1]}/"
        for status, options in {
            3: ["http://[bad/"],
            6: ["http://no-such-host.invalid/"],
            7: [refused],
            18: [f"{site}/cut"],
            22: ["-f", f"{site}/absent"],
            23: ["-o", "folder/none/file", f"{site}/headers"],
            26: ["-T", "no-such-file", f"{site}/post"],
            28: ["-m", "0.5", f"{site}/slow"],
            37: [f"file://{tmp_path}/absent"],
        }.items():
            assert _run(curl, *options, folder=tmp_path)[0] == status, options


def test_timeout_is_kept(curl: tuple[str, ...], site: str) -> None:
    """-m ends it in time, --retry waits and tries again."""
    start = time.monotonic()
    assert _run(curl, "-m", "0.3", f"{site}/slow")[0] == 28
    assert time.monotonic() - start < 2.5
    assert (
        _run(
            curl,
            "-m",
            "5",
            "--retry",
            "2",
            "--retry-delay",
            "1",
            "--retry-connrefused",
            f"http://{HOST}:{free_port()}/",
        )[0]
        == 7
    )
    assert 2 < time.monotonic() - start < 10


def test_name_is_resolved(curl: tuple[str, ...], site: str) -> None:
    """A host name is looked up in a thread, by /etc/hosts; --resolve goes before."""
    port = site.rpartition(":")[2]
    assert _run(curl, "-4", f"http://localhost:{port}/headers")[0] == 0
    assert (
        _run(curl, "--resolve", f"some.name.invalid:{port}:{HOST}", f"http://some.name.invalid:{port}/headers")[0] == 0
    )


def test_files_and_config(curl: tuple[str, ...], site: str, tmp_path: Path) -> None:
    """file:// and a configuration on standard input."""
    (tmp_path / "here").write_bytes(b"local data")
    assert _run(curl, f"file://{tmp_path}/here")[1] == b"local data"
    config = f'url = "{site}/headers"\noutput = "got"\nheader = "X-From: config"\n'
    assert _run(curl, "-K", "-", stdin=config.encode(), folder=tmp_path)[0] == 0
    assert json.loads((tmp_path / "got").read_bytes())["X-From"] == "config"
