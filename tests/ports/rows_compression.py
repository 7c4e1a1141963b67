"""Rows of programs that pack."""

from __future__ import annotations

from tests.ports.row import Row
from tests.programs import ports_compression as ports

ROWS = (
    Row(
        ports.ZSTD,
        tests='cd tests && python3 cli-tests/run.py --zstd "$PWD/../programs/zstd" --datagen "$PWD/datagen"',
        passed=r"^PASS: \S+\.sh$",
        failed=r"^FAILED (\d+) / ",
        prepare="tests/datagen -g100000000 > $SCRATCH/data",
        work='for level in 1 3; do programs/zstd -q -$level -T1 -c "$SCRATCH/data" > "$SCRATCH/data.zst"\n'
        'cksum < "$SCRATCH/data.zst"; programs/zstd -dc "$SCRATCH/data.zst" | cksum; done',
        about="pack 100 MB at -1 and -3, and unpack it",
        remarks="windows of 2 GiB (window-resize.sh) are for 64 bits, by upstream's own limit",
    ),
)
