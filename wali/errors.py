"""What can go wrong, each with the exit status that a shell would give it.

Messages are one line and say what to do next; the command line puts
``wali-run: prog.wasm: `` in front.
"""

from __future__ import annotations

USAGE = 2
NOT_RUNNABLE = 126
NOT_FOUND = 127


class WaliError(Exception):
    """Base class. `status` is the process exit status (0..255) for this error."""

    status = NOT_RUNNABLE

    def __init__(self, message: str, status: int | None = None) -> None:
        super().__init__(message)
        if status is not None:
            self.status = status


class WaliUsageError(WaliError):
    """The command line or a parameter makes no sense (status 2)."""

    status = USAGE


class WaliFormatError(WaliError):
    """The file is not a module that can run here (status 126).

    `offset` is the byte position in the file, None when no single place is to blame.
    """

    def __init__(self, message: str, offset: int | None = None) -> None:
        super().__init__(message if offset is None else f"{message} (at byte {offset})")
        self.offset = offset

    def without_offset(self) -> WaliFormatError:
        """The same, of a place in what is not the file."""
        return WaliFormatError(str(self).removesuffix(f" (at byte {self.offset})"))


class WaliEngineError(WaliError):
    """The engine is missing, does not fit, or could not compile or start the module.

    `code` is the core's number (enum wali_error_code in base/error.h), `errnum` an errno; 0 if there is none.
    """

    def __init__(self, message: str, code: int = 0, errnum: int = 0) -> None:
        super().__init__(message)
        self.code = code
        self.errnum = errnum


def os_error(error: OSError) -> WaliError:
    """The shell's view of a failed open: 127 if nothing is there, else 126."""
    missing = isinstance(error, (FileNotFoundError, NotADirectoryError))
    text = error.strerror or str(error)
    return WaliError(text, NOT_FOUND if missing else NOT_RUNNABLE)
