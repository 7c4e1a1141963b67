"""git, of `make ports`: its source, and what git/build.sh makes of it."""

from __future__ import annotations

from tests.programs.ports import Port
from tests.programs.sources import Source
from wali.sdk.debsource import Pinned

GIT = Port(
    name="git",
    sources=(
        Source(
            Pinned(
                "git",
                "1:2.39.5-0+deb12u3",
                "xz",
                "c58da92c378df4a986ca33266897a7397e86c22ee266a284d8c2432c39066b59",
            ),
            ("",),
        ),
    ),
    programs=("git", "git-daemon", "t/helper/test-tool"),
    libraries=("zlib", "pcre2"),
)
