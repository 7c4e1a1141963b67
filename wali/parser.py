"""The parser of the commands' words: argparse, but nothing it says is lost or drives a terminal."""

from __future__ import annotations

import argparse
from typing import Any, NoReturn

from .messages import printable, tell


class Parser(argparse.ArgumentParser):
    """Texts of help and examples stay as they are written."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(formatter_class=argparse.RawDescriptionHelpFormatter, **settings)

    def error(self, message: str) -> NoReturn:
        """Ends with status 2."""
        super().error(printable(message))

    def _print_message(self, message: str, file: Any = None) -> None:  # noqa: ARG002
        """Usage and errors; the status says that something is wrong also where they cannot be written."""
        tell(message, end="")

    def print_help(self, file: Any = None) -> None:
        """Raises OSError if it cannot be written, which argparse would keep to itself."""
        print(self.format_help(), end="", file=file)
