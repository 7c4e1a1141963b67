"""Rows of `make ports`: interpreters of languages."""

from __future__ import annotations

from tests.programs import ports_languages as ports

from .row import Row

# gawk's makefile names each test, and leaves its output where that is not what it should be.
GAWK_TESTS = """cd test
# Of UTF-8 locales every machine has this one; commas asks for the separators of another. Extensions, MPFR and memory
# that persists are not built.
sed -i -e 's/[a-z][a-z]_[A-Z][A-Z]\\.UTF-8/C.UTF-8/g' -e 's/ commas / /' Makefile
make -k basic unix-tests gawk-extensions charset-tests machine-tests > log 2>&1
cat log
sed -n 's/^\\([A-Za-z0-9_-]*\\):.*/\\1/p' Makefile > targets
grep -Fxf targets log | sort -u | while read -r name; do
    if test -e "_$name"; then echo "fail $name"; else echo "pass $name"; fi
done
"""

# Some tests give a child of theirs a second or less. One that fails runs again, alone, and that counts. A file that
# ends before its time counts as failed.
TCL_TESTS = """cd unix
export TCL_LIBRARY="$PWD/../library"
./tcltest ../tests/all.tcl < /dev/null > log 2>&1
cat log
awk '/^[A-Za-z0-9_-]+\\.test$/ { file = $1 } /^==== [^ ]+ FAILED$/ { print file, $2 }' log > again
while read -r file name; do
    ./tcltest "../tests/$file" -match "$name" < /dev/null
done < again
"""

ROWS = (
    Row(
        ports.GAWK,
        tests=GAWK_TESTS,
        passed=r"^pass ",
        failed=r"^fail ",
        work="""./gawk 'BEGIN {
    for (i = 0; i < 400000; i++) {
        word = sprintf("w%d", i * 7919 % 10007); count[word]++
        line = word " and " i; gsub(/[0-9]+/, "<&>", line); size += length(line)
        n += split(line, part, / /); sum += sqrt(i) * (part[1] ~ /<1/)
    }
    m = asorti(count, order); print n, size, sum, m, order[1], order[m], count["w17"]
}'""",
        about="fields, patterns, arrays",
        remarks="`backsmalls1`: for musl U+1680 is no space",
    ),
    Row(
        ports.TCL,
        tests=TCL_TESTS,
        passed=r"^\S+:\s+Total\s+\d+\s+Passed\s+(\d+)",
        failed=r"^\S+\.test:.*\sFailed\s+(\d+)$|^  \S+\.test$",
        work="""cat > "$SCRATCH/work.tcl" <<'END'
proc fib {n} { expr {$n < 2 ? $n : [fib [expr {$n - 1}]] + [fib [expr {$n - 2}]]} }
for {set i 0} {$i < 150000} {incr i} {
    set word w[expr {$i * 7919 % 10007}]
    dict incr count $word
    lappend list [string length [regsub -all {[0-9]+} "$word and $i" {<&>}]]
}
puts [list [fib 23] [dict size $count] [dict get $count w17] [lindex [lsort -integer $list] 100000]]
END
TCL_LIBRARY=$PWD/library unix/tclsh "$SCRATCH/work.tcl"
""",
        about="calls, lists, patterns, dictionaries",
        remarks="`unixInit-3.1`, `-3.2`: musl calls the encoding of C ASCII, and knows all names of locales; four more skip "
        "themselves",
    ),
)
