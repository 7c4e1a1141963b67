"""nano in a window of tmux: what it shows and writes is what the native build does. Upstream has no tests."""

from __future__ import annotations

import os
import signal
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.programs import ports_screens, sources
from tests.programs.build import Pair
from tests.programs.tmux_server import Server

pytestmark = [
    pytest.mark.apps,
    pytest.mark.skipif(
        not os.environ.get("WALI_SCREEN_PROGRAMS"), reason="takes minutes to build; make screen-programs runs it"
    ),
]

TEXT = """\
#include <stdio.h>

/* a comment with a word, and words */
int main(int argc, char **argv)
{
\tchar *word = "a word, \u00fcber \u65e5\u672c";
\tfor (int i = 0; i < 10; i++)
\t\tprintf("%s %d\\n", word, i);   // word
\treturn 0;
}
"""
LINES = "".join(f"line {i * 37 % 101} of many\n" for i in range(100))

# What is typed, then keys by tmux' names, then what is to be seen.
Step = tuple[str, str, str]
STEPS: tuple[Step, ...] = (
    ("", "", "prog.c"),
    ("// first: \u00e4\u00f6 \u20ac", "Enter", "Modified"),
    ("", "Down Down End Enter", "Modified"),
    ("int more = f(1 + [2]);", "Left M-]", "more"),
    ("", "C-w", "Search"),
    ("pri[n]", "M-r Enter", "printf"),
    ("", "M-a C-Right Right", "Mark"),
    ("", "M-6 End C-u", "printf"),
    ("", "M-u M-u M-e", "Redid"),
    ("", "C-Home M-r M-r", "Search (to replace)"),
    ("word", "Enter", "Replace with"),
    ("term", "Enter", "Replace this instance?"),
    ("yna", "", "Replaced"),
    ("", "C-_", "Enter line number"),
    ("9,4", "Enter M-3", "//      for"),
    ("", "M-N", "enabled"),
    ("", "M-N C-k C-k Up C-u", "prog.c"),
    ("", "M-D", "characters"),
    ("", "C-t", "Command to execute"),
    ("echo from a shell; pwd | wc -l", "Enter", "from a shell"),
    ("", "C-g", "Main nano help text"),
    ("", "C-x", "prog.c"),
    ("", "C-o", "File Name to Write"),
    ("", "Enter", "Wrote"),
    ("", "C-r M-f", "File to read into new buffer"),
    ("lines.txt", "Enter", "line 37 "),
    ("", "C-t", "Command to execute"),
    ("|sort -n -k2", "Enter", "line 1 of"),
    ("", "C-Home C-w", "Search"),
    ("line [0-9]7 of", "M-r Enter", "line 17"),
    ("", "M-w M-w", "line 37"),
    ("", "End M-:", "Recording"),
    (" here", "Down", "line 37 of many here"),
    ("", "M-:", "Stopped"),
    ("", "M-;", "line 38 of many here"),
    ("", "C-s", "Wrote"),
    ("", "M-,", "prog.c"),
    ("", "M-/ Up Up Up C-j", "Justified"),
    ("", "C-x", "Save modified"),
    ("", "C-c", "Cancelled"),
)


class _Editor:
    """nano in a window of a tmux of the same build, with upstream's syntax and settings of ours."""

    def __init__(self, server: Server, nano: Sequence[str]) -> None:
        self.server = server
        syntax = sources.tree(ports_screens.NANO.sources[0]) / "syntax" / "c.nanorc"
        (server.folder / "rc").write_text(f"include {syntax}\nset backup\n")
        (server.folder / "prog.c").write_text(TEXT)
        (server.folder / "lines.txt").write_text(LINES)
        words = " ".join([*nano, "--rcfile=rc", "prog.c"])  # root's own would be found by the user database
        server.run("new-session", "-d", "-s", "edit", "-x", "70", "-y", "18", f"{words}; echo status $?; cat")

    def do(self, step: Step, wanted: str = "") -> str:
        """The screen after a step: the `wanted` one, else as soon as it stands still."""
        typed, keys, text = step
        self.server.type("edit", typed, *keys.split())
        if wanted:
            return self.server.await_screen("edit", lambda seen: seen == wanted, wanted)
        return self.server.settled("edit", text)

    def files(self) -> dict[str, str]:
        """What it has written."""
        return {path.name: path.read_text() for path in self.server.folder.iterdir() if path.is_file()}


def test_editing(nano: Pair, tmux: Pair, tmp_path: Path) -> None:
    """Colours, wide characters, searching, replacing, marking, undoing, filters, macros, buffers, justifying, another
    size; and the files."""
    native = _Editor(server := Server(tmux.native, tmp_path / "native"), nano.native)
    with server, Server(tmux.wasm, tmp_path / "wasm") as other:
        wasm = _Editor(other, nano.wasm)
        for step in STEPS:
            wasm.do(step, native.do(step))
        for editor in (native, wasm):
            editor.server.run("resize-window", "-t", "edit", "-x", "40", "-y", "12")
        wasm.do(("", "", "prog.c"), native.do(("", "", "prog.c")))
        for editor in (native, wasm):
            editor.do(("", "C-x", "Save modified"))
            editor.do(("n", "C-x", "status 0"))
        assert native.files()["prog.c"].count("term") == 5
        assert wasm.files() == native.files()


def test_lost_terminal(nano: Pair, tmux: Pair, tmp_path: Path) -> None:
    """What was not saved is, when nano is told to end."""
    for kind, program in nano.both().items():
        with Server(tmux.both()[kind], tmp_path / kind) as server:
            editor = _Editor(server, program)
            editor.do(("", "", "prog.c"))
            editor.do(("at the top ", "", "Modified"))
            os.kill(_child(int(server.run("display-message", "-p", "#{pane_pid}"))), signal.SIGTERM)
            assert "prog.c.save" in server.settled("edit", "status 1")
            assert editor.files()["prog.c.save"] == "at the top " + TEXT


def _child(pid: int) -> int:
    """The one process that a shell has started."""
    (found,) = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return int(found)
