"""What to run, and how: the settings of one run and where they come from.

On the path of every start, so only `os` and the table are imported: a dataclass would cost
more than all of this module.
"""

from __future__ import annotations

import os

from .option_table import ABSENT, OPTIONS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

MOST = 1 << 62  # bytes; no size is larger
UNITS = {"": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30}


class RunConfig:
    """The settings of one run.

    module: path of the module, as given.
    argv: the guest's arguments, argv[0] included.
    env: the guest's environment as ``KEY=VALUE``.
    ignored: which of SIGPIPE and SIGXFSZ the caller ignored; Python ignores both anyway.

    And those options that are settings, each as its row in option_table.py says. Python itself looks at these:
    cache_dir: folder of the compiled code, None to use no cache.
    fix_calls: let functions be called through pointers of another type (wali/fixcalls/).
    trace: None for no trace, "" for a trace on stderr, else the file that gets it.
    trace_fd: the trace's descriptor, -1 for none; stats_fd: the counters'.
    stats: None for no counters and times, "" for a table on stderr at the end, else the file that gets them as JSON.
    """

    cache_dir: str | None
    fix_calls: bool
    stats: str | None
    stats_fd: int
    trace: str | None
    trace_fd: int

    def __init__(
        self, module: str, argv: Sequence[bytes], env: Sequence[bytes], ignored: Sequence[int] = (), **settings: object
    ) -> None:
        self.module = module
        self.argv = argv
        self.env = env
        self.ignored = ignored
        for option in OPTIONS:
            if option.setting:
                setattr(self, option.attribute, settings.pop(option.attribute, ABSENT[option.kind]))
        if settings:
            raise TypeError(f"no such settings: {', '.join(settings)}")

    def for_core(self) -> dict[str, Any]:
        """The settings that the core gets, by their fields in wali_config."""
        return {option.attribute: getattr(self, option.attribute) for option in OPTIONS if option.core}


def parse_size(text: str) -> int:
    """Bytes of ``4096``, ``512K``, ``64M``, ``1.5G`` or ``64MiB``. ValueError if it is no size."""
    digits = text.strip().lower()
    for suffix in ("ib", "b"):
        digits = digits.removesuffix(suffix)
    unit = digits[-1:] if digits[-1:] in ("k", "m", "g") else ""
    size = float(digits.removesuffix(unit)) * UNITS[unit]
    if not 1 <= size <= MOST:
        raise ValueError(text)
    return int(size)


def default_cache_dir() -> str:
    """``$XDG_CACHE_HOME/wali``, else ``~/.cache/wali``; relative values are ignored, as XDG asks."""
    base = os.environ.get("XDG_CACHE_HOME", "")
    if not base.startswith("/"):
        base = os.path.join(os.path.expanduser("~"), ".cache")
    return os.path.join(base, "wali")


def inherited_environment() -> list[bytes]:
    """The environment that this process was started with, as ``KEY=VALUE``.

    From /proc (proc(5)), not from os.environ: Python adds LC_CTYPE to its own in the C
    locale (PEP 538), and drops what has no ``=``.
    """
    try:
        with open("/proc/self/environ", "rb", buffering=0) as file:
            raw = file.readall() or b""
    except OSError:
        return [key + b"=" + value for key, value in os.environb.items()]
    return raw.split(b"\0")[:-1]


def with_variables(env: list[bytes], changes: Sequence[bytes]) -> list[bytes]:
    """`env` with each ``KEY=VALUE`` of `changes` set; a bare ``KEY`` removes it."""
    for change in changes:
        key = change.partition(b"=")[0] + b"="
        env = [entry for entry in env if not entry.startswith(key)]
        if b"=" in change:
            env.append(change)
    return env


def read_env_file(path: str) -> list[bytes]:
    """The ``KEY=VALUE`` lines of a file; empty lines and ``#`` comments are passed over. OSError."""
    with open(path, "rb") as file:
        lines = [line.strip() for line in file]
    return [line for line in lines if line and not line.startswith(b"#")]
