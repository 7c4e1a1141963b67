"""The options of WASI programs: what such a program is given, and what is refused."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import wali
from tests.support.helpers import MINIMAL, WaliRun, command_path, launcher_alone, python_command
from tests.support.wasi_modules import CAT, LIBRARY, program

MakeModule = Callable[..., Path]

# Each prints its strings, ended by NULs.
VARIABLES = program("""
    (call $check (call $environ_sizes (i32.const 16) (i32.const 20)))
    (call $check (call $environ (i32.const 1024) (i32.const 65536)))
    (call $write (i32.const 65536) (i32.load (i32.const 20)))""")
ARGUMENTS = program("""
    (call $check (call $args_sizes (i32.const 16) (i32.const 20)))
    (call $check (call $args (i32.const 1024) (i32.const 65536)))
    (call $write (i32.const 65536) (i32.load (i32.const 20)))""")
# Prints the names of the folders that it has, each ended by a newline.
FOLDERS = program("""
    (local $fd i32)
    (local.set $fd (i32.const 3))
    (loop $next
      (if (i32.eqz (call $prestat (local.get $fd) (i32.const 16))) (then
        (call $check (call $dir_name (local.get $fd) (i32.const 1024) (i32.load (i32.const 20))))
        (i32.store8 (i32.add (i32.const 1024) (i32.load (i32.const 20))) (i32.const 10))
        (call $write (i32.const 1024) (i32.add (i32.load (i32.const 20)) (i32.const 1)))
        (local.set $fd (i32.add (local.get $fd) (i32.const 1)))
        (br $next))))""")
# Sends "hello" to the first who connects to descriptor 3, after a word on stdout.
SERVES = program(
    """
    (call $write (i32.const 512) (i32.const 6))
    (call $check (call $accept (i32.const 3) (i32.const 0) (i32.const 16)))
    (i32.store (i32.const 0) (i32.const 512))
    (i32.store (i32.const 4) (i32.const 5))
    (call $check (call $send (i32.load (i32.const 16)) (i32.const 0) (i32.const 1) (i32.const 0) (i32.const 20)))""",
    '(data (i32.const 512) "hello\\n")',
)


# Prints the file that its argument names.
C_CAT = """
#include <stdio.h>
int main(int argc, char **argv) {
    FILE *file = argc == 2 ? fopen(argv[1], "r") : NULL;
    if (file == NULL) { perror(argv[argc - 1]); return 1; }
    for (int c; (c = getc(file)) != EOF;) putchar(c);
    return 0;
}
"""

# Prints the size and the content of a file; with another argument, removes it.
C_LOOK = """
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>
int main(int argc, char **argv) {
    struct stat status;
    char text[100] = "";
    int fd = open(argv[1], O_RDONLY);
    if (argc == 3) return unlink(argv[1]) == 0 ? 0 : 2;
    if (stat(argv[1], &status) != 0 || fd < 0 || read(fd, text, 99) < 0) return 1;
    printf("%lld %s\\n", (long long)status.st_size, text);
    return 0;
}
"""


def build(source: Path, output: Path) -> None:
    """By the libc for WASI that comes with the SDK's compiler, which is built once for all tests."""
    pytest.importorskip("ziglang")
    words = [sys.executable, "-m", "ziglang", "cc", "-target", "wasm32-wasi", "-O1", source, "-o", output]
    settings = {name: value for name, value in os.environ.items() if name != "XDG_CACHE_HOME"}
    subprocess.run(words, check=True, timeout=600, env=settings)


def strings(done: subprocess.CompletedProcess[str]) -> list[str]:
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.split("\0")[:-1]


# --- environment and arguments ----------------------------------------------------------------------------------------


def test_a_program_has_what_it_is_given(wali_run: WaliRun, module: MakeModule, tmp_path: Path) -> None:
    """The first time by way of Python, then without."""
    path = module(VARIABLES)
    (tmp_path / "vars").write_text("Z=from file\nB=file\n")
    caller = {"PATH": os.environ["PATH"], "XDG_CACHE_HOME": str(tmp_path / "xdg"), "A": "caller's"}
    inherited = [f"{name}={value}" for name, value in caller.items()]
    for _ in range(2):
        assert strings(wali_run(path, env=caller)) == []
        assert strings(wali_run("--env", "B=1", "-e", "A=two words", "--env=C=", path)) == ["B=1", "A=two words", "C="]
        words = ["--env-file", tmp_path / "vars", "--env", "B=1", "--env", "Q=q", "--env", "B=2", "--env", "Q"]
        assert strings(wali_run(*words, path)) == ["Z=from file", "B=2"]
        for grant in ("--inherit-env", "--host", "-Sinherit-env", "--wasi=cli,inherit-env=y"):
            assert strings(wali_run(grant, "--env", "A=1", path, env=caller)) == [*inherited[:2], "A=1"]
            assert strings(wali_run(grant, "--clear-env", "--env", "A=1", path, env=caller)) == ["A=1"]
        assert strings(wali_run("-S", "inherit-env,inherit-env=n", path, env=caller)) == []


def test_arguments(wali_run: WaliRun, module: MakeModule) -> None:
    path = module(ARGUMENTS)
    assert strings(wali_run(path, "--dir", "x", "")) == [str(path), "--dir", "x", ""]
    assert strings(wali_run("--argv0", "name", path, "x")) == ["name", "x"]


@pytest.mark.parametrize("code", [0, 1, 125, 126, 127, 134, 255])
def test_the_status_is_the_programs(wali_run: WaliRun, module: MakeModule, code: int) -> None:
    done = wali_run(module(program(f"(call $exit (i32.const {code}))")))
    assert (done.returncode, done.stdout, done.stderr) == (code, "", "")


# --- files ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """inside/file and inside/sub/file, and outside/file, which inside/out and inside/absolute lead to."""
    inside = tmp_path / "inside"
    for name in ("inside", "inside/sub", "outside"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "file").write_text(f"in {name}")
    (inside / "out").symlink_to("../outside/file")
    (inside / "absolute").symlink_to(tmp_path / "outside" / "file")
    (inside / "link").symlink_to("sub/file")
    return inside


def test_folders_have_names(wali_run: WaliRun, module: MakeModule, folder: Path) -> None:
    path = module(FOLDERS)
    words = ["--dir", folder, "--dir", f"{folder}::/data", f"--dir={folder}/sub::a::b", "--dir", "."]
    for _ in range(2):
        done = wali_run(*words[:4], path, cwd=folder)
        assert (done.stdout.splitlines(), done.stderr) == ([str(folder), "/data"], "")
        assert wali_run("--dir", ".", "--dir=sub::/", path, cwd=folder).stdout == ".\n/\n"
        assert wali_run(path, cwd=folder).stdout == ""


def test_files_of_a_folder(wali_run: WaliRun, module: MakeModule, folder: Path) -> None:
    path = module(CAT)
    for name, text in (("file", "in inside"), ("sub/file", "in inside/sub"), ("link", "in inside/sub")):
        done = wali_run("--dir", f"{folder}::/x", path, "3", name)
        assert (done.returncode, done.stdout, done.stderr) == (0, text, "")
    for name in ("../outside/file", "out", "absolute", "sub/../../outside/file", str(folder / "file")):
        done = wali_run("--dir", folder, path, "3", name)
        assert (done.returncode in (63, 76), done.stdout, done.stderr) == (True, "", "")
    assert wali_run("--dir", folder, path, "3", "nothing").returncode == 44
    assert wali_run(path, "3", "file", cwd=folder).returncode == 8


def test_the_whole_machine(wali_run: WaliRun, module: MakeModule, folder: Path) -> None:
    path = module(CAT)
    for fd, name, text in (
        ("3", "file", "in inside"),
        ("3", "out", "in outside"),
        ("3", "absolute", "in outside"),
        ("3", "../outside/file", "in outside"),
        ("3", str(folder / "file"), "in inside"),
        ("4", str(folder / "file").lstrip("/"), "in inside"),
        ("4", str(folder / "absolute").lstrip("/"), "in outside"),
    ):
        done = wali_run("--host", path, fd, name, cwd=folder)
        assert (done.returncode, done.stdout, done.stderr) == (0, text, "")
    done = wali_run("--dir", "/", path, "3", str(folder / "absolute").lstrip("/"))
    assert (done.returncode, done.stdout) == (0, "in outside")


def test_the_folders_of_the_whole_machine(wali_run: WaliRun, module: MakeModule, folder: Path) -> None:
    """Names that the current folder has are its own."""
    path = module(FOLDERS)
    (folder / "etc").symlink_to("nowhere")
    names = wali_run("--host", "--dir", "sub", path, cwd=folder).stdout.splitlines()
    assert (names[:2], names[-2:]) == ([".", "/"], [".", "sub"])
    assert set(names[2:-2]) == {f"/{place.name}" for place in Path("/").iterdir() if place.is_dir()} - {"/etc"}
    assert wali_run("--host", path, cwd="/").stdout == ".\n/\n.\n"


def test_paths_of_the_whole_machine(wali_run: WaliRun, folder: Path, tmp_path: Path) -> None:
    """A C library finds absolute ones, and those that begin in the current folder."""
    source, path = tmp_path / "cat.c", tmp_path / "cat.wasm"
    source.write_text(C_CAT)
    build(source, path)
    (folder / "etc").mkdir()
    (folder / "etc/hosts").write_text("own hosts")
    for name, text in (
        ("file", "in inside"),
        ("./file", "in inside"),
        ("../outside/file", "in outside"),
        (str(folder / "file"), "in inside"),
        (str(folder / "absolute"), "in outside"),
        ("/proc/sys/kernel/ostype", "Linux\n"),
        ("etc/hosts", "own hosts"),
    ):
        done = wali_run("--host", path, name, cwd=folder)
        assert (done.returncode, done.stdout, done.stderr) == (0, text, "")


def test_files_of_the_root(wali_run: WaliRun, folder: Path, tmp_path: Path) -> None:
    """They lie in no folder by whose name they could be found; those of the current folder come first."""
    source, path = tmp_path / "look.c", tmp_path / "look.wasm"
    source.write_text(C_LOOK)
    build(source, path)
    name = f"wali-test-{os.getpid()}"
    try:
        file = Path("/") / name
        file.write_text("in the root")
    except OSError as error:
        pytest.skip(f"no file can be made in the root: {error}")
    try:
        seen = wali_run("--host", path, f"/{name}", cwd=folder)
        assert (seen.returncode, seen.stdout, seen.stderr) == (0, "11 in the root\n", "")
        assert wali_run("--host", path, f"/{name}", cwd="/").stdout == "11 in the root\n"
        assert wali_run("--host", path, f"/{name}/", cwd=folder).returncode == 1
        assert wali_run("--dir=.", "--dir=/tmp", path, f"/{name}", cwd=folder).returncode == 1
        (folder / name).write_text("its own")
        assert wali_run("--host", path, f"/{name}", cwd=folder).stdout == "7 its own\n"
        (folder / name).unlink()
        (folder / name).symlink_to("nowhere")
        assert wali_run("--host", path, f"/{name}", cwd=folder).returncode == 0
        removed = wali_run("--host", path, f"/{name}", "remove", cwd=folder / "sub")
        assert (removed.returncode, file.read_text()) == (2, "in the root")
    finally:
        file.unlink()


def test_a_folder_that_is_none_is_told(wali_run: WaliRun, module: MakeModule, folder: Path) -> None:
    path = module(FOLDERS)
    for name, reason in (
        ("nothing", "No such file or directory"),
        ("nothing::/x", "No such file or directory"),
        (".:/x", "No such file or directory; another name for a folder is written HOST::GUEST"),
        ("file", "Not a directory"),
        ("", "No such file or directory"),
    ):
        done = wali_run("--dir", ".", "--dir", name, path, cwd=folder)
        assert (done.returncode, done.stdout, done.stderr) == (2, "", f"wali-run: --dir {name}: {reason}\n")


# --- sockets ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def port() -> int:
    """One that is free, as long as nobody takes it in between."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def served(command: list[str], address: tuple[str, int], **options: object) -> bytes:
    """What the server that the command starts sends to a client."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, **options) as server:  # type: ignore[call-overload]
        try:
            assert server.stdout.read(6) == b"hello\n"
            with socket.create_connection(address, timeout=30) as client:
                answer = client.recv(100)
            assert server.wait(timeout=30) == 0
            return bytes(answer)
        finally:
            server.kill()


def test_a_listening_socket(module: MakeModule, cache_dir: Path, port: int) -> None:  # noqa: ARG001
    path = module(SERVES)
    for words in (["--tcplisten", f"127.0.0.1:{port}"], [f"-Stcplisten=127.0.0.1:{port},cli"]):
        assert served([*command_path("wali-run"), *words, str(path)], ("127.0.0.1", port)) == b"hello"
    assert served(wali.command(path, tcplisten=[f"127.0.0.1:{port}"]), ("127.0.0.1", port)) == b"hello"
    for client in ("127.0.0.1", "localhost"):
        command = [*command_path("wali-run"), "--tcplisten", f"localhost:{port}", str(path)]
        assert served(command, (client, port)) == b"hello"


def as_systemd(listener: socket.socket) -> list[str]:
    """Executes what stands behind it, with the socket as descriptor 3, in the process that is meant."""
    code = (
        f"import os, sys; os.dup2({listener.fileno()}, 3, True); "
        "os.environ.update(LISTEN_FDS='1', LISTEN_FDNAMES='web', LISTEN_PID=str(os.getpid())); "
        "os.execv(sys.argv[1], sys.argv[1:])"
    )
    return python_command(code)


@pytest.mark.parametrize("more", [[], ["--stats=/dev/null"]], ids=["alone", "counted"])
def test_sockets_of_systemd(module: MakeModule, cache_dir: Path, more: list[str]) -> None:  # noqa: ARG001
    path = module(SERVES)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        words = [*as_systemd(listener), *command_path("wali-run"), *more, "-S", "listenfd", str(path)]
        for _ in range(2):
            assert served(words, listener.getsockname(), pass_fds=[listener.fileno()]) == b"hello"


def test_sockets_of_systemd_are_told_in_the_environment(wali_run: WaliRun, module: MakeModule) -> None:
    """If they are meant for this process."""
    path = module(VARIABLES)
    told = {**os.environ, "LISTEN_FDS": "0", "LISTEN_FDNAMES": "x"}
    assert strings(wali_run("-S", "listenfd", path, env={**told, "LISTEN_PID": "1"})) == []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        words = [*as_systemd(listener), *command_path("wali-run"), "-Slistenfd", "--env", "A=1", str(path)]
        options = {"capture_output": True, "text": True, "check": False, "timeout": 60}
        done = subprocess.run(words, pass_fds=[listener.fileno()], **options)
    assert sorted(strings(done)) == ["A=1", "LISTEN_FDNAMES=web", "LISTEN_FDS=1"]


def test_sockets_that_are_none_are_told(wali_run: WaliRun, module: MakeModule) -> None:
    path = module(VARIABLES)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        done = wali_run("--tcplisten", address, path)
        assert (done.returncode, done.stderr) == (2, f"wali-run: --tcplisten {address}: Address already in use\n")
    for text in (
        "", "80", "127.0.0.1", "127.0.0.1:", ":80", "127.0.0.1:65536", "127.0.0.1:-1", "::1:80", "[::1:80", "[]:80",
        "local host:80", "localhost:http",
    ):  # fmt: skip
        done = wali_run(f"--tcplisten={text}", path)
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr.startswith(f"wali-run: --tcplisten {text}: no address and port; write it as 127.0.0.1:8080")
    for text in ("nobody.invalid:80", "[localhost]:80", "[127.0.0.1]:80"):
        done = wali_run("--tcplisten", text, path)
        assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
        assert done.stderr.startswith(f"wali-run: --tcplisten {text}: ")
    script = 'export LISTEN_PID=$$ LISTEN_FDS=2; exec "$@" 3</dev/null'
    words = ["sh", "-c", script, "sh", *command_path("wali-run"), "-Slistenfd", path]
    done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "wali-run: -S listenfd: LISTEN_FDS says 2, but descriptor 3 is no socket\n"


# --- exports ----------------------------------------------------------------------------------------------------------


def test_an_export_is_called(wali_run: WaliRun, module: MakeModule) -> None:
    path = module(LIBRARY)
    for _ in range(2):
        for words, printed in (
            (["add", path, "2", "40"], "42\n"),
            (["add", path, "-1", "0x10"], "15\n"),
            (["ready", path], "1\n"),
            (["both", path, "-9223372036854775808", "0.5"], "-9223372036854775808\n0.5\n"),
        ):
            done = wali_run("--invoke", *words)
            assert (done.returncode, done.stdout, done.stderr) == (0, printed, "")
    assert wali_run("--invoke=leave", path, "7").returncode == 7


def test_an_export_of_a_module_that_imports_nothing(wali_run: WaliRun, module: MakeModule) -> None:
    path = module('(module (func (export "twice") (param i32) (result i32) (i32.shl (local.get 0) (i32.const 1))))')
    assert wali_run("--invoke", "twice", path, "21").stdout == "42\n"


@pytest.mark.parametrize(
    "words", [["nothing"], ["add", "1"], ["add", "1", "2", "3"], ["add", "1", "x"], ["memory"], ["add", "1", "2.5"]]
)
def test_what_cannot_be_called_is_told(wali_run: WaliRun, module: MakeModule, words: list[str]) -> None:
    path = module(LIBRARY)
    done = wali_run("--invoke", words[0], path, *words[1:])
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert words[0] in done.stderr


@pytest.mark.parametrize("kind", ["v128", "externref", "(ref null any)"])
def test_an_export_of_values_that_are_no_numbers(wali_run: WaliRun, module: MakeModule, kind: str) -> None:
    path = module(f"""(module (func (export "takes") (param {kind}))
      (func (export "gives") (result {kind}) unreachable))""")
    for words in (["takes", path, "1"], ["gives", path]):
        done = wali_run("--invoke", *words)
        assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
        assert "takes and gives numbers" in done.stderr


# Its _initialize would end the process by a signal.
UNFIT = """(module (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (memory (export "memory") 1)
  (global (export "__stack_pointer") (mut i32) (i32.const 4096))
  (func (export "_initialize") unreachable)
  (export "imported" (func $exit))
  (func (export "takes") (param i32)))"""


@pytest.mark.parametrize("words", [["imported", "1"], ["takes"], ["takes", "x"], ["takes", "1", "2"]])
def test_nothing_runs_before_the_call_is_known_to_fit(wali_run: WaliRun, module: MakeModule, words: list[str]) -> None:
    done = wali_run("--invoke", words[0], module(UNFIT), *words[1:])
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)


@pytest.mark.parametrize("head", ["(param i32)", "(result i32) (i32.const 1)", "(param v128)"])
def test_an_initialize_of_another_type_is_refused(wali_run: WaliRun, module: MakeModule, head: str) -> None:
    path = module(f'(module (func (export "_initialize") {head}) (func (export "f") unreachable))')
    done = wali_run("--invoke", "f", path)
    assert (done.returncode, done.stderr.count("\n")) == (126, 1)
    assert "_initialize" in done.stderr


def test_results_that_cannot_be_written_are_told(wali_run: WaliRun, module: MakeModule) -> None:
    with open("/dev/full", "w") as full:
        done = wali_run("--invoke", "ready", module(LIBRARY), capture_output=False, stdout=full, stderr=subprocess.PIPE)
    assert done.returncode == 1
    assert "No space left" in done.stderr


# --- programs that execute others -------------------------------------------------------------------------------------

# Executes its argument 1, whose argument 0 is "x", with the environment "A=1".
EXECUTES = """(module
  (import "wali" "__cl_copy_argv" (func $argument (param i32 i32) (result i32)))
  (import "wali" "SYS_execve" (func $execve (param i32 i32 i32) (result i64)))
  (memory (export "memory") 1 2)
  (data (i32.const 16) "x\\00A=1\\00")
  (data (i32.const 32) "\\10\\00\\00\\00\\00\\00\\00\\00\\12\\00\\00\\00\\00\\00\\00\\00")
  (func (export "_start")
    (drop (call $argument (i32.const 1024) (i32.const 1)))
    (drop (call $execve (i32.const 1024) (i32.const 32) (i32.const 40)))
    unreachable))"""


def test_what_a_guest_executes_has_arguments_and_nothing_else(wali_run: WaliRun, module: MakeModule) -> None:
    """No folders, and not the environment that the guest hands over."""
    executes = module(EXECUTES, "executes.wasm")
    for text, printed in ((ARGUMENTS, "x\0"), (VARIABLES, ""), (FOLDERS, "")):
        path = module(text)
        path.chmod(0o755)
        for _ in range(2):
            done = wali_run(executes, path)
            assert (done.returncode, done.stdout, done.stderr) == (0, printed, "")


def test_the_first_line_of_a_program_may_grant(module: MakeModule, cache_dir: Path, folder: Path) -> None:  # noqa: ARG001
    """As of any interpreter: one word behind its path."""
    path = module(CAT)
    binary = path.read_bytes()
    for word in (f"--dir={folder}", "--host"):
        path.write_bytes(f"#!{command_path('wali-run')[0]} {word}\n".encode() + binary)
        path.chmod(0o755)
        for _ in range(2):
            done = subprocess.run([path, "3", "file"], cwd=folder, capture_output=True, check=False, timeout=60)
            assert (done.returncode, done.stdout, done.stderr) == (0, b"in inside", b"")


def test_compiled_files_and_pipes(wali_run: WaliRun, wali: WaliRun, module: MakeModule, folder: Path) -> None:
    path = module(CAT)
    compiled = path.with_name("prog.cwasm")
    assert wali("compile", path, "-o", compiled).returncode == 0
    assert wali_run("--dir", folder, compiled, "3", "file").stdout == "in inside"
    assert wali_run("--no-cache", "--dir", folder, path, "3", "file").stdout == "in inside"
    with path.open("rb") as file:
        words = ["sh", "-c", 'cat | "$@"', "sh", *command_path("wali-run"), "--dir", folder, "/dev/stdin", "3", "file"]
        done = subprocess.run(words, stdin=file, capture_output=True, check=False, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"in inside", b"")


# --- refusals ---------------------------------------------------------------------------------------------------------

OF_WALI = """(module (import "wali" "SYS_getpid" (func (result i64)))
  (memory (export "memory") 1 2) (func (export "_start")))"""
GRANTS = ["--dir=.", "--host", "--invoke=_start", "--tcplisten=127.0.0.1:0", "-Scli", "--wasi=tcp"]


@pytest.mark.parametrize("grant", GRANTS)
def test_a_wali_program_takes_none(wali_run: WaliRun, module: MakeModule, grant: str) -> None:
    path = module(OF_WALI)
    word = "--wasi" if grant == "-Scli" else grant.partition("=")[0]
    for _ in range(2):
        done = wali_run(grant, path)
        assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
        assert done.stderr == f"wali-run: {word} is for programs of WASI, and {path} is none\n"
    assert wali_run("--inherit-env", path).returncode == 0


@pytest.mark.parametrize(
    "word", ["nonsense", "cli,nonsense", "", "http", "tcp=maybe", "cli=n", "common=no", "tcplisten"]
)
def test_words_that_are_none(wali_run: WaliRun, module: MakeModule, word: str) -> None:
    path = module(MINIMAL)
    for form in ([f"-S{word}"], ["-S", word], [f"--wasi={word}"]):
        if form != ["-S"]:
            done = wali_run(*form, path)
            assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
            assert done.stderr.startswith(f"wali-run: -S {word.rpartition(',')[2]}: ")


def test_words_without_effect(module: MakeModule, wali_run: WaliRun, tmp_path: Path) -> None:
    alone = launcher_alone(tmp_path / "alone")
    path = module(ARGUMENTS)
    words = "cli,common=y,inherit-network,tcp=n,udp=no,allow-ip-name-lookup=true,preview2=false,threads,preview0"
    assert wali_run("-S", words, path).returncode == 0
    done = subprocess.run([alone, f"-S{words}", path], capture_output=True, text=True, check=False, timeout=60)
    assert strings(done) == [str(path)]


# --- from Python ------------------------------------------------------------------------------------------------------


def test_the_same_from_python(module: MakeModule, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder.parent)
    monkeypatch.setenv("SECRET", "x")
    cat = module(CAT, "cat.wasm")
    output = {"capture_output": True, "text": True}
    for dirs in (["inside"], [Path("inside")], {"inside": "/data"}, {Path("inside"): Path("x")}):
        assert wali.run([cat, "3", "file"], dirs=dirs, cwd="/", **output).stdout == "in inside"
        assert wali.Program(cat).run("3", "file", dirs=dirs, cwd="/", **output).stdout == "in inside"
    assert wali.run([cat, "3", "file"], host=True, cwd=folder, **output).stdout == "in inside"
    names = module(FOLDERS, "folders.wasm")
    assert wali.run([names], dirs={"inside": "/data", "outside": "x"}, **output).stdout == "/data\nx\n"
    assert wali.run([names], dirs=["inside", folder], **output).stdout == f"inside\n{folder}\n"
    variables = module(VARIABLES, "variables.wasm")
    assert strings(wali.run([variables], **output)) == []
    assert strings(wali.run([variables], env={"A": "1", "B": "x y"}, **output)) == ["A=1", "B=x y"]
    assert strings(wali.Program(variables).run(env={"A": "1"}, **output)) == ["A=1"]
    assert "SECRET=x" in strings(wali.run([variables], inherit_env=True, **output))
    command = wali.command(variables, env={"A": "1"})
    assert strings(subprocess.run(command, check=False, timeout=60, **output)) == ["A=1"]
    library = module(LIBRARY, "library.wasm")
    assert wali.run([library, "1", "2"], invoke="add", **output).stdout == "3\n"


def test_folders_that_cannot_be_named(module: MakeModule) -> None:
    path = module(FOLDERS)
    with pytest.raises(wali.WaliUsageError, match="map it to a name without ::"):
        wali.run([path], dirs=["a::b"])
    for wrong in (None, 3, b"inside"):
        with pytest.raises(TypeError, match=r"^dirs=.*: a list of folders, .*; for none, leave it out$"):
            wali.run([path], dirs=wrong)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"^tcplisten=None: a list of addresses; without any, leave it out$"):
        wali.run([path], tcplisten=None)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="a list of folders"):
        wali.run([path], dirs="/tmp")
    with pytest.raises(TypeError, match="a list of addresses"):
        wali.run([path], tcplisten="127.0.0.1:0")
