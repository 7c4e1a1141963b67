"""Which of a link's archives `wali sdk add` has built for another compiler or C library."""

from __future__ import annotations

import os

from . import prefix_use


def among(options: list[str]) -> list[tuple[str, str]]:
    """The archives that -l finds in the prefix, each with the library's name (prefix.py), and that are not this SDK's."""
    prefix = os.environ.get(prefix_use.VARIABLE)
    wanted = {f"lib{word[2:]}.a" for word in options if word.startswith("-l")}
    if not prefix or not wanted:
        return []
    folders = [word[2:] for word in options if word.startswith("-L") and word != "-L"]
    ours = os.path.join(prefix, "lib")
    wanted = {
        name for name in wanted if next((f for f in folders if os.path.exists(os.path.join(f, name))), None) == ours
    }
    found = []
    try:
        with open(os.path.join(prefix, prefix_use.OWN, prefix_use.LIST), encoding="utf-8") as file:
            for line in file:
                library, _, toolchain, _, *files = line.rstrip("\n").split("\t")
                if toolchain != os.environ.get(prefix_use.TOOLCHAIN):
                    found += [(f"{ours}/{name}", library) for name in sorted(wanted) if f"lib/{name}" in files]
    except (OSError, ValueError):  # the linker will tell what is missing
        return found
    return found
