"""PostgreSQL, of `make ports`: its source, and what postgresql/build.sh makes of it."""

from __future__ import annotations

from tests.programs.ports import Port, of_debian

POSTGRESQL = Port(
    name="postgresql",
    sources=(
        of_debian(
            "postgresql-15 15.18-0+deb12u1 bz2", "11df0df97fe3ea4ba9a791faaf39cee1d2fe571e78885b5b55d8517d27c323b4"
        ),
    ),
    programs=("inst/bin/postgres", "inst/bin/initdb", "inst/bin/psql", "inst/bin/pgbench"),
    libraries=("zlib",),
)
