"""The tables of ioctl requests against the numbers in the system's headers."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

HANDLERS = Path(__file__).resolve().parent.parent.parent / "syscalls" / "handlers"
TABLES = [HANDLERS / "ioctl_table.def", HANDLERS / "ioctl_devices.def"]

HEADERS = """
sys/ioctl.h sys/timerfd.h linux/blkzoned.h linux/btrfs.h linux/cdrom.h linux/falloc.h linux/fiemap.h linux/fs.h
linux/fscrypt.h linux/fsmap.h linux/fsverity.h linux/gpio.h linux/hdreg.h linux/hidraw.h linux/i2c.h
linux/i2c-dev.h linux/if_tun.h linux/input.h linux/joystick.h linux/kd.h linux/loop.h linux/msdos_fs.h
linux/mtio.h linux/nsfs.h linux/ppp-ioctl.h linux/random.h linux/rtc.h linux/sockios.h linux/soundcard.h
linux/spi/spidev.h linux/uinput.h linux/vm_sockets.h linux/vt.h linux/watchdog.h
"""

SHORTER = {"FS_IOC_GETFLAGS", "FS_IOC_SETFLAGS", "BLKBSZGET", "BLKBSZSET"}
"""Encoded as long or size_t; the kernel moves an int."""

_LINE = re.compile(r"^IOCTL\((\w+), (0x[0-9A-F]+), (\w+)(?:\((.*)\))?\)$", re.MULTILINE)


def _rows() -> list[tuple[str, int, str, str]]:
    text = "".join(table.read_text() for table in TABLES)
    rows = [(m[1], int(m[2], 16), m[3], m[4] or "") for m in _LINE.finditer(text)]
    assert len(rows) == len(re.findall(r"^IOCTL\(", text, re.MULTILINE))
    return rows


def test_numbers_are_the_kernels(tmp_path: Path) -> None:
    """Where this system's headers know a request, they give it the table's number."""
    lines = ["#define _GNU_SOURCE", "struct termios2 { int words[11]; };"]
    lines += [f"#if __has_include(<{h}>)\n#include <{h}>\n#endif" for h in HEADERS.split()]
    for name, number, kind, _ in _rows():
        if kind != "RENUMBERED":
            lines.append(f'#ifdef {name}\n_Static_assert((unsigned)({name}) == {number}u, "");\n#endif')
    source = tmp_path / "numbers.c"
    source.write_text("\n".join(lines) + "\n")
    subprocess.run(["cc", "-std=gnu11", "-fsyntax-only", str(source)], check=True)


def test_no_argument_is_shorter_than_its_number_says() -> None:
    """Drivers may copy as many bytes as the number's size field says."""
    for name, number, kind, text in _rows():
        if kind == "BYTES" and number >> 30 and name not in SHORTER:
            assert int(text) >= number >> 16 & 0x3FFF, name
