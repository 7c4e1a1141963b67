"""What the options of the sandbox give, limit and refuse."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from tests.support.helpers import assemble

from .conftest import World, need
from .test_attempts import DONE, PROCESS, VIEW, with_natives

ROOT_ONLY = pytest.mark.skipif(os.getuid() != 0, reason="only root becomes another user")


def test_ports(world: World, form: str) -> None:
    """Only TCP, only these: the others fail whatever they are called."""
    net = [form, "--net", f"tcp:{world.tcp_port}", world.wasm]
    assert world.said(*net, "tcp", world.tcp_port) == DONE
    assert world.said(*net, "tcp", world.other_port) == "EACCES"
    assert world.said(*net, "serve", world.tcp_port) == "EACCES"
    assert world.said(*net, "udp", world.tcp_port) == "EACCES"
    assert world.said(*net, "mptcp", world.other_port) == "EACCES"
    assert world.said(*net, "fast-open", world.other_port) == "EOPNOTSUPP"
    assert world.said(*net, "abstract", f"wali-{os.getpid()}") == ("EPERM" if form == VIEW else "EACCES")


def test_a_port_to_serve(world: World, form: str) -> None:
    port = world.other_port
    world.sockets[4].close()
    net = [form, "--net", f"listen:{port}", world.wasm]
    assert world.said(*net, "serve", port) == DONE
    assert world.said(*net, "tcp", world.tcp_port) == "EACCES"


def test_networks(world: World, form: str) -> None:
    assert world.said(form, "--net", "host", world.wasm, "tcp", world.tcp_port) == DONE
    assert world.said(form, "--net", "host", world.wasm, "udp", world.tcp_port) == DONE
    if form == VIEW:
        own = [form, "--net", "loopback", world.wasm]
        assert world.said(*own, "serve", world.tcp_port) == DONE
        assert world.said(*own, "tcp", world.tcp_port) == "ECONNREFUSED"


def test_names_of_folders(world: World) -> None:
    need(world, VIEW)
    words = [VIEW, "--dir", f"{world.writable}::/work/data", world.wasm]
    assert world.said(*words, "create", "/work/data/new") == DONE
    assert (world.writable / "new").exists()
    assert world.said(*words, "create", "/work/new") == "EROFS"
    assert world.said(*words, "read", world.writable / "file") == "ENOENT"
    assert world.said(*words, "write", "/dev/null") == DONE
    assert world.said(*words, "write", "/proc/self/comm") == "EROFS"
    assert world.said(*words, "read", "/proc/1/environ") == "EACCES"


def test_no_place_is_made_in_the_users_folders(world: World) -> None:
    need(world, VIEW)
    done = world.wali(VIEW, "--rw", world.writable, "--dir", f"{world.read_only}::{world.writable}/x", world.wasm)
    assert (done.returncode, "has no place in the view" in done.stderr) == (126, True)
    assert not (world.writable / "x").exists()


def test_a_root_of_its_own(world: World) -> None:
    need(world, VIEW)
    root = world.folder / "root"
    for name in ("dev", "proc", "etc", "tmp"):
        (root / name).mkdir(parents=True)
    (root / "etc/passwd").write_text("ours\n")
    (root / "out").symlink_to("../../../../../../../../etc")
    words = [VIEW, "--rootfs", root, "--dir", f"{world.writable}::/tmp", world.wasm]
    assert world.said(*words, "read", "/etc/passwd") == DONE
    assert world.said(*words, "read", "/out/passwd") == DONE
    assert world.said(*words, "read", "/etc/hosts") == "ENOENT"
    assert world.said(*words, "write", "/etc/passwd") == "EROFS"
    assert world.said(*words, "create", "/tmp/new") == DONE
    assert world.said(*words, "write", "/dev/null") == DONE


def test_the_machine_to_read(world: World, form: str) -> None:
    words = [form, "--ro", "/", "--net", "none", world.wasm]
    assert world.said(*words, "read", world.outside / "file") == DONE
    assert world.said(*words, "write", world.outside / "file") == ("EROFS" if form == VIEW else "EACCES")
    assert world.said(*words, "write", "/dev/null") == DONE


def test_the_current_folder(world: World, form: str) -> None:
    assert world.said(form, "--ro", ".", world.wasm, "read", "file", cwd=world.read_only) == DONE
    assert world.said(form, world.wasm, "read", "file", cwd=world.read_only) in ("ENOENT", "EACCES")


def test_files(world: World, form: str) -> None:
    assert world.said(form, "--files", "20", world.wasm, "opens", 30) == "EMFILE"
    assert world.said("--files", "20", world.wasm, "opens", 10) == DONE


def test_memory(world: World, form: str) -> None:
    assert world.said(form, "--memory", "32M", world.wasm, "memory", 64) == "ENOMEM"
    assert world.said(form, "--memory", "32M", world.wasm, "memory", 8) == DONE
    natively = [form, "--exec", "--memory", "64M", *with_natives(world), world.wasm, "child", world.native]
    assert world.said(*natively, "memory", 256) == "ENOMEM"
    assert world.said(*natively, "memory", 8) == DONE


def test_processor_time(world: World, form: str) -> None:
    assert world.wali(form, "--cpu", "1", world.wasm, "spin").returncode == -signal.SIGXCPU


@ROOT_ONLY
def test_another_user(world: World, form: str) -> None:
    words = [form, "--user", "65534:65533", world.wasm]
    assert world.said(*words, "who") == "65534 65533 done"
    assert world.said("--user", "nobody", world.wasm, "who").startswith("65534 ")
    assert world.said("--user", "none-such", world.wasm, "who").startswith("status 2: wali-run: --user none-such:")


@ROOT_ONLY
def test_processes(world: World) -> None:
    need(world, VIEW)
    words = [VIEW, "--user", "65534", "--processes", "5", world.wasm]
    assert world.said(*words, "forks", 8, start_new_session=True) == "EAGAIN"
    assert world.said(*words, "forks", 3, start_new_session=True) == DONE
    assert world.said(VIEW, "--processes", "5", world.wasm, "forks", 3) == (
        "status 2: wali-run: --processes does not bind root: give --user, too"
    )


def test_denied_calls(world: World) -> None:
    path = world.outside / "file"
    assert world.said("--deny", "%file", "--allow", "execve", world.wasm, "read", path) == "EPERM"
    assert world.said("--deny", "%file", "--allow", "open,openat", world.wasm, "read", path) == DONE
    assert world.said("--deny=socket", "--deny=%ipc", world.wasm, "udp", 9) == "EPERM"
    assert world.said("--deny=socket", world.wasm, "child", world.native, "udp", 9) == "EPERM"
    assert world.said("--deny=socket", world.wasm, "child", world.wasm, "udp", 9) == "EPERM"


# Opens "file" below its first folder, to be read and written; ends with the errno of WASI.
OPENS = """(module
  (import "wasi_snapshot_preview1" "path_open"
    (func $open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (memory (export "memory") 1)
  (data (i32.const 16) "file")
  (func (export "_start")
    (call $exit (call $open (i32.const 3) (i32.const 0) (i32.const 16) (i32.const 4) (i32.const 0)
      (i64.const 66) (i64.const 66) (i32.const 0) (i32.const 8)))))"""


def test_a_program_of_wasi(world: World, form: str) -> None:
    """Its folder can be used inside; --deny is for system calls."""
    program = world.folder / "wasi.wasm"
    program.write_bytes(assemble(OPENS))
    assert world.wali(form, "--dir", f"{world.writable}::/data", program).returncode == 0
    assert world.said("--deny", "openat", program).startswith("status 2: wali-run: --deny is for")


REFUSED = {
    "--ro needs --sandbox": ["--ro", "/"],
    "--net needs --sandbox": ["--net", "none"],
    "--exec needs --sandbox": ["--confine", "--exec"],
    "--dir is for programs of WASI": ["--dir", "/"],
    "--sandbox=view: there are --sandbox and --sandbox=process": ["--sandbox=view"],
    "--exec and --no-exec at once": ["--sandbox", "--exec", "--no-exec"],
    "--ro /none: there is no such file": ["--sandbox", "--ro", "/none"],
    "--net udp: not one of none, loopback, host, tcp:PORT and listen:PORT": ["--sandbox", "--net", "udp"],
    "--net tcp:0: not one of": ["--sandbox", "--net", "tcp:0"],
    "--net none and --net host at once": ["--sandbox", "--net", "none", "--net", "host"],
    "--net loopback needs a network of its own": [PROCESS, "--net", "loopback"],
    "--rootfs needs a view": [PROCESS, "--rootfs", "/"],
    "only a view has other names for files": [PROCESS, "--dir", "/usr::/x"],
    "--dir: x is no absolute path": ["--sandbox", "--dir", "/usr::x"],
    "cannot keep /usr/lib from being written below /usr": [PROCESS, "--ro", "/usr/lib", "--rw", "/usr"],
    "--deny nosuch: no such system call or %family": ["--deny", "read,nosuch"],
    "--allow takes back what --deny denies": ["--allow", "read"],
    "--files 0: not a number above 0": ["--files", "0"],
}


@pytest.mark.parametrize("message", REFUSED)
def test_what_makes_no_sense(message: str, world: World) -> None:
    done = world.wali(*REFUSED[message], world.wasm, "who")
    assert (done.returncode, done.stdout, message in done.stderr) == (2, "", True), done.stderr


def test_what_is_left_without_it(world: World) -> None:
    """Nothing of the sandbox reaches a guest that asks for none: neither filters nor no_new_privs."""
    status = Path("/proc/self/status").read_text()
    ours = [line for line in status.splitlines() if line.startswith(("NoNewPrivs", "Seccomp:"))]
    assert ours == ["NoNewPrivs:\t0", "Seccomp:\t0"] or pytest.skip("this process is confined itself")
    assert world.said(world.wasm, "unshare") == world.natively("unshare")
