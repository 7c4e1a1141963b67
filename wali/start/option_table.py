"""The options of wali-run: one row each. Whatever spells an option is made from here, or compared with it by a test.

From a row come the parser in Python (options.py), the text of --help, the settings that the core gets (config.py),
and wali/_generated/options.h (by tools/option_header.py): what the launcher reads without Python
(wali/native/launcher/), and what execve hands on to the next program (syscalls/handlers/exec.c).
Written by hand are the field of `wali_config` (process/settings.h), the paragraph in docs/wali-run.1.md, and the parameter of
`wali.command`; tests/commands/test_options.py compares them with the row.

On the path of every start that Python makes: imports nothing.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

# What stands behind an option.
STOP: Final = "stop"  # nothing: it is answered, and no guest runs
FLAG: Final = "flag"  # nothing: the option alone says it
SIZE: Final = "size"  # a number of bytes, as in 64M
TEXT: Final = "text"  # a string
TEXTS: Final = "texts"  # a string, and the option may be repeated
FILE: Final = "file"  # nothing, or a path joined by `=`
DESCRIPTOR: Final = "fd"  # the number of an open file
COUNT: Final = "count"  # a number of words

# The setting of an option that is not given. Of FILE without a path it is "".
ABSENT: Final[dict[str, object]] = {FLAG: False, SIZE: 0, TEXT: None, TEXTS: (), FILE: None, DESCRIPTOR: -1}


class Option:
    """One option.

    word: as it is written. short: the same in one letter, "" if there is none.
    kind: one of those above. metavar: what --help and the manual call its value, "" without one.
    help: what --help says; "" for what only execve gives.
    setting: whether `RunConfig` has it, as `attribute`; else options.py makes something else of it.
    core: whether it is a setting that the core gets: `attribute` is a field of wali_config.
    launcher: whether the launcher reads it; else Python starts the guest. Not in wali_config, it is in struct launch.
    kept: whether execve hands on what wali_config has. unset: the option that it hands on if that is NULL.
    """

    __slots__ = (
        "attribute",
        "core",
        "help",
        "kept",
        "kind",
        "launcher",
        "metavar",
        "setting",
        "short",
        "unset",
        "word",
    )

    def __init__(
        self,
        word: str,
        kind: str,
        metavar: str = "",
        help: str = "",  # noqa: A002
        *,
        short: str = "",
        setting: bool = False,
        core: bool = False,
        launcher: bool = False,
        kept: bool = False,
        unset: str = "",
    ) -> None:
        self.word = word
        self.kind = kind
        self.metavar = metavar
        self.help = help
        self.short = short
        self.setting = setting or core
        self.core = core
        self.launcher = launcher
        self.kept = kept
        self.unset = unset
        self.attribute = word[2:].replace("-", "_")


# As --help shows them. The options of the last heading are not for users: a guest's execve gives them.
GROUPS = (
    (
        "environment",
        (
            Option("--env", TEXTS, "KEY=VALUE", "set a variable (repeatable); --env KEY removes it", short="-e"),
            Option("--env-file", TEXTS, "FILE", "set those in FILE, one KEY=VALUE per line, # begins a comment"),
            Option("--clear-env", FLAG, "", "start from an empty environment instead of this one"),
            Option(
                "--argv0",
                TEXT,
                "NAME",
                "what the guest sees as its own name (default: the module's path)",
                launcher=True,
            ),
        ),
    ),
    (
        "limits",
        (
            Option(
                "--max-memory",
                SIZE,
                "SIZE",
                "most guest memory: 512K, 64M, 1G (default: what the module allows)",
                core=True,
                launcher=True,
                kept=True,
            ),
            Option(
                "--stack-size",
                SIZE,
                "SIZE",
                "native stack of each guest thread (default: 16M; 256K at least)",
                core=True,
                launcher=True,
                kept=True,
            ),
        ),
    ),
    (
        "old C",
        (
            Option(
                "--fix-calls",
                FLAG,
                "",
                "let functions be called through pointers of another type, which\n"
                "would end the guest: surplus arguments are dropped, missing ones 0\n"
                "(what it cannot repair: docs/PORTING.md)",
                core=True,
                launcher=True,
                kept=True,
            ),
        ),
    ),
    (
        "watching",
        (
            Option(
                "--trace",
                FILE,
                "FILE",
                "print each system call to stderr, or to FILE",
                setting=True,
                launcher=True,
            ),
            Option(
                "--stats",
                FILE,
                "FILE",
                "print times, counts and memory to stderr at the end, or to FILE\nas JSON",
                setting=True,
            ),
        ),
    ),
    (
        "compiled code",
        (
            Option(
                "--cache-dir",
                TEXT,
                "DIR",
                "keep it in DIR (default: $XDG_CACHE_HOME/wali or ~/.cache/wali)",
                core=True,
                launcher=True,
                kept=True,
                unset="--no-cache",
            ),
            Option("--no-cache", FLAG, "", "compile anew and keep nothing"),
        ),
    ),
    (
        "",
        (
            Option("--help", STOP, "", "this text", short="-h"),
            Option("--version", STOP, "", "versions of the runtime and its engine", short="-V"),
        ),
    ),
    (
        "from execve",
        (
            Option("--trace-fd", DESCRIPTOR, core=True, launcher=True, kept=True),
            Option("--stats-fd", DESCRIPTOR, core=True, launcher=True, kept=True),
            Option("--module-fd", DESCRIPTOR, core=True, launcher=True),
            Option("--name", TEXT, core=True, launcher=True),
            Option("--seccomp", TEXTS, core=True, launcher=True),
            Option("--environment", COUNT, launcher=True),
        ),
    ),
)
OPTIONS = tuple(option for _, options in GROUPS for option in options)
