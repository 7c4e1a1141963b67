"""The trace's text: what a call looks like, as a small C program prints it from the generated rows."""

import subprocess
from pathlib import Path

TOP = Path(__file__).parent.parent.parent
GENERATED = ["rows.c", "symbols.c", "ioctl_names.c", "option_names.c", "members.c", "operations.c"]
SOURCES = ["tests/native/trace_check.c", "syscalls/trace.c", *(f"syscalls/_generated/{name}" for name in GENERATED)]
FLAGS = ["-std=gnu11", "-Wall", "-Wextra", "-Wconversion", "-Werror", "-no-pie", "-I."]

EXPECTED = r"""
write(1, "hi\n", 3) = 3
write(1, "hi\n\0011\"\377", 7) = 7
read(0, "aaaa", 100) = 4
write(1, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"..., 40) = 40
write(1, 0x90000, 40) = -1 EFAULT (Bad address)
openat(AT_FDCWD, "/etc/passwd", O_RDWR|O_CREAT|O_CLOEXEC, 0644) = 3
openat(5, 0xfffd, O_RDONLY|O_SYNC) = -1 ENOENT (No such file or directory)
newfstatat(AT_FDCWD, "/etc/passwd", NULL, AT_SYMLINK_NOFOLLOW|0x40000000) = -1 EINVAL (Invalid argument)
mmap(NULL, 4096, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = 0x20000
lseek(3, -8, SEEK_END) = 0
getcwd("/etc/passwd", 64) = 12
getcwd(0x44c, 2) = -1 ERANGE (Numerical result out of range)
getdents64(3, 0x4b0 /* 1 entry */, 64) = 24
kill(-1, SIGTERM) = 0
socket(AF_INET, SOCK_STREAM|SOCK_CLOEXEC, 0) = 3
getppid() = 7
nanosleep({tv_sec=1, tv_nsec=5}, NULL) = 0
poll([{fd=3, events=POLLIN}], 1, -1) = 1 ([{fd=3, revents=POLLIN|POLLHUP}])
writev(1, [{iov_base="hi\n", iov_len=3}, {iov_base="\0011\"\377\0\0\0\0\0\0", iov_len=10}], 2) = 4
readv(0, [{iov_base="hi\n", iov_len=3}, {iov_base="\0011", iov_len=10}], 2) = 5
pipe2([3, 4], O_CLOEXEC) = 0
fstat(3, {st_mode=S_IFREG|0644, st_size=12, ...}) = 0
fstat(3, 0x960) = -1 EBADF (Bad file descriptor)
connect(3, {sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr("127.0.0.1")}, 16) = -1 ECONNREFUSED (Connection refused)
accept(3, 0xaf0, NULL) = 4
select(4, [0 3], NULL, NULL, NULL) = 1 (in [0 3])
rt_sigprocmask(SIG_SETMASK, [INT SEGV RT_32], NULL, 8) = 0
ioctl(0, TCGETS2, 0xbb8) = 0
ioctl(0, TIOCSETD, [17]) = 0
ioctl(3, FIONREAD, [17]) = 0
ioctl(3, FIONREAD, 0xbb8) = -1 ENOTTY (Inappropriate ioctl for device)
ioctl(3, FIOCLEX) = 0
ioctl(3, TCSBRK, -1) = 0
ioctl(3, TIOCSIG, SIGINT) = 0
ioctl(3, TIOCGPTPEER, O_RDWR|O_NOCTTY) = 5
ioctl(3, SIOCGSTAMP_OLD, {tv_sec=7, tv_usec=9}) = 0
ioctl(3, RNDGETPOOL, [17, -5]) = 0
ioctl(3, BLKGETSIZE64, [7]) = 0
ioctl(3, EVIOCGNAME(256), 0xbb8) = 6
ioctl(3, EVIOCGBIT(3, 96), 0xbb8) = 8
ioctl(3, 0xc0105e27, 0xbb8) = -1 ENOTTY (Inappropriate ioctl for device)
ioctl(3, 0x12345, 0xffffffff) = -1 ENOTTY (Inappropriate ioctl for device)
setsockopt(3, SOL_SOCKET, SO_REUSEADDR, [1], 4) = 0
setsockopt(3, SOL_SOCKET, SO_LINGER, [1, 5], 8) = 0
setsockopt(3, SOL_SOCKET, SO_BINDTODEVICE, "lo", 16) = 0
setsockopt(3, SOL_SOCKET, SO_RCVTIMEO_OLD, {tv_sec=7, tv_usec=9}, 16) = 0
setsockopt(3, SOL_IP, IP_TTL, "\1", 1) = 0
setsockopt(3, IPPROTO_TCP, TCP_ZEROCOPY_RECEIVE, 0xc80, 64) = -1 ENOPROTOOPT (Protocol not available)
setsockopt(3, IPPROTO_TCP, 999, 0xc80, 4) = -1 ENOPROTOOPT (Protocol not available)
setsockopt(3, 999, 1, 0xc80, 4) = -1 ENOPROTOOPT (Protocol not available)
setsockopt(3, SOL_SOCKET, SO_REUSEADDR, 0x90000, 4) = -1 EFAULT (Bad address)
getsockopt(3, SOL_SOCKET, SO_TYPE, [1], [4]) = 0
getsockopt(3, SOL_SOCKET, SO_RCVTIMEO_OLD, {tv_sec=7, tv_usec=9}, [16]) = 0
getsockopt(3, SOL_SOCKET, SO_TYPE, 0xc80, 0xd48) = -1 EBADF (Bad file descriptor)
getsockopt(3, SOL_IP, IPT_SO_GET_INFO, 0xc80, [4]) = 0
exit_group(3) = ?
read(1, 0x4b0, 100) = ? ERESTARTSYS (To be restarted if SA_RESTART is set)
nanosleep({tv_sec=1, tv_nsec=5}, NULL) = ? ERESTART_RESTARTBLOCK (Interrupted by signal)
fstat(3, {st_dev=makedev(0, 0), st_ino=0, st_mode=S_IFREG|0644, st_nlink=0, st_uid=0, st_gid=0, st_blksize=0, st_blocks=0, st_size=12, st_atime=0, st_atime_nsec=0, st_mtime=0, st_mtime_nsec=0, st_ctime=0, st_ctime_nsec=0}) = 0
"""  # noqa: E501


def test_lines(tmp_path: Path) -> None:
    """Strings, flags, errors, structures and results read as strace writes them."""
    program = tmp_path / "trace_check"
    # The rows name every entry; none is called here, so the linker may leave them open.
    command = ["cc", *FLAGS, "-Wl,--unresolved-symbols=ignore-all", "-o", str(program), *SOURCES]
    subprocess.run(command, cwd=TOP, check=True)
    lines = subprocess.run([program], check=True, capture_output=True, text=True).stdout.splitlines()
    assert lines[:-1] == EXPECTED.strip().splitlines()
    assert lines[-1].endswith(") = 100"), "the result has room, whatever came before it"
