"""perl, of `make ports`: its source, and what perl/build.sh makes of it."""

from __future__ import annotations

from tests.programs.ports import Port, of_debian

PERL = Port(
    name="perl",
    sources=(
        of_debian("perl 5.36.0-7+deb12u3 xz", "0f386dccbee8e26286404b2cca144e1005be65477979beb9b1ba272d4819bcf0"),
    ),
    programs=("perl", "miniperl"),
)
