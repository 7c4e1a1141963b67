"""Descriptors that a guest is given by others: inherited ones, and those that come with messages (SCM_RIGHTS)."""

from __future__ import annotations

import array
import ctypes
import os
import socket
import subprocess
from pathlib import Path

import pytest

from tests.support import sdk_helpers
from tests.support.helpers import assemble, command_path
from tests.support.sdk_helpers import Compiler

cc, sysroot = sdk_helpers.cc, sdk_helpers.sysroot  # fixtures
FANOTIFY_INIT, FAN_REPORT_FID = 300, 0x200  # fanotify_init(2): what needs no privilege

# Receives messages from a descriptor, one or several at a time, and says what each brought. With "threads" another one
# sits beside, and guesses numbers.
RECEIVER = r"""
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static volatile int stop, got;

/* /proc/<pid>/mem alone has negative offsets. */
static int is_memory(int fd)
{
    const long long lowest = -0x7fffffffffffffff - 1;
    return lseek(fd, lowest, SEEK_SET) == lowest;
}

static void *guess(void *unused)
{
    while (!stop) {
        for (int fd = 4; fd < 10; fd++) {
            const int copy = fcntl(fd, F_DUPFD, 20);
            if (copy >= 0) {
                got |= is_memory(copy);
                close(copy);
            }
        }
    }
    return unused;
}

static void show(struct msghdr *message, int length)
{
    printf("%d bytes%s:", length, message->msg_flags & MSG_CTRUNC ? ", truncated" : "");
    for (struct cmsghdr *c = CMSG_FIRSTHDR(message); c != NULL; c = CMSG_NXTHDR(message, c)) {
        const int count = c->cmsg_type == SCM_RIGHTS ? (int)((c->cmsg_len - CMSG_LEN(0)) / 4) : 0;
        printf(c->cmsg_type == SCM_RIGHTS ? " rights" : " other");
        for (int i = 0; i < count; i++) {
            int fd;
            struct stat st;
            memcpy(&fd, CMSG_DATA(c) + 4 * i, 4);
            printf(fstat(fd, &st) == 0 && !is_memory(fd) ? " ok%s" : " BAD%s", fcntl(fd, F_GETFD) ? "e" : "");
            close(fd);
        }
    }
    puts("");
}

int main(int argc, char **argv)
{
    static _Alignas(8) char control[2][256];
    char text[2][64];
    struct iovec part[2] = {{text[0], 64}, {text[1], 64}};
    struct mmsghdr messages[2];
    pthread_t thread;
    const int flags = MSG_CMSG_CLOEXEC;
    const int source = atoi(argv[1]);
    int on = 1;
    if (argc > 2) {
        pthread_create(&thread, NULL, guess, NULL);
    }
    setsockopt(source, SOL_SOCKET, SO_PASSCRED, &on, sizeof on);
    for (int i = 0;; i++) {
        for (int j = 0; j < 2; j++) {
            messages[j].msg_hdr = (struct msghdr){.msg_iov = &part[j], .msg_iovlen = 1, .msg_control = control[j],
                                                  .msg_controllen = sizeof control[j]};
        }
        if (i % 2 == 0) {
            const int length = (int)recvmsg(source, &messages[0].msg_hdr, flags);
            if (length <= 0) {
                break;
            }
            show(&messages[0].msg_hdr, length);
        } else {
            const int count = recvmmsg(source, messages, 2, flags | MSG_WAITFORONE, NULL);
            for (int j = 0; j < count; j++) {
                show(&messages[j].msg_hdr, (int)messages[j].msg_len);
            }
            if (count <= 0 || messages[count - 1].msg_len == 0) {
                break;
            }
        }
    }
    stop = 1;
    if (argc > 2) {
        pthread_join(thread, NULL);
    }
    puts(got ? "guessed" : "end");
    return 0;
}
"""
# What is sent: harmless, refused, and how many come through of each message.
SENT = [(0, 0), (2, 0), (1, 1), (0, 1), (3, 2), (2, 0), (0, 3), (1, 0)]


@pytest.fixture
def receiver(cc: Compiler) -> Path:
    return cc.build(RECEIVER, "-pthread")


def _expected(good: int, bad: int) -> str:
    cut = ", truncated" if bad else ""
    return f"1 bytes{cut}: other" + (" rights" + " oke" * good if good else "")


@pytest.mark.parametrize("threads", [False, True], ids=["alone", "threads"])
def test_received_descriptors_are_looked_at(receiver: Path, threads: bool) -> None:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    rounds = 20 if threads else 2
    # One memory is that of a process that lives, as another guest's would.
    with subprocess.Popen(["sleep", "100"]) as other, open(f"/proc/{other.pid}/mem", "rb") as memory:
        guest = subprocess.Popen(
            [*command_path("wali-run"), receiver, str(theirs.fileno()), *(["threads"] if threads else [])],
            stdout=subprocess.PIPE,
            text=True,
            pass_fds=[theirs.fileno()],
        )
        theirs.close()
        for _ in range(rounds):
            for good, bad in SENT:
                fds = array.array("i", [0] * good + [memory.fileno()] * bad)
                rights = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, fds)] if fds else []
                ours.sendmsg([b"x"], rights)
        ours.close()
        out = guest.communicate(timeout=120)[0].splitlines()
        other.kill()
    assert out[-1] == "end"
    lines = [line for line in out[:-1] if not line.startswith("0 bytes")]
    assert lines == [_expected(good, bad) for good, bad in SENT] * rounds


SHOW = r"""
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>
int main(void)
{
    struct stat st;
    for (int fd = 0; fd < 300; fd++) {
        if (fstat(fd, &st) == 0) {
            printf("%d ", fd);
        }
    }
    return 0;
}
"""


def test_inherited_descriptors_are_looked_at(cc: Compiler) -> None:
    program = cc.build(SHOW)
    opened = [os.open("/proc/self/mem", os.O_RDONLY), os.open("/dev/null", os.O_RDONLY)]
    opened.append(os.open("/proc/self/mem", os.O_PATH))
    given = [(240, 0), (241, 1), (242, 2), (250, 0)]
    for number, which in given:
        os.dup2(opened[which], number)
    try:
        run = subprocess.run(
            [*command_path("wali-run"), program],
            capture_output=True,
            text=True,
            check=True,
            pass_fds=[number for number, _ in given],
        )
    finally:
        for fd in [*opened, *(number for number, _ in given)]:
            os.close(fd)
    assert run.stdout.split() == ["0", "1", "2", "241", "242"]
    assert run.stderr.splitlines() == [
        f"wali-run: descriptor {fd} is closed: no guest may have that file" for fd in (240, 250)
    ]


COVERED = r"""
sed -E 's/^(.*\) )((\S+ ){44})\S+ (\S+ \S+) \S+ \S+/\1\265536 \4 65536 140737488281600/' "/proc/$$/stat" > stat
mount --bind stat "/proc/$$/stat"
exec "$0" "$1"
"""
WAITS = """(module
  (import "wali" "SYS_write" (func $write (param i32 i32 i32) (result i64)))
  (import "wali" "SYS_pause" (func $pause (result i64)))
  (memory (export "memory") 1 1)
  (func (export "_start")
    (drop (call $write (i32.const 1) (i32.const 16) (i32.const 1)))
    (drop (call $pause))))"""


@pytest.mark.skipif(os.geteuid() != 0, reason="mounts")
def test_what_is_mounted_over_procfs_is_not_believed(tmp_path: Path) -> None:
    """The kernel would be told that all of memory is the environment, which a guest may read."""
    program = tmp_path / "waits.wasm"
    program.write_bytes(assemble(WAITS))
    subprocess.run([*command_path("wali"), "compile", program], check=True, capture_output=True)
    guest = subprocess.Popen(
        ["unshare", "-m", "sh", "-c", COVERED, *command_path("wali-run"), program], stdout=subprocess.PIPE, cwd=tmp_path
    )
    try:
        assert guest.stdout is not None
        assert guest.stdout.read(1) == b"\0"
        fields = (tmp_path / "stat").read_text().rpartition(")")[2].split()
        assert fields[47:49] == ["65536", "140737488281600"]  # env_start, env_end of proc_pid_stat(5)
        with open(f"/proc/{guest.pid}/environ", "rb") as environment:
            begins = int(Path(f"/proc/{guest.pid}/stat").read_text().rpartition(")")[2].split()[47])
            assert begins != 65536
            assert b"PATH=" in environment.read()
    finally:
        guest.kill()
        guest.wait()


# Leaves room for so many descriptors, or moves to a root without /proc, and receives one.
TIGHT = r"""
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    _Alignas(8) char control[64] = {0};
    char text;
    struct iovec part = {&text, 1};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = control, .msg_controllen = 64};
    const struct rlimit limit = {64, 64};
    int last = -1;
    setrlimit(RLIMIT_NOFILE, &limit);
    for (int fd; (fd = dup(0)) >= 0;) {
        last = fd;
    }
    const int room = argc > 2 ? atoi(argv[2]) : 0;
    for (int i = 0; i < room; i++) {
        close(last - i);
    }
    if (argc < 3 || (argc > 3 && chroot(argv[3]) != 0) || recvmsg(atoi(argv[1]), &message, 0) != 1) {
        return 1;
    }
    const struct cmsghdr *rights = CMSG_FIRSTHDR(&message);
    printf("%s%s\n", rights == NULL ? "none" : "one", message.msg_flags & MSG_CTRUNC ? ", truncated" : "");
    return 0;
}
"""


def test_nothing_is_left_to_look_at_a_message_by(cc: Compiler, tmp_path: Path) -> None:
    """What cannot be told from a file that is refused is refused: the guest itself has taken the last descriptors, or left /proc."""
    guest = cc.build(TIGHT)
    fan = ctypes.CDLL(None, use_errno=True).syscall(FANOTIFY_INIT, FAN_REPORT_FID, 0)
    if fan < 0:
        pytest.skip("fanotify_init is not allowed here")
    event = os.eventfd(0)
    try:
        for room in range(1, 5):
            assert _received(guest, room, fan) == "none, truncated", room
            assert _received(guest, room, event) == ("one" if room > 2 else "none, truncated"), room
            assert _received(guest, room, 0) == "one", "of a file with a name nothing more need be known"
        if os.geteuid() == 0:
            (tmp_path / "root").mkdir()
            for fd, wanted in ((fan, "none, truncated"), (event, "none, truncated"), (0, "one")):
                assert _received(guest, 8, fd, tmp_path / "root") == wanted
    finally:
        os.close(fan)
        os.close(event)


def _received(guest: Path, room: int, fd: int, *root: Path) -> str:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        socket.send_fds(ours, [b"x"], [fd])
        done = subprocess.run(
            [*command_path("wali-run"), str(guest), str(theirs.fileno()), str(room), *map(str, root)],
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()
