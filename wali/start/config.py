"""What to run, and how: the settings of one run and where they come from.

On the path of every start, so only `os`, the core and the table are imported: a dataclass would
cost more than all of this module.
"""

from __future__ import annotations

import os

from .. import ffi
from .option_table import ABSENT, OPTIONS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

MOST = 1 << 62  # bytes; no size is larger
UNITS = {"": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30}


class RunConfig:
    """The settings of one run.

    module: path of the module, as given.
    argv: the guest's arguments, argv[0] included.
    environment: what the guest's environment begins as, ``KEY=VALUE`` each; None for this process's.
    ignored: which of SIGPIPE and SIGXFSZ the caller ignored; Python ignores both anyway.

    And those options that are settings, each as its row in option_table.py says; `env` holds what --env-file has, too.
    Python itself looks at these:
    code: file of the compiled code, None for the cache's.
    cache_dir: folder of the compiled code, None to use no cache.
    debug: compile for gdb.
    executed: whether a guest executes it, as a module, whatever its name.
    fix_calls: let functions be called through pointers of another type (wali/fixcalls/).
    quiet: say nothing about a compilation that takes long.
    module_fd: descriptor of the module, if `module` is its path in /proc/self/fd, else -1.
    name: what ps(1) shows, None for the module's.
    code_fd: descriptor of the compiled code, -1 for none yet; code_delta: as in `compiled`.
    stats: None for no counters and times, "" for a table on stderr at the end, else the file that gets them as JSON.
    stats_fd: descriptor of the counters, -1 for none.
    """

    cache_dir: str | None
    code: str | None
    code_delta: int
    code_fd: int
    debug: bool
    executed: bool
    fix_calls: bool
    quiet: bool
    module_fd: int
    name: str | None
    stats: str | None
    stats_fd: int

    def __init__(
        self,
        module: str,
        argv: Sequence[bytes],
        environment: Sequence[bytes] | None = None,
        ignored: Sequence[int] = (),
        **settings: object,
    ) -> None:
        self.module = module
        self.argv = argv
        self.environment = environment
        self.ignored = ignored
        for option in OPTIONS:
            if option.setting:
                setattr(self, option.attribute, settings.pop(option.attribute, ABSENT[option.kind]))
        if settings:
            raise TypeError(f"no such settings: {', '.join(settings)}")


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


def default_cache_dir() -> str | None:
    """The user's own cache (wali-run(1), FILES); None if nothing says where that is."""
    place = ffi.cache_place()
    if place is not None:
        return place
    home = os.path.expanduser("~")  # it asks more than /etc/passwd
    return os.path.join(home, ".cache", "wali") if home.startswith("/") else None


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
