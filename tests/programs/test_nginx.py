"""nginx, a master and two workers: many requests, reload and end by signals, files, compression, a proxy."""

from __future__ import annotations

import gzip
import hashlib
import http.client
import os
import random
import signal
import socket
import subprocess
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.programs import ports
from tests.programs.servers import HOST, LIMIT, Server, free_port, programs, receive, serving, until

pytestmark = pytest.mark.apps

WORKERS = 2
REQUESTS = 10_000
CONFIGURATION = """
worker_processes {workers};
daemon off;
{user}
error_log error.log notice;
events {{ worker_connections 600; }}
http {{
    access_log access.log;
    default_type application/octet-stream;
    types {{ text/html html; text/plain txt; }}
    server {{
        listen {host}:{port};
        root html;
        add_header X-Generation {generation};
        gzip on;
        gzip_min_length 100;
        gzip_types text/plain;
        location /status {{ stub_status; }}
        location /slow/ {{ alias html/; limit_rate 2m; limit_rate_after 100k; }}
        location /proxy/ {{ proxy_pass http://{host}:{port}/; proxy_buffering on; }}
        location /upload {{ client_max_body_size 2m; client_body_in_file_only clean; proxy_pass http://{host}:{port}/status; }}
        location /threads/ {{ alias html/; aio threads; sendfile on; }}
    }}
}}
"""


@pytest.fixture(scope="module")
def nginx() -> tuple[str, ...]:
    """How to start it."""
    return programs(ports.NGINX)["nginx"]


def _configure(folder: Path, port: int, generation: int = 1) -> None:
    user = "user root;" if os.geteuid() == 0 else ""  # the workers of root's nginx become nobody, who cannot read here
    text = CONFIGURATION.format(workers=WORKERS, user=user, host=HOST, port=port, generation=generation)
    (folder / "nginx.conf").write_text(text)


@pytest.fixture
def server(nginx: tuple[str, ...], tmp_path: Path) -> Iterator[Server]:
    """One with some files to serve."""
    html = tmp_path / "html"
    (html / "folder").mkdir(parents=True)
    (html / "index.html").write_text("<p>hello</p>\n")
    (html / "big").write_bytes(random.Random(1).randbytes(5_000_000))
    (html / "text.txt").write_text("some words again and again\n" * 20_000)
    port = free_port()
    _configure(tmp_path, port)
    with serving([*nginx, "-p", f"{tmp_path}/", "-c", "nginx.conf"], port, tmp_path, "nginx") as started:
        until(lambda: len(_workers(started)) == WORKERS, "the workers")
        yield started


def _workers(server: Server) -> set[int]:
    """The master's children."""
    try:
        return {
            int(word)
            for word in Path(f"/proc/{server.process.pid}/task/{server.process.pid}/children").read_text().split()
        }
    except FileNotFoundError:
        return set()


def _get(server: Server, path: str, method: str = "GET", **headers: str) -> tuple[http.client.HTTPResponse, bytes]:
    connection = http.client.HTTPConnection(HOST, server.port, timeout=LIMIT)
    try:
        connection.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
        response = connection.getresponse()
        return response, response.read()
    finally:
        connection.close()


def _plain_get(port: int, path: str) -> bytes:
    """One connection, one request, as little work as possible."""
    with socket.create_connection((HOST, port), LIMIT) as connection:
        connection.sendall(f"GET {path} HTTP/1.0\r\n\r\n".encode())
        return receive(connection, 1 << 30)


def test_reload_while_serving(server: Server, tmp_path: Path) -> None:
    """Ten thousand connections are all answered though the configuration changes twice; SIGQUIT ends with status 0."""
    generations: Counter[bytes] = Counter()
    count = threading.Lock()
    first_workers = _workers(server)

    def fetch(index: int) -> None:
        if index in (REQUESTS // 4, REQUESTS // 2):
            _configure(tmp_path, server.port, generation=1 + 4 * index // REQUESTS)
            server.process.send_signal(signal.SIGHUP)
        head, _, body = _plain_get(server.port, "/index.html").partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200"), head
        assert body == b"<p>hello</p>\n"
        with count:
            generations[head.partition(b"X-Generation: ")[2][:1]] += 1

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(fetch, range(REQUESTS)))
    assert generations.total() == REQUESTS
    assert set(generations) == {b"1", b"2", b"3"}
    until(lambda: len(_workers(server)) == WORKERS and not _workers(server) & first_workers, "the old workers to end")
    assert len((tmp_path / "access.log").read_text().splitlines()) == REQUESTS
    assert server.stop(signal.SIGQUIT) == 0
    assert not (tmp_path / "nginx.pid").exists()


def test_persistent_connections(server: Server) -> None:
    """Two hundred connections with fifty requests each, in step."""
    request = b"GET /index.html HTTP/1.1\r\nHost: x\r\n\r\n"
    sockets = [socket.create_connection((HOST, server.port), LIMIT) for _ in range(200)]
    try:
        sockets[0].sendall(request)
        size = len(sockets[0].recv(4096))
        for _ in range(REQUESTS // len(sockets)):
            for connection in sockets[1:]:
                connection.sendall(request)
            for connection in sockets[1:]:
                assert receive(connection, size).endswith(b"<p>hello</p>\n")
    finally:
        for connection in sockets:
            connection.close()
    assert server.stop(signal.SIGTERM) == 0


def test_quit_finishes_requests(server: Server) -> None:
    """SIGQUIT: a download under way comes to its end, new connections are refused meanwhile."""
    expected = hashlib.sha256((server.log.parent / "html" / "big").read_bytes()).digest()
    with socket.create_connection((HOST, server.port), LIMIT) as connection:
        connection.sendall(b"GET /slow/big HTTP/1.0\r\n\r\n")
        start = receive(connection, 50_000)
        server.process.send_signal(signal.SIGQUIT)

        def refused() -> bool:
            try:
                socket.create_connection((HOST, server.port), 5).close()
            except ConnectionRefusedError:
                return True
            return False

        until(refused, "the listening socket to close")
        assert server.process.poll() is None
        body = (start + receive(connection, 1 << 30)).partition(b"\r\n\r\n")[2]
    assert hashlib.sha256(body).digest() == expected
    assert server.process.wait(LIMIT) == 0


def test_worker_is_replaced(server: Server) -> None:
    """A worker that dies is started again by the master, which hears of it by SIGCHLD."""
    victim = min(_workers(server))
    os.kill(victim, signal.SIGKILL)
    until(lambda: victim not in _workers(server) and len(_workers(server)) == WORKERS, "another worker")
    assert _get(server, "/index.html")[1] == b"<p>hello</p>\n"
    assert f"worker process {victim} exited on signal 9" in (server.log.parent / "error.log").read_text()


@pytest.mark.parametrize("path", ["/big", "/threads/big", "/proxy/big"])
def test_large_file(server: Server, path: str) -> None:
    """By sendfile, by a pool of threads, through itself as a proxy: the same bytes; ranges and conditions hold."""
    data = (server.log.parent / "html" / "big").read_bytes()
    response, body = _get(server, path)
    assert (response.status, hashlib.sha256(body).digest()) == (200, hashlib.sha256(data).digest())
    part, body = _get(server, path, Range="bytes=1000000-1999999")
    assert (part.status, body == data[1_000_000:2_000_000]) == (206, True)
    unchanged, body = _get(server, path, If_None_Match=response.headers["ETag"])
    assert (unchanged.status, body) == (304, b"")
    head, body = _get(server, path, method="HEAD")
    assert (head.headers["Content-Length"], body) == (str(len(data)), b"")


def test_answers(server: Server) -> None:
    """Compression, redirection, errors, the log, the status page."""
    text = (server.log.parent / "html" / "text.txt").read_bytes()
    response, body = _get(server, "/text.txt", Accept_Encoding="gzip")
    assert response.headers["Content-Encoding"] == "gzip"
    assert len(body) < len(text) / 20
    assert gzip.decompress(body) == text
    moved, _ = _get(server, "/folder")
    assert (moved.status, moved.headers["Location"]) == (301, f"http://{HOST}:{server.port}/folder/")
    assert _get(server, "/absent")[0].status == 404
    assert _get(server, "/../etc/passwd")[0].status == 400
    assert b"Active connections:" in _get(server, "/status")[1]
    until(lambda: "GET /absent" in (server.log.parent / "access.log").read_text(), "the log")


def test_upload(server: Server) -> None:
    """A body of a megabyte goes through a temporary file; one beyond the limit is refused."""
    for size, status in (
        (1_000_000, 405),
        (3_000_000, 413),
    ):  # stub_status takes no POST: it answers once it has the body
        with socket.create_connection((HOST, server.port), LIMIT) as connection, connection.makefile("rb") as answer:
            connection.sendall(b"POST /upload HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % size)
            if status == 405:
                connection.sendall(b"y" * size)
            assert b" %d " % status in answer.readline()


def test_bad_configuration(nginx: tuple[str, ...], server: Server) -> None:
    """`nginx -t` finds the line; a reload with it leaves the server as it was."""
    folder = server.log.parent
    (folder / "nginx.conf").write_text("events { }\nhttp { nonsense on; }\n")
    command = [*nginx, "-p", f"{folder}/", "-c", "nginx.conf", "-t"]
    check = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT, check=False)
    assert check.returncode == 1
    assert f'unknown directive "nonsense" in {folder}/nginx.conf:2' in check.stderr
    server.process.send_signal(signal.SIGHUP)
    until(lambda: "unknown directive" in (folder / "error.log").read_text(), "the complaint")
    assert _get(server, "/index.html")[0].status == 200
