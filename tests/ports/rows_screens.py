"""Rows of ports_screens.py."""

from __future__ import annotations

import sys

from tests.programs import ports_screens
from tests.support.tools import ROOT

from .row import Row

TYPIST = f'PYTHONPATH="{ROOT}" "{sys.executable}" -m tests.ports.typist'

ROWS: tuple[Row, ...] = (
    Row(
        ports_screens.ZSH,
        # Scripts; one that fails says nothing of the cases behind.
        tests="make -s test",
        passed=r"^(\d+) successful test script",
        failed=r"(\d+) failures?, \d+ skipped$",
        work="""Src/zsh -f -c '
typeset -A count; integer i s
for ((i = 0; i < 200000; i++)); do (( count[w$(( i * 7919 % 5003 ))]++, s = (s * 31 + i) % 1000003 )); done
fib() { (( $1 < 2 )) && { REPLY=$1; return }; local a; fib $(( $1 - 1 )); a=$REPLY; fib $(( $1 - 2 )); (( REPLY += a )) }
fib 20
lines=(${(f)"$(for ((i = 0; i < 40000; i++)); do print -r -- "line $(( i * 7919 % 10007 )) of words"; done)"})
print $s $#count $REPLY ${#${(M)lines:#*77*}} ${${(on)lines}[1000]} ${#${lines//o/00}}'""",
        about="arithmetic, calls, an associative array, 40,000 lines sorted and matched",
        remarks="scripts; musl's C locale, and another user's right to read the runtime: "
        "[why](PORTING.md#terminals-zsh-tmux-nano)",
    ),
    Row(
        ports_screens.TMUX,
        tests="",
        passed=r"(?!)",
        failed=r"(?!)",
        prepare="""awk 'BEGIN { for (i = 0; i < 200000; i++)
    printf "\\033[3%dm%d \\033[1mbold\\033[m %d line of words\\n", i % 8, i, i * 7919 % 1000003 }' > "$SCRATCH/text"
""",
        # The server stays in the foreground: it is waited for, and so its time is seen.
        work="""export HOME="$SCRATCH" LC_ALL=C.UTF-8; program=$PWD/tmux; cd "$SCRATCH"
tmux() { "$program" -S socket -f /dev/null "$@"; }
tmux -D &
until [ -S socket ]; do sleep 0.1; done
tmux new-session -d -x 100 -y 40 'cat text; echo the end; exec cat'
until tmux capture-pane -p | grep -q 'the end'; do sleep 0.5; done
tmux capture-pane -p -e -S - | cksum
tmux kill-server; wait
""",
        about="show 10 MB with colours in a window",
        remarks="upstream's release has no tests: [ours](PORTING.md#terminals-zsh-tmux-nano)",
    ),
    Row(
        ports_screens.NANO,
        tests="",
        passed=r"(?!)",
        failed=r"(?!)",
        prepare="""awk 'BEGIN { for (i = 0; i < 200000; i++) print i, i * 7919 % 1000003, "line of words and numbers", i % 97 }' \\
    > "$SCRATCH/text"
""",
        work=f"""TERM=vt100 LC_ALL=C.UTF-8 {TYPIST} src/nano -I "$SCRATCH/text" <<'END'
< Help
> \\x1br
< replace
> words\\r
< with
> phrases\\r
< instance
> A
< 200000
> \\x1br
< replace
> \\x1br
< Regex
> ([0-9]+) line (.*) 7$\\r
< with
> \\\\1 seven \\\\2\\r
< instance
> A
< eplaced
> \\x0f
< rite
> \\r
< rote
> \\x18
END
cksum < "$SCRATCH/text"
""",
        about="replace words and by an expression in 200,000 lines",
        remarks="upstream has no tests; [those of ours](PORTING.md#terminals-zsh-tmux-nano) pass",
    ),
)
