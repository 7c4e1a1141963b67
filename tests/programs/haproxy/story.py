"""haproxy between clients and servers on loopback: python3 story.py HAPROXY [load].

Says "ok" or "not ok" for each case. With "load" it sends many requests through two proxies, and says what came back.
"""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import http.client
import http.server
import os
import signal
import socket
import socketserver
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

HAPROXY = os.path.abspath(sys.argv[1])
PATIENCE = 60
"""Seconds in which what is waited for must happen."""
LOAD = 40000
"""Requests."""


class Answer(http.server.BaseHTTPRequestHandler):
    """Tells who answers, what was asked, and what the proxy has added."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        if self.path.startswith("/slow"):
            time.sleep(0.5)
        body = f"{self.server.name} {self.path} {self.headers.get('X-Forwarded-For')} {self.headers.get('X-Added')}\n"  # type: ignore[attr-defined]
        if self.path.startswith("/long"):
            body *= 3000
        self.send(body.encode())

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length")
        if length is not None:
            data = self.rfile.read(int(length))
        else:  # in chunks
            data = b""
            while size := int(self.rfile.readline(), 16):
                data += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
        self.send(hashlib.sha256(data).hexdigest().encode())

    def send(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/plain")
        self.send_header("Content-Length", str(len(body)))
        if self.path.startswith("/cached"):
            self.send_header("Cache-Control", "max-age=60")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing."""


class Server(http.server.ThreadingHTTPServer):
    """One that the proxy balances."""

    request_queue_size = 128

    def __init__(self, name: str, port: int = 0) -> None:
        self.name = name
        super().__init__(("127.0.0.1", port), Answer)
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def handle_error(self, *_: object) -> None:
        """A check that has seen enough resets its connection."""

    def end(self) -> None:
        self.shutdown()
        self.server_close()


class Echo(socketserver.ThreadingTCPServer):
    """Sends back what it gets, behind the line of the PROXY protocol."""

    daemon_threads = True

    class RequestHandlerClass(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            head = self.rfile.readline()
            self.wfile.write(head.split()[1] + b"\n")
            while data := self.rfile.read1(65536):  # type: ignore[attr-defined]
                self.wfile.write(data)

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), self.RequestHandlerClass)
        threading.Thread(target=self.serve_forever, daemon=True).start()


def free_ports(count: int) -> list[int]:
    with contextlib.ExitStack() as stack:
        probes = [stack.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [int(probe.getsockname()[1]) for probe in probes]


CONFIGURATION = """
global
    nbthread 3
    stats socket {folder}/stats mode 600 level admin expose-fd listeners
    log 127.0.0.1:{log} local0
defaults
    mode http
    log global
    option httplog
    timeout connect 10s
    timeout client 30s
    timeout server 30s
    timeout check 10s
    option redispatch
    retries 3
cache small
    total-max-size 4
    max-age 60
frontend main
    bind 127.0.0.1:{main}
    option forwardfor
    unique-id-format %{{+X}}o\\ %ci:%cp
    http-request deny deny_status 403 if {{ path /denied }}
    http-request redirect code 301 location /new if {{ path /old }}
    http-request return status 200 content-type text/plain lf-string "%[path,sha1,hex] %[req.hdr(host),lower]\\n" if {{ path_beg /made }}
    http-request set-path %[path,regsub(^/plain,/rich)] if {{ path_beg /plain }}
    http-request set-header X-Added %[req.hdr(X-Give),map({folder}/names.map,unknown)]
    http-request track-sc0 hdr(X-User) table users if {{ path /limited }}
    http-request deny deny_status 429 if {{ path /limited }} {{ sc0_http_req_rate(users) gt 3 }}
    http-request cache-use small if {{ path_beg /cached }}
    http-response cache-store small if {{ capture.req.uri -m beg /cached }}
    http-response set-header X-Through haproxy
    use_backend sticky if {{ path_beg /sticky }}
    use_backend hashed if {{ path_beg /hashed }}
    use_backend packed if {{ path_beg /long }}
    use_backend second if {{ path_beg /second }}
    use_backend nobody if {{ path_beg /nobody }}
    default_backend turns
frontend statistics
    bind 127.0.0.1:{page}
    stats enable
    stats uri /stats
    stats auth me:secret
frontend inner
    bind 127.0.0.1:{inner} proto h2
    http-request return status 200 content-type text/plain lf-string "%[req.ver] %[path]\\n" if {{ path /second/version }}
    default_backend turns
listen bytes
    mode tcp
    option tcplog
    bind 127.0.0.1:{bytes}
    server echo 127.0.0.1:{echo} send-proxy
backend turns
    balance roundrobin
    option httpchk GET /check
    server a 127.0.0.1:{a} check inter 200 fall 2 rise 1
    server b 127.0.0.1:{b} check inter 200 fall 2 rise 1
    server c 127.0.0.1:{c} check inter 200 fall 2 rise 1
backend sticky
    cookie WHO insert indirect nocache
    server a 127.0.0.1:{a} cookie one
    server b 127.0.0.1:{b} cookie two
backend hashed
    balance uri
    hash-type consistent
    server a 127.0.0.1:{a}
    server b 127.0.0.1:{b}
    server c 127.0.0.1:{c}
backend packed
    compression algo gzip
    compression type text/plain
    server a 127.0.0.1:{a}
backend second
    server inner 127.0.0.1:{inner} proto h2
backend nobody
    server none 127.0.0.1:{none}
backend users
    stick-table type string size 1k expire 60s store http_req_rate(60s)
"""


class Story:
    """A proxy with what is before and behind it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.log = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.log.bind(("127.0.0.1", 0))
        self.log.settimeout(PATIENCE)
        self.servers = {name: Server(name) for name in "abc"}
        self.echo = Echo()
        self.main, self.page, self.inner, self.bytes, self.none = free_ports(5)
        (folder / "names.map").write_text("one first\ntwo second\n")
        self.write()
        command = [
            HAPROXY,
            "-W",
            "-f",
            str(folder / "configuration"),
            "-p",
            str(folder / "pid"),
            "-S",
            str(folder / "master"),
        ]
        self.process = subprocess.Popen(command, stdout=(folder / "said").open("w"), stderr=subprocess.STDOUT)
        wait(lambda: self.get("/made") is not None)

    def write(self, more: str = "") -> None:
        ports = {
            **{name: getattr(self, name) for name in ("main", "page", "inner", "bytes", "none")},
            **{name: server.server_address[1] for name, server in self.servers.items()},
            "echo": self.echo.server_address[1],
            "log": self.log.getsockname()[1],
        }
        (self.folder / "configuration").write_text(CONFIGURATION.format(folder=self.folder, **ports) + more)

    def end(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(PATIENCE)
        finally:
            self.process.kill()
            self.process.wait()

    def ask(
        self, method: str, path: str, body: object = None, port: int = 0, **headers: str
    ) -> tuple[int, dict[str, str], bytes]:
        """Status, headers and body."""
        connection = http.client.HTTPConnection("127.0.0.1", port or self.main, timeout=PATIENCE)
        try:
            given = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request(method, path, body=body, headers=given)  # type: ignore[arg-type]
            answer = connection.getresponse()
            return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
        finally:
            connection.close()

    def get(self, path: str) -> str | None:
        """The text, or nothing if nobody answers."""
        try:
            status, _, body = self.ask("GET", path)
        except OSError:
            return None
        return body.decode() if status == 200 else None

    def master_waits(self) -> bool:
        """Whether the master is back in its loop. A connection from before may be left without an answer."""
        try:
            return "worker" in self.command("show proc", name="master", limit=3)
        except OSError:
            return False

    def command(self, *commands: str, name: str = "stats", limit: int = PATIENCE) -> str:
        """What the worker answers, or the master."""
        with socket.socket(socket.AF_UNIX) as link:
            link.settimeout(limit)
            link.connect(f"{self.folder}/{name}")
            link.sendall((";".join(commands) + "\n").encode())
            link.shutdown(socket.SHUT_WR)
            said = b""
            while data := link.recv(65536):
                said += data
        return said.decode()

    def up(self) -> Counter[str]:
        """How many of the servers that are checked are in which state."""
        lines = self.command("show stat -1 4 -1").splitlines()
        names = lines[0].removeprefix("# ").split(",")
        rows = [dict(zip(names, line.split(","), strict=False)) for line in lines[1:] if line]
        return Counter(row["status"].split()[0] for row in rows if row["pxname"] == "turns")


def wait(until: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not until():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)


def turns(story: Story) -> None:
    wait(lambda: story.up() == Counter(UP=3))
    found = Counter((story.get("/turn") or "?")[0] for _ in range(30))
    assert found == Counter(a=10, b=10, c=10), found


def headers(story: Story) -> None:
    status, given, body = story.ask("GET", "/x", X_Give="two", Host="here")
    assert (status, body.split()[2:]) == (200, [b"127.0.0.1", b"second"]), body
    assert given["x-through"] == "haproxy"
    assert story.ask("GET", "/x", X_Give="three")[2].split()[3] == b"unknown"


def rules(story: Story) -> None:
    assert story.ask("GET", "/denied")[0] == 403
    status, given, _ = story.ask("GET", "/old")
    assert status == 301
    assert given["location"] == "/new"
    assert (story.get("/plain/a") or "").split()[1] == "/rich/a"
    digest = hashlib.sha1(b"/made/this").hexdigest().upper()
    assert story.ask("GET", "/made/this", Host="HERE")[2].decode() == f"{digest} here\n"


def limit(story: Story) -> None:
    statuses = [story.ask("GET", "/limited", X_User="me")[0] for _ in range(6)]
    assert statuses == [200] * 3 + [429] * 3, statuses
    assert story.ask("GET", "/limited", X_User="you")[0] == 200
    table = story.command("show table users")
    assert all(f"key={name}" in table for name in ("me", "you")), table


def sticky(story: Story) -> None:
    _, given, body = story.ask("GET", "/sticky")
    cookie = given["set-cookie"].split(";")[0]
    for _ in range(6):
        _, later, again = story.ask("GET", "/sticky", Cookie=cookie)
        assert again[:1] == body[:1]
        assert "set-cookie" not in later


def hashed(story: Story) -> None:
    paths = [f"/hashed/{n}" for n in range(30)]
    first = [(story.get(path) or "?")[0] for path in paths]
    assert first == [(story.get(path) or "?")[0] for path in paths]
    assert set(first) == set("abc")


def posts(story: Story) -> None:
    data = os.urandom(3_000_000)
    digest = hashlib.sha256(data).hexdigest().encode()
    assert story.ask("POST", "/p", data)[2] == digest
    pieces = (data[n : n + 50_000] for n in range(0, len(data), 50_000))
    assert story.ask("POST", "/p", pieces)[2] == digest


def packed(story: Story) -> None:
    plain = story.ask("GET", "/long")[2]
    _, given, body = story.ask("GET", "/long", Accept_Encoding="gzip")
    assert given["content-encoding"] == "gzip"
    assert len(body) < len(plain) // 10
    assert gzip.decompress(body) == plain


def cached(story: Story) -> None:
    first = story.get("/cached/one")
    assert [story.get("/cached/one") for _ in range(5)] == [first] * 5
    assert (first or "?").split()[:1] != []
    assert len({(story.get("/turn") or "?")[0] for _ in range(9)}) == 3


def http2(story: Story) -> None:
    assert story.get("/second/version") == "2.0 /second/version\n"
    assert [(story.get("/second/through") or "?").split()[1] for _ in range(20)] == ["/second/through"] * 20


def bytes_(story: Story) -> None:
    data = os.urandom(2_000_000)
    with socket.create_connection(("127.0.0.1", story.bytes), PATIENCE) as link:
        writer = threading.Thread(target=lambda: (link.sendall(data), link.shutdown(socket.SHUT_WR)))
        writer.start()
        got = b""
        while part := link.recv(65536):
            got += part
        writer.join()
    assert got == b"TCP4\n" + data


def pipeline(story: Story) -> None:
    with socket.create_connection(("127.0.0.1", story.main), PATIENCE) as link:
        link.sendall(b"".join(b"GET /made/%d HTTP/1.1\r\nHost: h\r\n\r\n" % n for n in range(100)))
        link.sendall(b"GET /made/last HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
        got = b""
        while part := link.recv(65536):
            got += part
    assert got.count(b"HTTP/1.1 200") == 101
    wanted = [hashlib.sha1(b"/made/%d" % n).hexdigest().upper().encode() for n in range(100)]
    assert [line.split()[0] for line in got.splitlines() if line.endswith(b" h")][:100] == wanted


def refused(story: Story) -> None:
    assert story.ask("GET", "/nobody")[0] == 503
    with socket.create_connection(("127.0.0.1", story.main), PATIENCE) as link:
        link.sendall(b"no such thing\r\n\r\n")
        assert b" 400 " in link.recv(4096).split(b"\r\n")[0]


def checks(story: Story) -> None:
    port = story.servers["b"].server_address[1]
    story.servers["b"].end()
    wait(lambda: story.up()["DOWN"] == 1)
    assert Counter((story.get("/turn") or "?")[0] for _ in range(20)) == Counter(a=10, c=10)
    story.servers["b"] = Server("b", port)
    wait(lambda: story.up() == Counter(UP=3))


def runtime(story: Story) -> None:
    story.command("disable server turns/a", "set weight turns/c 100%", f"add map {story.folder}/names.map three third")
    assert Counter((story.get("/turn") or "?")[0] for _ in range(20)) == Counter(b=10, c=10)
    assert story.ask("GET", "/x", X_Give="three")[2].split()[3] == b"third"
    story.command("enable server turns/a")
    wait(lambda: story.up() == Counter(UP=3))
    information = dict(line.split(": ", 1) for line in story.command("show info").splitlines() if ": " in line)
    assert information["Nbthread"] == "3"
    assert information["Name"] == "HAProxy"
    assert int(information["CumReq"]) > 100
    for name in (
        "show fd",
        "show activity",
        "show pools",
        "show threads",
        "show sess",
        "show servers state",
        "show errors",
    ):
        said = story.command(name)
        assert said.strip(), name
        assert "Unknown" not in said, (name, said)


def page(story: Story) -> None:
    assert story.ask("GET", "/stats", port=story.page)[0] == 401
    allowed = {"Authorization": "Basic bWU6c2VjcmV0"}
    status, _, body = story.ask("GET", "/stats;csv", port=story.page, **allowed)
    assert status == 200
    assert b"turns,BACKEND," in body
    assert b"</html>" in story.ask("GET", "/stats", port=story.page, **allowed)[2]


def logged(story: Story) -> None:
    story.log.setblocking(False)
    with contextlib.suppress(BlockingIOError):  # what is there may have left no room
        while True:
            story.log.recv(65536)
    story.log.settimeout(PATIENCE)
    story.get("/for-the-log")
    end = time.monotonic() + PATIENCE
    while b"/for-the-log" not in (line := story.log.recv(65536)):
        assert time.monotonic() < end, "no such line"
    assert all(part in line for part in (b"haproxy[", b" main turns/", b'"GET /for-the-log HTTP/1.1"')), line


def crowd(story: Story) -> None:
    """Many connections at once."""
    links = [socket.create_connection(("127.0.0.1", story.main), PATIENCE) for _ in range(400)]
    try:
        for number, link in enumerate(links):
            link.sendall(b"GET /made/%d HTTP/1.1\r\nHost: h\r\n\r\n" % number)
        for number, link in enumerate(links):
            assert hashlib.sha1(b"/made/%d" % number).hexdigest().upper().encode() in link.recv(4096)
    finally:
        for link in links:
            link.close()


def reload(story: Story) -> None:
    """By signal, while requests go on: none is lost, and the new configuration counts. A signal that comes before the
    master is back from executing itself would be, by haproxy's own doing."""
    lost: list[str] = []
    over = threading.Event()

    def go_on() -> None:
        while not over.is_set():
            try:
                status = story.ask("GET", "/turn")[0]
                if status != 200:
                    lost.append(str(status))
            except (OSError, http.client.HTTPException) as error:
                lost.append(repr(error))

    clients = [threading.Thread(target=go_on) for _ in range(3)]
    for one in clients:
        one.start()
    try:
        for turn in range(3):
            port = free_ports(1)[0]
            story.write(
                f"listen new{turn}\n    bind 127.0.0.1:{port}\n    http-request return status 200 content-type text/plain string {turn}\n"
            )
            wait(story.master_waits)
            story.process.send_signal(signal.SIGUSR2)

            def answers(turn: int = turn, port: int = port) -> bool:
                try:
                    return story.ask("GET", "/", port=port)[2] == b"%d" % turn
                except OSError:
                    return False

            wait(answers)
    finally:
        over.set()
        for one in clients:
            one.join()
    assert not lost, lost
    assert story.process.poll() is None


def messages(story: Story) -> None:
    wrong = story.folder / "wrong"
    wrong.write_text("frontend f\n    bind 127.0.0.1:99999\n    no_such_word\n    default_backend nothing\n")
    done = subprocess.run([HAPROXY, "-c", "-f", str(wrong)], capture_output=True, text=True, timeout=PATIENCE)
    assert done.returncode == 1
    assert all(part in done.stderr for part in ("/wrong:3]", "no_such_word")), done.stderr
    right = [HAPROXY, "-c", "-f", str(story.folder / "configuration")]
    assert "valid" in subprocess.run(right, capture_output=True, text=True, timeout=PATIENCE, check=True).stdout


CASES: tuple[Callable[[Story], None], ...] = (
    *(turns, headers, rules, limit, sticky, hashed, posts, packed, cached, http2, bytes_, pipeline, refused, checks),
    *(runtime, page, logged, crowd, reload, messages),
)


@contextlib.contextmanager
def started() -> Iterator[Story]:
    with tempfile.TemporaryDirectory(prefix="haproxy-") as folder:
        story = Story(Path(folder))
        try:
            yield story
        finally:
            story.end()


def tell() -> None:
    """All cases."""
    with tempfile.TemporaryDirectory(prefix="haproxy-") as folder:
        story = Story(Path(folder))
        try:
            for case in CASES:
                try:
                    case(story)
                except (
                    AssertionError,
                    LookupError,
                    OSError,
                    ValueError,
                    http.client.HTTPException,
                    subprocess.SubprocessError,
                ) as error:
                    print(f"not ok {case.__name__}: {error!r}", flush=True)
                else:
                    print(f"ok {case.__name__}", flush=True)
        finally:
            status = story.end()
        print("ok end" if status in (0, 143) else f"not ok end: {status}")
        print((story.folder / "said").read_text(), file=sys.stderr)


LOADED = """
global
    nbthread 1
defaults
    mode http
    timeout connect 10s
    timeout client 60s
    timeout server 60s
frontend outer
    bind 127.0.0.1:{outer}
    option forwardfor
    http-request set-header X-Hash %[path,sdbm,mod(1000)]
    http-request set-var(txn.name) path,field(3,/),upper
    http-response set-header X-Name %[var(txn.name)]
    acl even path_reg [02468]$
    use_backend one if even
    default_backend two
backend one
    http-request set-header X-Which one
    server inner 127.0.0.1:{inner}
backend two
    http-request set-header X-Which two
    server inner 127.0.0.1:{inner}
frontend inner
    bind 127.0.0.1:{inner}
    http-request return status 200 content-type text/plain lf-string "%[path] %[req.hdr(X-Hash)] %[req.hdr(X-Which)]\\n"
"""


def load() -> None:
    """Requests in one pipeline; what came back."""
    with tempfile.TemporaryDirectory(prefix="haproxy-") as folder:
        outer, inner = free_ports(2)
        Path(folder, "configuration").write_text(LOADED.format(outer=outer, inner=inner))
        process = subprocess.Popen([HAPROXY, "-f", f"{folder}/configuration"])
        try:
            wait(lambda: not socket.socket().connect_ex(("127.0.0.1", outer)))
            with socket.create_connection(("127.0.0.1", outer), PATIENCE) as link:
                asked = b"".join(b"GET /load/name%d/x%d HTTP/1.1\r\nHost: h\r\n\r\n" % (n % 97, n) for n in range(LOAD))
                asked += b"GET /last HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"
                writer = threading.Thread(target=link.sendall, args=(asked,))
                writer.start()
                got = b"".join(iter(lambda: link.recv(1 << 20), b""))
                writer.join()
        finally:
            process.terminate()
            process.wait()
        print(got.count(b"HTTP/1.1 200 OK"), hashlib.sha256(got).hexdigest())


if __name__ == "__main__":
    if "load" in sys.argv:
        load()
    else:
        tell()
