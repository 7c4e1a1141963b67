"""Which of a module's functions are variadic.

In a type nothing tells them: the last parameter, the address of a buffer, is an i32 as any other. Debugging
information tells it (`wali.fixcalls.dwarf`). Without, libc's are known by three signs together: their name,
their type, and a call in their body of the function that does the work. A program's own function of the
same name fails the last.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..module import binary, loader, wish
from ..module.binary import FuncType
from . import dwarf
from .code import Body
from .module import Functions

PREFIXES = ("", "SYS_", "__syscall_SYS_")
# Name, number of fixed parameters (all i32), whether it gives an i32, and what it calls: a function, or a system call.
_LIBC = (
    ("printf", 1, True, "vfprintf vprintf"),
    ("fprintf", 2, True, "vfprintf"),
    ("dprintf", 2, True, "vdprintf"),
    ("sprintf", 2, True, "vsprintf"),
    ("snprintf", 3, True, "vsnprintf"),
    ("asprintf", 2, True, "vasprintf"),
    ("wprintf", 1, True, "vwprintf"),
    ("fwprintf", 2, True, "vfwprintf"),
    ("swprintf", 3, True, "vswprintf"),
    ("scanf", 1, True, "vscanf"),
    ("fscanf", 2, True, "vfscanf"),
    ("sscanf", 2, True, "vsscanf"),
    ("wscanf", 1, True, "vwscanf"),
    ("fwscanf", 2, True, "vfwscanf"),
    ("swscanf", 2, True, "vswscanf"),
    ("syslog", 2, False, "__vsyslog vsyslog"),
    ("err", 2, False, "verr"),
    ("errx", 2, False, "verrx"),
    ("execl", 2, True, "execv"),
    ("execlp", 2, True, "execvp"),
    ("execle", 2, True, "execve"),
    ("open", 2, True, "openat open"),
    ("openat", 3, True, "openat"),
    ("fcntl", 2, True, "fcntl"),
    ("ioctl", 2, True, "ioctl"),
)
TYPES = {name: FuncType(("i32",) * (fixed + 1), ("i32",) if gives else ()) for name, fixed, gives, _ in _LIBC}
INNER = {name: frozenset(inner.split()) for name, _, _, inner in _LIBC}
# Variadic, too, but with less to know them by, or with a structure among the arguments. A direct call by another type
# stays a trap for these: rubbish would be worse.
UNKNOWABLE = frozenset(
    ("warn", "warnx", "error", "semctl", "mremap", "ptrace", "ulimit", "clone", "sem_open", "mq_open")
)
UNKNOWABLE |= {"prctl", "syscall"}
NAMES = UNKNOWABLE | TYPES.keys()  # of which it matters that a function is none of those


def named(functions: Functions) -> dict[str, int | None]:
    """Function index by name, None for a name of several: two static functions may share one."""
    found: dict[str, int | None] = {}
    for number, name in functions.names.items():
        found[name] = None if name in found else number
    return found


@dataclass(frozen=True)
class Known:
    """Indexes of functions that are `variadic` beyond doubt, and of those that are `plain`, certainly not."""

    variadic: frozenset[int]
    plain: frozenset[int]

    def may_be(self, function: int, name: str, kind: FuncType) -> bool:
        """Whether a function that is not known to be variadic may be nevertheless, by its name."""
        return function not in self.plain and (name in UNKNOWABLE or TYPES.get(name) == kind)


NOTHING = Known(frozenset(), frozenset())


def known(data: bytes, layout: loader.Layout, bodies: Sequence[Body], functions: Functions) -> Known:
    """What can be known of the functions of a module."""
    told = _told(data, layout, bodies, functions)
    by_name = named(functions)
    found = {number for number, is_variadic in told.items() if is_variadic}
    for name, kind in TYPES.items():
        number = by_name.get(name)
        if number is None or number in told or not functions.imported <= number < len(functions.kinds):
            continue
        if functions.type_of(number) == kind and _calls(data, bodies[number - functions.imported], name, by_name):
            found.add(number)
    return Known(frozenset(found), frozenset(told) - found)


def _told(data: bytes, layout: loader.Layout, bodies: Sequence[Body], functions: Functions) -> dict[int, bool]:
    """What debugging information says, or has said before it was stripped, by function index."""
    start = next(section.body for section in layout.sections if section.id == binary.CODE)
    by_address = dwarf.variadic(data, layout)
    recorded = wish.told(layout, data)
    found = {}
    for number, body in enumerate(bodies, functions.imported):
        is_variadic = by_address.get(body.body - start, recorded.get(number))
        kind = functions.type_of(number)
        if is_variadic is not None and kind is not None:
            # An optimizer may have dropped the dots of a function that never looks at them.
            found[number] = is_variadic and kind.params[-1:] == ("i32",)
    return found


def _calls(data: bytes, body: Body, name: str, by_name: dict[str, int | None]) -> bool:
    code = data[body.body : body.end]
    for inner in INNER[name]:
        for prefix in PREFIXES:
            number = by_name.get(prefix + inner)
            # As the linker writes it, or an optimizer.
            if number is not None and (
                b"\x10" + binary.padded(number, 5) in code or b"\x10" + binary.leb(number) in code
            ):
                return True
    return False
