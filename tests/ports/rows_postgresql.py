"""The row of PostgreSQL: its regression tests, and queries."""

from __future__ import annotations

from pathlib import Path

from tests.programs import ports_postgresql as ports

from .row import Row

_PARTS = Path(ports.__file__).parent / "postgresql"
ORDINARY = f"sh -eu {_PARTS}/ordinary.sh"

ROWS = (
    Row(
        ports.POSTGRESQL,
        tests=f"""bin="$PWD/inst/bin" suite="$SOURCES/src/test/regress"
cd src/test/regress && export PGCTLTIMEOUT=600
{ORDINARY} ./pg_regress --inputdir="$suite" --bindir="$bin" --dlpath="$PWD" --temp-instance=cluster --no-locale \\
    --encoding=UTF8 --max-connections=8 --schedule="$suite/parallel_schedule"
cat regression.diffs""",
        passed=r"^(?:test|    ) +\S+ +\.\.\. ok +\d+ ms$",
        failed=r"^(?:test|    ) +\S+ +\.\.\. FAILED",
        work=f'bin="$PWD/inst/bin"; cd "$SCRATCH"; {ORDINARY} sh -eu {_PARTS}/queries.sh "$bin"',
        about="a cluster made, 60,000 rows in and out, joins, sorting, JSON, PL/pgSQL",
        remarks="`json`, `jsonb`: 10,000 levels of brackets do not fill 100 kB of stack: "
        "[why](PORTING.md#a-database-postgresql)",
    ),
)
