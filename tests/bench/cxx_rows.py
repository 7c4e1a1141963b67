"""What exceptions of C++ cost: one program, by the machine's compiler and by wali-c++."""

from __future__ import annotations

from tests.programs.build import BuildError
from tests.support import tools

from .measure import Row
from .probes import printed
from .programs import BUILD, SOURCES

GROUP = "Exceptions of C++"
# Name in exceptions.cc, title, aim, note.
ROWS: tuple[tuple[str, str, float | None, str], ...] = (
    ("try", "try, nothing thrown", None, "a call and a destructor"),
    ("one", "throw, caught by the caller", None, ""),
    ("twenty", "throw over 20 frames", None, "each with a destructor"),
    ("library", "throw of a std::runtime_error", None, "with a long text"),
)


def rows() -> list[Row]:
    """The rows. Raises BuildError."""
    BUILD.mkdir(parents=True, exist_ok=True)
    native, wasm = BUILD / "exceptions", BUILD / "exceptions.wasm"
    source = str(SOURCES / "exceptions.cc")
    _build("c++", "-O2", source, "-o", str(native))
    _build("wali-c++", "-O2", source, "-o", str(wasm))
    return [
        Row(
            GROUP,
            title,
            "ns",
            printed([tools.wali_run(), str(wasm), name]),
            printed([str(native), name]),
            aim,
            note=note,
        )
        for name, title, aim, note in ROWS
    ]


def _build(*command: str) -> None:
    status, said = tools.run(*command)
    if status:
        raise BuildError(said)
