"""tmux: windows, panes, copying, formats, clients that are attached or in control, all as with the native build.

Debian's source has none of upstream's regress tests, which releases leave out.
"""

from __future__ import annotations

import os
import re
import signal
from pathlib import Path

import pytest

from tests.programs.build import Pair
from tests.programs.terminal import Terminal
from tests.programs.tmux_server import Server

pytestmark = [
    pytest.mark.apps,
    pytest.mark.skipif(
        not os.environ.get("WALI_SCREEN_PROGRAMS"), reason="takes minutes to build; make screen-programs runs it"
    ),
]

SHELL = "exec env PS1='ready> ' sh"
COMMAND = "#{pane_current_command}"  # a shell's, before it has executed what it is to
PANES = "#{window_name}.#{pane_index} #{pane_current_command} #{pane_width}x#{pane_height}+#{pane_left}+#{pane_top}"


def _panes(server: Server) -> list[str]:
    """A shell's output with colours and wide characters; panes that split, move, resize, fill layouts and go."""
    server.run("new-session", "-d", "-s", "one", "-n", "work", "-x", "60", "-y", "14", SHELL)
    told = [server.shown("one", "ready>", "7,0")]
    colours = "printf '\\033[1;31mred\\033[0m \\033[4;48;5;33mblue\\033[m \\346\\227\\245\\346\\234\\254\\n'"
    server.type("one", colours, "Enter")
    told.append(server.shown("one", "\u65e5\u672c\nready>", "7,"))
    server.type("one", "for i in 1 2 3 4 5 6 7 8 9; do echo line $i; done; tput cup 3 5; printf HERE", "Enter")
    told.append(server.shown("one", "HEREready>", "16,3"))
    server.type("one", "clear", "Enter")
    server.shown("one", "ready>", "7,0")
    server.type("one", "stty size; tput cols", "Enter")
    told.append(server.shown("one", "14 60\n60\nready>", "7,3"))
    server.run("split-window", "-h", "-t", "one", "-l", "20", "exec cat")
    server.await_format(COMMAND, "cat", "one:work.1")
    server.run("split-window", "-v", "-t", "one", "-l", "4", "stty -echo; echo begin; exec cat -A")
    server.shown("one:work.2", "begin", "0,1")
    server.type("one:work.2", "keys: \u00e4", "Up", "F5", "C-Right", "M-x", "Enter")
    told.append(server.shown("one:work.2", "keys: ", "0,3"))
    server.run("resize-pane", "-t", "one:work.0", "-x", "30")
    told.append(server.run("list-panes", "-t", "one", "-F", PANES))
    for layout in ("even-horizontal", "even-vertical", "main-horizontal", "main-vertical", "tiled"):
        server.run("select-layout", "-t", "one", layout)
        told.append(server.run("display-message", "-p", "-t", "one", f"{layout} #{{window_layout}}"))
    server.await_size("one:work.0", 6, 29)
    server.type("one:work.0", "clear; stty size", "Enter")
    told.append(server.shown("one:work.0", "6 29\nready>", "7,1"))
    server.run("swap-pane", "-s", "one:work.0", "-t", "one:work.1")
    server.run("break-pane", "-d", "-s", "one:work.2", "-n", "alone")
    server.run("respawn-pane", "-k", "-t", "one:alone", "echo again; exec cat")
    told.append(server.shown("one:alone", "again", "0,1"))
    server.await_format(COMMAND, "cat", "one:alone")
    server.run("join-pane", "-s", "one:alone", "-t", "one:work")
    server.run("kill-pane", "-t", "one:work.0")
    told.append(server.run("list-panes", "-s", "-t", "one", "-F", PANES))
    return told


def _copying(server: Server) -> list[str]:
    """Going back, searching and copying, buffers and files, a pipe out of a pane, commands of a shell."""
    server.run("new-session", "-d", "-s", "one", "-x", "50", "-y", "8", SHELL)
    server.shown("one", "ready>", "7,0")
    server.type("one", "i=0; while [ $i -lt 300 ]; do echo word$i and more; i=$((i+1)); done", "Enter")
    told = [server.shown("one", "word299 and more\nready>", "7,")]
    server.run("copy-mode", "-t", "one")
    for words in (["search-backward", "word12[5]"], ["begin-selection"], ["cursor-down"], ["end-of-line"]):
        server.run("send-keys", "-t", "one", "-X", *words)
        place = "#{copy_cursor_line}|#{copy_cursor_x},#{copy_cursor_y} #{scroll_position} #{selection_present}"
        told.append(server.run("display-message", "-p", "-t", "one", place))
    server.run(
        "send-keys", "-t", "one", "-X", "copy-pipe-and-cancel", "tr a-z A-Z > copied; $TMUX_PROGRAM wait-for -S copied"
    )
    server.run("wait-for", "copied")
    told += [server.run("show-buffer"), (server.folder / "copied").read_text()]
    server.run("capture-pane", "-t", "one", "-S", "-", "-b", "all")
    server.run("save-buffer", "-b", "all", "saved")
    told.append((server.folder / "saved").read_text())
    (server.folder / "loaded").write_text("echo pasted \u00fc\n")
    server.run("load-buffer", "-b", "mine", "loaded")
    server.run("paste-buffer", "-b", "mine", "-t", "one")
    told.append(server.shown("one", "\npasted \u00fc\nready>", "7,"))
    told.append(server.run("list-buffers", "-F", "#{buffer_name} #{buffer_size}"))
    server.run("pipe-pane", "-t", "one", "grep --line-buffered -v ready > piped")
    server.type("one", "echo through; $TMUX_PROGRAM wait-for -S written", "Enter")
    server.run("wait-for", "written")
    server.await_file("piped", "through\r\n")
    return told


def _formats(server: Server) -> list[str]:
    """Formats, options, bindings, conditions, hooks; and errors."""
    server.run("new-session", "-d", "-s", "one", "-n", "first", "-x", "50", "-y", "8", "cat")
    formats = (
        "#{session_name} #{window_width} #{?pane_dead,dead,alive} #{=3:session_name} #{l:literal}",
        "#{e|+|f|3:7.5,2} #{e|*:6,7} #{e|/|f|4:10,3} #{e|%:17,5} #{e|<:3,4}",
        "#{s/o(n)/<\\1>/:session_name} #{m/r:^o,one} #{p12:session_name}| #{p-12:session_name}|",
        "#{==:one,#{session_name}} #{||:0,1} #{&&:1,0} #{w:\u65e5\u672c} #{n:\u65e5\u672c} #{q:a b\\$}",
        "#{b:/a/b} #{d:/a/b} #{a:65} #{T:status-left} #{W:#{window_index}}",
    )
    told = [server.run("display-message", "-p", "-t", "one", text) for text in formats]
    server.run("set-option", "-g", "status-right", "#[fg=red]#{session_name}")
    server.run("set-option", "-g", "@mine", "of mine")
    server.run("bind-key", "-T", "root", "F9", "if-shell", "test -d /", "set-buffer bound", "set-buffer unbound")
    server.run("set-hook", "-g", "after-new-window", "set-buffer -b hooked '#{hook}'")
    server.run("new-window", "-t", "one", "-n", "other", "cat")
    for command in (
        "show-options -g",
        "show-options -g -w",
        "show-options -s -v escape-time",
        "list-keys",
        "list-commands",
        "list-windows -t one -F #{window_index}#{window_name}#{window_flags}",
        "show-environment -g SHELL",
        "show-buffer -b hooked",
        "if-shell false wrong list-sessions\\ -F\\ right",
        "no-such-command",
        "kill-window -t none",
        "new-session -d -s one",
        "set-option -g no-such-option 1",
        "source-file nowhere",
    ):
        done = server.client(*(word.replace("\\", "") for word in re.split(r"(?<!\\) ", command)))
        told.append(f"{command}: {done.returncode} {done.stdout} {done.stderr}")
    return told


def _controlling(server: Server) -> list[str]:
    """A client in control mode gets answers and notices as lines. tmux reads commands before it is attached, if they
    are there, and ends with them, so each is said when the one before it is answered."""
    server.run("new-session", "-d", "-s", "one", "-n", "first", "-x", "50", "-y", "8", "cat")
    said, errors, status = server.converse(
        ["-C", "attach-session", "-t", "one"],
        ("%session-changed", "list-windows -F '#{window_name}'\n"),
        ("%end", "rename-window new\n"),
        ("%window-renamed", "no-such-command\n"),
        ("%error", "detach-client\n"),
    )
    said = re.sub(r"^(%\w+) \d+ \d+ (\d)$", r"\1 TIME NUMBER \2", said, flags=re.M)
    return [said, errors, str(status)]


STORIES = {"panes": _panes, "copying": _copying, "formats": _formats, "controlling": _controlling}


@pytest.mark.parametrize("story", STORIES)
def test_story(tmux: Pair, story: str, tmp_path: Path) -> None:
    """The same is told by both."""
    told = {}
    for kind, program in tmux.both().items():
        with Server(program, tmp_path / kind) as server:
            told[kind] = STORIES[story](server)
    assert told["native"]
    assert told["wasm"] == told["native"]


def test_attached(tmux: Pair, tmp_path: Path) -> None:
    """A client in a terminal: keys, other sizes, detaching, a terminal that hangs up, the server's end."""
    for kind, program in tmux.both().items():
        with Server(program, tmp_path / kind) as server:
            start = [*server.command, "new-session", "-s", "one", "-n", "work", SHELL]
            with Terminal(start, str(server.folder), server.environment) as client:
                client.expect("ready> ")
                client.resize(70, 20)
                server.await_format("#{window_width}x#{window_height}", "70x19")
                server.await_size("one", 19, 70)
                client.type("echo $((6*7)); stty size\n")
                client.expect_all("42", "19 70")
                client.type("\x02c")  # prefix c: a new window
                server.await_format("#{session_windows}", "2")
                client.resize(50, 10)
                server.await_format("#{window_width}x#{window_height}", "50x9")
                client.type('\x02"')  # prefix ": two panes
                server.await_format("#{window_panes}", "2")
                client.type("\x02:")  # prefix :, a prompt, which takes what is typed once it is there
                client.expect("1H:")
                client.type("rename-window other\r")
                server.await_format("#{window_name}", "other")
                client.type("\x02d")
                client.expect("[detached (from session one)]")
                assert client.status() == 0
            assert not server.run("list-clients")
            again = [*server.command, "attach-session", "-t", "one"]
            with Terminal(again, str(server.folder), server.environment) as client:
                client.expect("other")
                server.await_format("#{session_attached}", "1")
                client.hang_up()
                server.await_format("#{session_attached}", "0")
            with Terminal(again, str(server.folder), server.environment) as client:
                client.expect("other")
                os.kill(int(server.run("display-message", "-p", "#{pid}")), signal.SIGTERM)
                client.expect("[server exited]")
                assert client.status() == 1
