"""Steps whose arguments the table cannot tell: pairs of descriptors, messages, ranges, signals, children, options."""

from __future__ import annotations

import struct
from collections.abc import Callable
from random import Random

from tests.fuzz.differential.arguments import LENGTHS, Arguments
from tests.fuzz.differential.program import PAGES, Program

NONBLOCK, CLOEXEC = 0o4000, 0o2000000


class Maker:
    """A program that grows, and what its steps know of each other."""

    def __init__(self, program: Program, random: Random, arguments: Arguments, numbers: dict[str, int]) -> None:
        self.program, self.random, self.arguments, self.numbers = program, random, arguments, numbers
        self.depth = 0
        """How many children deep the next line is."""

    def call(self, name: str, *words: object, kind: str = "v", waits: bool = False) -> int:
        """A call; answers its label."""
        return self.program.add("wait" if waits else "call", kind, self.numbers[name], *words, comment=name)

    def pick(self, *values: object) -> object:
        """One of them."""
        return self.random.choice(values)

    def pair_opened(self, at: str) -> None:
        """The two descriptors at a place become known: F_GETFD of each answers nothing new, but names it."""
        if at[0] == "s":
            self.arguments.descriptors += [self._loaded(at), self._loaded(f"{at}+4")]

    def _loaded(self, at: str) -> str:
        return f"r{self.program.add('load', at, 4)}"

    def wait(self, name: str) -> int:
        """wait4 or waitid for an own child."""
        pid, status, options = self.arguments.pid(), self.arguments.painted(), self.pick(0, 1, 2, 3, 0x1000001, 8, 99)
        if name == "wait4":
            label = self.call(
                "wait4", self.pick(pid, -1), status, options, self.pick("null", "bad", "null"), kind="p", waits=True
            )
            self.program.add("show", "bytes", status, 4)
        else:
            kind = self.pick(0, 1, 1, 2, 3, 9)
            more = self.pick(0x1000005, 5, 4, 1, 0)
            label = self.call("waitid", kind, pid, status, more, "null", kind="p", waits=True)
            self.program.add("show", "fields", status, "v0:4", "v8:4", "v20:4", "v24:4")
        return label


def _open_file(maker: Maker) -> None:
    flags = maker.pick(0, 1, 2, 0x42, 0x442, 0x242, 0x10000, 0x410002 & ~0x10000, 0xC2, 0x200000)
    name = maker.program.fill(bytes(str(maker.pick("f", "g", "n1", "d/n1", "d", "n2", "h")), "ascii") + b"\0")
    label = maker.call("openat", -100, name, flags, 0o644, waits=True)
    maker.arguments.descriptors.append(f"r{label}")


def _open_pipe(maker: Maker) -> None:
    at = maker.arguments.painted()
    maker.call("pipe2", at, maker.pick(NONBLOCK, NONBLOCK, NONBLOCK | CLOEXEC, 0, 0o40000 | NONBLOCK))
    maker.pair_opened(at)


def _write_some(maker: Maker) -> None:
    content = maker.program.fill(maker.random.randbytes(64))
    maker.call("write", maker.arguments.fd(), content, maker.pick(*LENGTHS), waits=True)


def _read_some(maker: Maker) -> None:
    at = maker.arguments.painted()
    maker.call("read", maker.arguments.fd(), at, maker.pick(*LENGTHS), waits=True)
    maker.program.add("show", "bytes", at, 1024)


def _control(maker: Maker) -> None:
    command = maker.pick(
        0, 0, 1, 2, 3, 3, 4, 5, 6, 8, 9, 10, 11, 36, 37, 1024, 1025, 1026, 1030, 1032, 1033, 1034, 99, 7777
    )
    argument: object = maker.pick(0, 1, 5, 10, NONBLOCK, 0o2000, NONBLOCK | 0o2000, 4096, -1, 300)
    if command in (5, 6, 36, 37):
        kind, start = maker.pick(0, 1, 2, 3), maker.pick(0, 1, 10, -1)
        lock = struct.pack("<hhiqqii", kind, maker.pick(0, 0, 1, 2, 9), 0, start, maker.pick(0, 1, 100, -1), 0, 0)
        argument = maker.program.fill(lock)
    if command in (8, 10):
        argument = maker.pick(0, 0, 10, 99)
    label = maker.call("fcntl", maker.arguments.fd(), command, argument, kind="o" if command == 9 else "v", waits=True)
    if command in (0, 1030):
        maker.arguments.descriptors.append(f"r{label}")
    if command in (5, 36):
        maker.program.add("show", "fields", argument, "v0:2", "v2:2", "v8:8", "v16:8")


def _ioctl(maker: Maker) -> None:
    at = maker.arguments.painted()
    requests = (0x541B, 0x5421, 0x5450, 0x5451, 0x5401, 0x5413, 0x5411, 0x80086601, 0x5460, 0x8901, 0x8902, 2, 0x8905)
    request = maker.random.choice(requests)
    maker.call("ioctl", maker.arguments.fd(), request, maker.pick(at, at, at, "bad", "null"))
    if request != 0x80086601:
        maker.program.add("show", "bytes", at, 64)


def _socket_pair(maker: Maker) -> None:
    at = maker.arguments.painted()
    maker.call("socketpair", 1, int(str(maker.pick(1, 2, 5, 3))) | NONBLOCK, 0, at)
    maker.pair_opened(at)


def _socket(maker: Maker) -> None:
    label = maker.call(
        "socket",
        maker.pick(1, 1, 2, 2, 10, 16, 99),
        int(str(maker.pick(1, 2, 5, 9))) | NONBLOCK,
        maker.pick(0, 0, 0, 6, 17),
    )
    maker.arguments.descriptors.append(f"r{label}")


def _connection(maker: Maker) -> None:
    """A listener, a connection to it, and both ends of that."""
    arguments, program = maker.arguments, maker.program
    unix = maker.random.random() < 0.5
    family = 1 if unix else 2
    kind = int(str(maker.pick(1, 1, 5) if unix else 1)) | NONBLOCK
    name = maker.random.choice((b"c1", b"c2", b"\0c"))
    place = (
        struct.pack("<H", 1) + name + b"\0"
        if unix
        else struct.pack(">BBH4s8x", 2, 0, maker.random.randrange(5000, 5010), b"\x7f\0\0\1")
    )
    address, length = program.fill(place), len(place)
    listener = f"r{maker.call('socket', family, kind, 0)}"
    maker.call("bind", listener, address, length)
    maker.call("listen", listener, maker.pick(0, 1, 5))
    caller = f"r{maker.call('socket', family, kind, 0)}"
    maker.call("connect", caller, address, length, waits=True)
    found, size = arguments.painted(), program.fill(struct.pack("<i", maker.pick(0, 4, 16, 110, -1)))
    accepted = f"r{maker.call('accept4', listener, maker.pick(found, found, 'null', 'bad'), size, maker.pick(0, NONBLOCK, CLOEXEC, 99), waits=True)}"
    program.add("show", "fields", found, "v0:2")
    program.add("show", "bytes", size, 4)
    arguments.descriptors += [listener, caller, accepted, accepted]


OPTIONS = (
    tuple(
        (1, name)
        for name in (
            1,
            2,
            3,
            4,
            5,
            6,
            7,
            8,
            9,
            10,
            12,
            13,
            15,
            16,
            17,
            18,
            20,
            21,
            28,
            29,
            30,
            31,
            34,
            35,
            36,
            38,
            39,
            40,
            42,
            43,
            44,
            45,
            49,
            57,
            65,
            70,
            99,
        )
    )
    + tuple((0, name) for name in (1, 2, 3, 4, 6, 7, 8, 9, 10, 12, 13, 15, 18, 19, 24, 50, 99))
    + tuple((6, name) for name in (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 13, 18, 23, 24, 25, 33, 36, 99))
    + ((41, 26), (41, 49), (41, 8), (17, 103), (99, 1))
)


def _set_option(maker: Maker) -> None:
    level, name = maker.random.choice(OPTIONS)
    value = maker.program.fill(struct.pack("<iiqq", maker.pick(0, 1, 2, 100, 4096, -1), 0, maker.pick(0, 1), 0))
    maker.call(
        "setsockopt",
        maker.arguments.fd(),
        level,
        name,
        maker.pick(value, value, value, "bad", "null"),
        maker.pick(4, 4, 8, 16, 0, 1, -1, 3),
    )


def _get_option(maker: Maker) -> None:
    level, name = maker.random.choice(OPTIONS)
    at, length = maker.arguments.painted(), maker.program.fill(struct.pack("<i", maker.pick(4, 4, 8, 16, 0, 1, 64, -1)))
    maker.call("getsockopt", maker.arguments.fd(), level, name, maker.pick(at, at, at, "bad"), length)
    if (level, name) not in ((1, 17), (6, 11), (1, 8), (1, 57), (1, 49), (6, 23)):
        maker.program.add("show", "bytes", at, 96)
        maker.program.add("show", "bytes", length, 4)


def _message(maker: Maker) -> tuple[str, str, str]:
    control = maker.arguments.painted()
    vectors = maker.arguments.vectors()
    at = maker.program.slot()
    return at, vectors, control


def _send_message(maker: Maker) -> None:
    arguments = maker.arguments
    at, vectors, control = _message(maker)
    length: object = 0
    if maker.random.random() < 0.4:
        few = [arguments.fd() for _ in range(maker.random.choice((1, 1, 2)))]
        maker.program.add("paint", control, 0)
        maker.program.add("rights", control, *few)
        length = 24 if maker.random.random() < 0.9 else maker.pick(0, 8, 16, 20, 23, 32)
    name: object = "null" if maker.random.random() < 0.6 else maker.program.fill(arguments.address())
    maker.program.add(
        "message",
        at,
        name,
        maker.pick(0, 16, 24, 110),
        vectors,
        maker.pick(0, 1, 2, 4, 1, -1, 2000),
        control if length else "null",
        length,
    )
    maker.call(
        "sendmsg",
        arguments.fd(),
        maker.pick(at, at, at, at, "bad"),
        int(str(maker.pick(0, 0, 0x4000, 1, 0x8000))) | 0x40,
        waits=True,
    )


def _receive_message(maker: Maker) -> None:
    at, vectors, control = _message(maker)
    shows = maker.arguments.shows
    maker.arguments.shows = []
    name = maker.arguments.painted()
    maker.program.add(
        "message",
        at,
        maker.pick("null", name),
        maker.pick(0, 16, 110),
        vectors,
        maker.pick(1, 2, 4, 0),
        maker.pick(control, control, "null"),
        maker.pick(0, 16, 20, 24, 64),
    )
    maker.call("recvmsg", maker.arguments.fd(), at, int(str(maker.pick(0, 0, 2, 0x20, 0x40000000))) | 0x40, waits=True)
    maker.program.add("received", at)
    for show in shows:
        maker.program.add(*show)


def _action(maker: Maker) -> None:
    kind = maker.pick("default", "ignored", "plain", "info", "info")
    flags = maker.pick(0, 0, 0x10000000, 0x40000000, 0x80000000, 2, 1, 0x50000000)
    maker.program.add("action", maker.arguments.signal(), kind, flags, maker.arguments.mask())


def _send_signal(maker: Maker) -> None:
    name, signo = maker.pick("kill", "tgkill", "tkill", "rt_sigqueueinfo"), maker.arguments.signal()
    if name == "tgkill":
        maker.call("tgkill", "pid", "pid", signo)
    elif name == "rt_sigqueueinfo":
        info = maker.program.fill(
            struct.pack("<iiiiiiq", 0, 0, maker.pick(-1, -1, 0, -6, 1), 0, 0, 0, maker.pick(0, 7, -1)) + bytes(96)
        )
        maker.call("rt_sigqueueinfo", "pid", signo, maker.pick(info, info, info, "bad"))
    else:
        maker.call(str(name), maker.arguments.pid() if name == "kill" else "pid", signo)


def _set_mask(maker: Maker) -> None:
    mask, old = maker.program.fill(struct.pack("<Q", maker.arguments.mask())), maker.arguments.painted()
    maker.call(
        "rt_sigprocmask",
        maker.pick(0, 1, 2, 2, 3),
        maker.pick(mask, mask, mask, "null", "bad"),
        maker.pick(old, "null"),
        maker.pick(8, 8, 8, 8, 16, 4),
    )
    maker.program.add("show", "bytes", old, 8)


def _take_signal(maker: Maker) -> None:
    at, time = maker.arguments.painted(), maker.program.fill(bytes(16))
    mask = maker.program.fill(struct.pack("<Q", maker.arguments.mask()))
    maker.call("rt_sigtimedwait", mask, at, time, 8, waits=True)
    maker.program.add("show", "fields", at, "v0:4", "v8:4")


def _pending(maker: Maker) -> None:
    at = maker.arguments.painted()
    maker.call("rt_sigpending", at, maker.pick(8, 8, 4, 0, 16))
    maker.program.add("show", "bytes", at, 16)


def _suspend(maker: Maker) -> None:
    mask = maker.program.fill(struct.pack("<Q", maker.arguments.mask()))
    maker.call("rt_sigsuspend", mask, maker.pick(8, 8, 8, 4), waits=True)


def _signal_descriptor(maker: Maker) -> None:
    mask = maker.program.fill(struct.pack("<Q", maker.arguments.mask() & ~0x4D8))
    label = maker.call("signalfd4", -1, mask, 8, NONBLOCK)
    at = maker.arguments.painted()
    maker.call("read", f"r{label}", at, 256, waits=True)
    maker.program.add("show", "fields", at, "v0:4", "v8:4")
    maker.arguments.descriptors.append(f"r{label}")


def _child(maker: Maker) -> None:
    """A child that does a few things of the same kinds, and ends."""
    if maker.depth == 2:
        return
    label = maker.program.add("fork")
    known = list(maker.arguments.processes)
    descriptors = list(maker.arguments.descriptors)
    maker.depth += 1
    for _ in range(maker.random.randrange(5)):
        maker.random.choice(
            (_write_some, _read_some, _send_signal, _action, _set_mask, _credentials, _control, _open_file)
        )(maker)
    maker.depth -= 1
    maker.program.add("exit", maker.pick(0, 1, 3, 255))
    maker.arguments.processes[:] = known
    maker.arguments.descriptors[:] = descriptors
    maker.arguments.processes.append(f"r{label}")
    if maker.random.random() < 0.7:
        maker.wait(str(maker.pick("wait4", "waitid")))


def _credentials(maker: Maker) -> None:
    name, count = maker.random.choice(
        (
            ("setuid", 1),
            ("setgid", 1),
            ("setresuid", 3),
            ("setresgid", 3),
            ("setreuid", 2),
            ("setregid", 2),
            ("setfsuid", 1),
        )
    )
    maker.call(name, *(maker.pick(-1, 1000, 1000, 0, 65534) for _ in range(count)))


def _process_control(maker: Maker) -> None:
    at = maker.arguments.painted()
    option = maker.pick(1, 2, 3, 4, 7, 8, 15, 16, 21, 22, 23, 24, 29, 30, 36, 37, 38, 39, 41, 42, 99, 0x59616D61)
    name = maker.program.fill(b"a name of a thread\0")
    second: object = maker.pick(0, 1, 2, 10, -1)
    if option in (2, 16, 37):
        second = at
    if option == 15:
        second = name
    if option in (22, 24):
        second = 99
    maker.call("prctl", option, second, maker.pick(0, 0, 1), 0, 0)
    if option in (2, 16, 37):
        maker.program.add("show", "bytes", at, 20)


def _page(maker: Maker) -> int:
    return maker.random.randrange(8, 24)


def _map(maker: Maker) -> None:
    page, flags = _page(maker), maker.pick(0x32, 0x32, 0x31, 0x12, 0x11, 0x100022, 0x100032, 0x30, 0x33)
    fd: object = -1 if int(str(flags)) & 0x20 and maker.random.random() < 0.9 else maker.arguments.fd()
    length, offset = maker.pick(1, 4096, 8192, 12288, 5000, 0, 20480), maker.pick(0, 0, 0, 4096, 1, -4096)
    start = f"g{page}" if maker.random.random() < 0.95 else f"g{page}+{maker.pick(1, 100)}"
    maker.call("mmap", start, length, maker.pick(3, 3, 1, 0, 2, 5), int(str(flags)) | 0x10, fd, offset, kind="g")


def _range_call(maker: Maker) -> None:
    start = f"g{_page(maker)}" if maker.random.random() < 0.9 else f"g{_page(maker)}+{maker.pick(1, 2048)}"
    length = maker.pick(0, 1, 4096, 4096, 8192, 16384, 5000)
    name = maker.pick("munmap", "mprotect", "mprotect", "madvise", "msync", "mincore")
    if name == "mprotect":
        maker.call("mprotect", start, length, maker.pick(0, 1, 3, 3, 2, 0x1000003, 99))
    elif name == "madvise":
        maker.call(
            "madvise", start, length, maker.pick(0, 1, 2, 3, 4, 8, 9, 10, 11, 16, 17, 18, 19, 20, 21, 22, 23, 99)
        )
    elif name == "msync":
        maker.call("msync", start, length, maker.pick(0, 1, 2, 4, 5, 6, 8))
    elif name == "mincore":
        at = maker.arguments.painted()
        maker.call("mincore", start, length, maker.pick(at, at, "bad"))
    else:
        maker.call("munmap", start, length)


def _remap(maker: Maker) -> None:
    old, new = maker.pick(4096, 8192, 0, 5000, 12288), maker.pick(4096, 8192, 0, 16384, 1)
    flags = int(str(maker.pick(3, 3, 7, 0, 2, 8)))
    kind = "g" if flags & 2 else "o"
    maker.call("mremap", f"g{_page(maker)}", old, new, flags, f"g{maker.random.randrange(32, 48)}", kind=kind)


def _touch(maker: Maker) -> None:
    for _ in range(3):
        page = maker.pick(_page(maker), _page(maker), maker.random.randrange(32, 50))
        at = f"g{page}+{maker.pick(0, 0, 1, 4095)}"
        if maker.random.random() < 0.5:
            maker.program.add("peek", at)
        else:
            maker.program.add("poke", at, maker.random.randrange(256))


def _from_pages(maker: Maker) -> None:
    """A call that reads or writes across pages of which some may be missing."""
    start = f"g{_page(maker)}+{maker.pick(0, 100, 4000, 4090)}"
    maker.call(
        str(maker.pick("read", "write")), maker.arguments.fd(), start, maker.pick(1, 100, 4096, 8192, 10000), waits=True
    )


def _queue(maker: Maker) -> None:
    """System V queues and semaphores of the program's own."""
    if maker.random.random() < 0.5:
        queue = f"r{maker.call('msgget', 0, 0o600, kind='o')}"
        for _ in range(maker.random.randrange(1, 5)):
            at = maker.program.fill(struct.pack("<q", maker.pick(1, 2, 3, 0, -1)) + b"message")
            if maker.random.random() < 0.6:
                maker.call("msgsnd", queue, at, maker.pick(0, 1, 7, 100, -1), 0o4000)
            else:
                into = maker.arguments.painted()
                maker.call(
                    "msgrcv",
                    queue,
                    into,
                    maker.pick(0, 1, 7, 100, -1),
                    maker.pick(0, 1, 2, -2, -3),
                    int(str(maker.pick(0, 0o10000, 0o20000, 0o40000))) | 0o4000,
                )
                maker.program.add("show", "bytes", into, 32)
        maker.call("msgctl", queue, maker.pick(0, 0, 99, 2), "null")
        return
    semaphores = f"r{maker.call('semget', 0, maker.pick(1, 2, 3, 0, -1), 0o600, kind='o')}"
    for _ in range(maker.random.randrange(1, 5)):
        operations = b"".join(
            struct.pack("<Hhh", maker.pick(0, 1, 2, 5), maker.pick(0, 1, 2, -1), 0o4000) for _ in range(3)
        )
        maker.call("semop", semaphores, maker.program.fill(operations), maker.pick(1, 2, 3, 0))
        maker.call(
            "semctl",
            semaphores,
            maker.pick(0, 1, 5, -1),
            maker.pick(11, 12, 14, 15, 16, 99),
            maker.pick(0, 1, 5, -1, 40000),
            kind="v",
        )
    maker.call("semctl", semaphores, 0, 0, 0)


def _posix_queue(maker: Maker) -> None:
    name = maker.program.fill(b"q1\0")
    attributes = maker.program.fill(
        struct.pack("<qqqq", 0, maker.pick(1, 4, 10, 0, 11), maker.pick(1, 16, 64, 0), 0) + bytes(32)
    )
    queue = f"r{maker.call('mq_open', name, 0x42 | NONBLOCK, 0o600, maker.pick(attributes, attributes, 'null'))}"
    for _ in range(maker.random.randrange(1, 5)):
        if maker.random.random() < 0.6:
            maker.call(
                "mq_timedsend",
                queue,
                maker.program.fill(b"posted"),
                maker.pick(0, 6, 16, 100),
                maker.pick(0, 1, 5, 32768),
                "null",
                waits=True,
            )
        else:
            at = maker.arguments.painted()
            maker.call("mq_timedreceive", queue, at, maker.pick(6, 16, 64, 512), "null", "null", waits=True)
            maker.program.add("show", "bytes", at, 64)
    maker.call("mq_unlink", name)


def _futex(maker: Maker) -> None:
    word = maker.program.fill(struct.pack("<II", 5, 0))
    time = maker.program.fill(bytes(16))
    operation = int(str(maker.pick(0, 1, 3, 4, 5, 9, 10, 6, 7, 8, 99))) | int(str(maker.pick(0, 128, 256)))
    third = maker.pick(0, 1, 5) if operation & 127 in (3, 4, 5) else maker.pick(time, time, "bad")
    maker.call(
        "futex",
        maker.pick(word, word, f"{word}+1", "bad", "null"),
        operation,
        maker.pick(5, 0, 1, -1),
        third,
        maker.pick(word, "bad"),
        maker.pick(0, 5, -1),
        waits=True,
    )


HANDS: dict[str, tuple[Callable[[Maker], None], ...]] = {
    "files": (_open_file, _open_file, _write_some, _read_some, _control, _ioctl, _child),
    "pipes": (_open_pipe, _open_pipe, _write_some, _read_some, _control, _child, _ioctl),
    "sockets": (
        _socket_pair,
        _socket,
        _connection,
        _connection,
        _set_option,
        _get_option,
        _send_message,
        _receive_message,
        _ioctl,
    ),
    "signals": (
        _action,
        _action,
        _send_signal,
        _send_signal,
        _set_mask,
        _take_signal,
        _pending,
        _suspend,
        _signal_descriptor,
        _child,
    ),
    "events": (_open_pipe, _write_some, _read_some, _socket_pair, _futex),
    "identity": (_credentials, _process_control, _process_control, _child),
    "queues": (_queue, _posix_queue),
    "memory": (_map, _map, _range_call, _range_call, _remap, _touch, _touch, _from_pages, _open_file),
}
"""The steps of a theme."""

assert max(48, 24) < PAGES
