"""wali-pkg-config: the machine's pkg-config, asked for libraries of the prefix, which are linked statically."""

from __future__ import annotations

import os
import sys

from . import shell

PROGRAMS = ("pkg-config", "pkgconf")


def main(argv: list[str] | None = None) -> int:
    """Becomes pkg-config; 127 after a message if the machine has none.

    Archives name what they need apart from what programs ask for: --static makes one list of both. PKG_CONFIG_PATH is
    read before the prefix, as by any pkg-config, so that folders of the user's own can be added.
    """
    from ..messages import complain

    os.environ["PKG_CONFIG_LIBDIR"] = shell.package_folders()
    arguments = sys.argv[1:] if argv is None else argv
    for program in PROGRAMS:
        try:
            os.execvp(program, [program, "--static", *arguments])
        except FileNotFoundError:
            continue
        except OSError as error:
            complain("wali-pkg-config", f"{program}: {error.strerror}")
            return 126
    complain("wali-pkg-config", "there is no pkg-config on this machine; on Debian: apt install pkgconf")
    return 127
