"""The table of `make ports`."""

from __future__ import annotations

from tests.ports import (
    rows_compression,
    rows_git,
    rows_languages,
    rows_network,
    rows_perl,
    rows_postgresql,
    rows_screens,
)
from tests.ports.row import AUTOMAKE_FAILED, AUTOMAKE_PASSED, TEXT, Row
from tests.programs import ports

ROWS = (
    Row(
        ports.JQ,
        tests="for name in jq base64 onig optional; do ./jq -L tests/modules --run-tests tests/$name.test; done\n"
        "cd tests && NO_VALGRIND=1 PATH=$PWD/..:$PATH sh ./shtest > shtest.log 2>&1 && echo '1 of 1 tests passed'",
        passed=r"^(\d+) of \d+ tests passed",
        failed=r"^\*\*\* Test|^\*\*\* Expected",
        prepare="./jq -n '[range(60000) | {id: ., name: \"n\\(. * 7919 % 10007)\", list: [range(5)]}]' > $SCRATCH/data",
        work="./jq 'group_by(.name) | map({name: .[0].name, n: length, sum: (map(.id + .list[3]) | add)}) | sort_by(.n)' "
        "$SCRATCH/data",
        about="group, add and sort 60,000 objects",
    ),
    Row(
        ports.BC,
        tests='cp -a "$SOURCES/Test" . && cd Test && rm -f checklib.b timetest && for test in *.b; do\n'
        "    printf 'quit\\n' | timeout 60 ../bc/bc -l $test > $test.out 2>&1 && echo done $test\n"
        "done",
        passed=r"^done ",
        failed=r"(?!)",
        work="echo 'scale=1200; a(1)*4' | bc/bc -l",
        about="1,200 digits of pi",
        remarks="upstream's scripts have no expected output: a script passes if it ends with status 0",
    ),
    Row(
        ports.XZ,
        tests="make -k -s check",
        passed=AUTOMAKE_PASSED,
        failed=AUTOMAKE_FAILED,
        prepare=TEXT,
        work='head -c 3000000 "$SCRATCH/text" | src/xz/xz -6 -T1 -c > "$SCRATCH/text.xz"\n'
        'cksum < "$SCRATCH/text.xz"; src/xz/xz -dc "$SCRATCH/text.xz" | cksum',
        about="pack and unpack 3 MB at -6",
    ),
    Row(
        ports.FILE,
        tests="make -k -s -C tests check",
        passed=r"^Running test: ",
        failed=r"(?:^FAIL|Result was)",
        prepare='for i in 1 2 3 4 5 6; do cp -r "$SOURCES/tests" "$SCRATCH/$i"; done',
        work='for n in 1 2 3 4; do MAGIC=magic/magic.mgc src/file -b "$SCRATCH"/*/*.testfile; done',
        about="judge 6 times upstream's samples",
    ),
    Row(
        ports.QUICKJS,
        tests="for name in closure language builtin loop bigint cyclic_import worker std; do\n"
        "    test -e tests/test_$name.js || continue\n"
        "    if timeout 120 ./qjs --std tests/test_$name.js; then echo pass $name; else echo fail $name; fi\n"
        "done",
        passed=r"^pass ",
        failed=r"^fail ",
        work="""./qjs -e '
function fib(n) { return n < 2 ? n : fib(n - 1) + fib(n - 2) }
let words = {}; for (let i = 0; i < 200000; i++) { let w = "w" + i * 7919 % 5003; words[w] = (words[w] || 0) + 1 }
let a = []; for (let i = 0; i < 200000; i++) a.push((i * 7919) % 1000003); a.sort((x, y) => x - y);
print(fib(27), Object.keys(words).length, a[1000], JSON.stringify(a).length)'""",
        about="calls, strings, sorting, JSON",
    ),
    Row(
        ports.LESS,
        tests="",
        passed=r"(?!)",
        failed=r"(?!)",
        prepare=TEXT,
        work="""TERM=dumb ./less -F -E +/99999.*96 "$SCRATCH/text" | cksum; ./less "$SCRATCH/text" | cksum""",
        about="12 MB to a pipe",
        remarks="upstream's release has no tests",
    ),
    Row(
        ports.LUA,
        tests="",
        passed=r"(?!)",
        failed=r"(?!)",
        work="""./lua -e '
local function fib(n) if n < 2 then return n end return fib(n - 1) + fib(n - 2) end
local t, s = {}, 0
for i = 1, 1000000 do t[i] = i * 7919 % 1000003 end
table.sort(t); for i = 1, #t do s = s + t[i] % 97 end
print(fib(30), s, #string.rep("word ", 100000):gsub("o", "0"))'""",
        about="calls, a table of a million, sorting, strings",
        remarks="Debian's source has no tests; [those of ours](PORTING.md#the-tests) pass",
    ),
    Row(
        ports.SQLITE,
        tests="",
        passed=r"(?!)",
        failed=r"(?!)",
        work="""./sqlite3 "$SCRATCH/db$$" "PRAGMA synchronous=off; CREATE TABLE t(a INTEGER PRIMARY KEY, b TEXT, c REAL);
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300000)
  INSERT INTO t SELECT i, printf('%x', i * 7919 % 1000003), i * 0.5 FROM n;
CREATE INDEX tb ON t(b);
SELECT count(*), sum(x.c) FROM t x JOIN t y ON x.b = y.b WHERE y.a % 3 = 0;
SELECT substr(b, 1, 2) k, count(*), avg(c) FROM t GROUP BY k ORDER BY 2 DESC, 1 LIMIT 5;"
""",
        about="300,000 rows: insert, index, join, group",
        remarks="upstream's suite takes Tcl extensions; [tests of ours](PORTING.md#the-tests) pass",
    ),
    *rows_compression.ROWS,
    *rows_git.ROWS,
    *rows_languages.ROWS,
    *rows_network.ROWS,
    *rows_perl.ROWS,
    *rows_postgresql.ROWS,
    *rows_screens.ROWS,
)
