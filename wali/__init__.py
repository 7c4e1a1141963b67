"""Runs Linux programs compiled to WebAssembly (WALI).

`wali.run(["prog.wasm", "arg"])` runs one as a subprocess; `wali.Program` prepares one to
be run often; `wali.command` gives the command line, for subprocess.Popen and the like. What goes
wrong is a `wali.WaliError`. The commands `wali-run` and `wali` do the same from a shell.

Kept light on purpose: `wali-run` imports this package on every start.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .api import Program, command, run
    from .errors import WaliEngineError, WaliError, WaliFormatError, WaliUsageError

__all__ = ["Program", "WaliEngineError", "WaliError", "WaliFormatError", "WaliUsageError", "command", "run"]


def __getattr__(name: str) -> object:
    if name in ("run", "command", "Program"):
        from . import api

        return getattr(api, name)
    if name in __all__:
        from . import errors

        return getattr(errors, name)
    if name == "__version__":
        from importlib.metadata import version

        return version("wali-runtime")
    raise AttributeError(f"module 'wali' has no attribute {name!r}")
