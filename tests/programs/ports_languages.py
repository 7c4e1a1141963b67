"""Ports: interpreters of languages."""

from __future__ import annotations

from tests.programs.ports import Port
from tests.programs.sources import Source
from wali.sdk.debsource import Pinned

GAWK = Port(
    name="gawk",
    sources=(
        Source(
            Pinned("gawk", "1:5.2.1-2", "xz", "2337a0283b180ec1b9c727973a34781c6478b3ae9bcbdcca0a4dc49861d75a65"), ("",)
        ),
    ),
    programs=("gawk",),
)
TCL = Port(
    name="tcl",
    sources=(
        Source(
            Pinned("tcl8.6", "8.6.13+dfsg-2", "gz", "83bce7277e3825df0179567e0d8a431ebb1a126df53ea4a94af89dd4dd0f26d5"),
            ("",),
        ),
    ),
    programs=("unix/tclsh", "unix/tcltest"),
)
