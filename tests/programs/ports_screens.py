"""Ports that live in a terminal."""

from __future__ import annotations

from tests.programs.ports import Port
from tests.programs.sources import Source
from wali.sdk.debsource import Pinned

ZSH = Port(
    name="zsh",
    sources=(
        Source(
            Pinned("zsh", "5.9-4", "xz", "9b8d1ecedd5b5e81fbf1918e876752a7dd948e05c1a0dba10ab863842d45acd5"),
            ("",),
        ),
    ),
    programs=("Src/zsh",),
    libraries=("ncurses",),
)
TMUX = Port(
    name="tmux",
    sources=(
        Source(
            Pinned("tmux", "3.3a-3", "gz", "e4fd347843bd0772c4f48d6dde625b0b109b7a380ff15db21e97c11a4dcdf93f"),
            ("",),
        ),
    ),
    programs=("tmux",),
    libraries=("ncurses", "libevent"),
)
NANO = Port(
    name="nano",
    sources=(
        Source(
            Pinned("nano", "7.2-1+deb12u1", "xz", "86f3442768bd2873cec693f83cdf80b4b444ad3cc14760b74361474fc87a4526"),
            ("",),
        ),
    ),
    programs=("src/nano",),
    libraries=("ncurses",),
)
