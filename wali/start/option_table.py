"""The options of wali-run: one row each. Whatever spells an option is made from here, or compared with it by a test.

From a row come the parser in Python (options.py), the text of --help, the words by which Python starts the launcher
(hand_over.py), and wali/_generated/options.h (by tools/option_header.py): what the launcher reads without Python
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
WORDS: Final = "words"  # the same: words joined by commas, also right behind the option's letter, as in -Sword
FILE: Final = "file"  # nothing, or a path joined by `=`
DESCRIPTOR: Final = "fd"  # the number of an open file
COUNT: Final = "count"  # a number of words
NUMBER: Final = "number"  # a number, negative too
AMOUNT: Final = "amount"  # a number above 0, perhaps in K, M or G

# The setting of an option that is not given. Of FILE without a path it is "".
ABSENT: Final[dict[str, object]] = {
    FLAG: False,
    SIZE: 0,
    TEXT: None,
    TEXTS: (),
    WORDS: (),
    FILE: None,
    DESCRIPTOR: -1,
    NUMBER: 0,
    AMOUNT: 0,
}


class Option:
    """One option.

    word: as it is written. short: the same in one letter, "" if there is none.
    kind: one of those above. metavar: what --help and the manual call its value, "" without one.
    help: what --help says; "" for what only execve and Python give.
    setting: whether `RunConfig` has it, as `attribute`; else options.py makes something else of it.
    core: whether it is a setting that the core gets: `attribute` is a field of wali_config.
    launcher: whether the launcher reads it; else Python starts the guest. Not in wali_config, it is in struct launch.
    kept: whether execve hands on what wali_config has. unset: the option that it hands on if that is NULL.
    wasi: whether only programs that import the functions of WASI take it.
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
        "wasi",
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
        wasi: bool = False,
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
        self.wasi = wasi
        self.attribute = word[2:].replace("-", "_")


# As --help shows them. The options of the last heading are not for users: a guest's execve gives them to the launcher,
# and so does Python, once it has the compiled code (hand_over.py).
GROUPS = (
    (
        "environment",
        (
            Option(
                "--env",
                TEXTS,
                "KEY=VALUE",
                "set a variable (repeatable); --env KEY removes it",
                short="-e",
                setting=True,
                launcher=True,
            ),
            Option(
                "--env-file", TEXTS, "FILE", "set those in FILE: lines KEY=VALUE, quoted if need be, and # comments"
            ),
            Option(
                "--clear-env",
                FLAG,
                "",
                "start from an empty environment instead of this one",
                setting=True,
                launcher=True,
            ),
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
        "WASI programs",
        (
            Option(
                "--dir",
                TEXTS,
                "HOST[::GUEST]",
                "let it use this folder, by the name GUEST (repeatable); with\n--sandbox any program",
                core=True,
                launcher=True,
            ),
            Option(
                "--host",
                FLAG,
                "",
                "let it use the whole machine: all files, the environment, the network",
                core=True,
                launcher=True,
                wasi=True,
            ),
            Option("--inherit-env", FLAG, "", "give it this environment", setting=True, launcher=True),
            Option(
                "--invoke",
                TEXT,
                "FUNCTION",
                "call this export: the arguments are its parameters, as numbers;\nits results are printed",
                core=True,
                launcher=True,
                wasi=True,
            ),
            Option(
                "--tcplisten",
                TEXTS,
                "ADDR:PORT",
                "give it a listening socket, as descriptor 3 on (repeatable)",
                setting=True,
                launcher=True,
                wasi=True,
            ),
            Option(
                "--wasi",
                WORDS,
                "WORD,...",
                "words of wasmtime's -S, each perhaps with =y or =n: inherit-env,\ninherit-network, allow-ip-name-lookup, listenfd, tcp, udp,\ntcplisten=ADDR:PORT; others that have no effect here",
                short="-S",
                setting=True,
                launcher=True,
                wasi=True,
            ),
        ),
    ),
    (
        "sandbox (docs/SANDBOX.md)",
        (
            Option(
                "--sandbox",
                FILE,
                "process",
                "let the guest, and native programs that it executes, reach only what\nthe next options name: files, network, processes. =process is the\nweaker form that needs no namespaces",
                core=True,
                launcher=True,
            ),
            Option(
                "--ro",
                TEXTS,
                "PATH",
                "let it read a file or a folder with all that is below (repeatable)",
                core=True,
                launcher=True,
            ),
            Option(
                "--rw",
                TEXTS,
                "PATH",
                "let it write there, too (repeatable)",
                core=True,
                launcher=True,
            ),
            Option(
                "--rootfs",
                TEXT,
                "DIR",
                "give it this folder as /, to be read",
                core=True,
                launcher=True,
            ),
            Option(
                "--net",
                TEXTS,
                "NETWORK",
                "give it a network: none (without this option), loopback, host, or\ntcp:PORT to connect to and listen:PORT to serve (repeatable)",
                core=True,
                launcher=True,
            ),
            Option(
                "--exec",
                FLAG,
                "",
                "let it execute programs among its files, native ones too",
                core=True,
                launcher=True,
            ),
            Option(
                "--no-exec",
                FLAG,
                "",
                "let it execute none (so with --sandbox anyway)",
                core=True,
                launcher=True,
            ),
            Option(
                "--confine",
                FLAG,
                "",
                "only close the ways out: namespaces, mounts, raw sockets, other\nprocesses' memory; it keeps its user's files and network",
                core=True,
                launcher=True,
            ),
            Option(
                "--deny",
                TEXTS,
                "CALL,...",
                "let these system calls fail, by name or %family (repeatable)",
                core=True,
                launcher=True,
            ),
            Option(
                "--allow",
                TEXTS,
                "CALL,...",
                "but not these of them",
                core=True,
                launcher=True,
            ),
            Option(
                "--user",
                TEXT,
                "USER",
                "become this user first: a name, UID or UID:GID; for root",
                core=True,
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
                "native stack of each guest thread (default: 16 times its own stack, 16M at least)",
                core=True,
                launcher=True,
                kept=True,
            ),
            Option(
                "--memory",
                SIZE,
                "SIZE",
                "as --max-memory, and 64M more as data of native programs (RLIMIT_DATA)",
                setting=True,
                launcher=True,
            ),
            Option(
                "--processes",
                AMOUNT,
                "N",
                "most processes and threads of this user in the sandbox",
                core=True,
                launcher=True,
            ),
            Option("--files", AMOUNT, "N", "most open files of each process", core=True, launcher=True),
            Option("--cpu", AMOUNT, "SECONDS", "most processor time of each process", core=True, launcher=True),
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
                "--trace-options",
                TEXT,
                "WORDS",
                "what of it, and how, as strace is told: -e trace=%file,write -T -y\n(all of them: wali trace --help)",
                core=True,
                launcher=True,
                kept=True,
            ),
            Option(
                "--stats",
                FILE,
                "FILE",
                "print times, counts and memory to stderr at the end, or to FILE\nas JSON",
                setting=True,
            ),
            Option(
                "--debug",
                FLAG,
                "",
                "compile for gdb, with lines and variables: gdb --args wali-run\n--debug prog.wasm (docs/DEBUGGING.md)",
                core=True,
                launcher=True,
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
                "keep it in DIR (default: $WALI_CACHE_DIR, else\n$XDG_CACHE_HOME/wali or ~/.cache/wali)",
                core=True,
                launcher=True,
                kept=True,
                unset="--no-cache",
            ),
            Option(
                "--code",
                TEXT,
                "FILE",
                "take it from FILE, which wali compile -o has made of the module",
                setting=True,
                launcher=True,
            ),
            Option("--no-cache", FLAG, "", "compile anew and keep nothing", launcher=True),
            Option(
                "--quiet",
                FLAG,
                "",
                "no word on stderr about a compilation that takes seconds\n(nor if WALI_QUIET is set)",
                core=True,
                launcher=True,
                kept=True,
            ),
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
        "from execve and from Python",
        (
            Option("--engine", TEXT, launcher=True),
            Option("--code-fd", DESCRIPTOR, core=True, launcher=True),
            Option("--code-delta", NUMBER, core=True, launcher=True),
            Option("--trace-fd", DESCRIPTOR, core=True, launcher=True, kept=True),
            Option("--trace-area-fd", DESCRIPTOR, core=True, launcher=True, kept=True),
            Option("--trace-base", TEXT, core=True, launcher=True, kept=True),
            Option("--stats-fd", DESCRIPTOR, core=True, launcher=True, kept=True),
            Option("--module-fd", DESCRIPTOR, core=True, launcher=True),
            Option("--name", TEXT, core=True, launcher=True),
            Option("--limits", TEXT, core=True, launcher=True),
            Option("--seccomp", TEXTS, core=True, launcher=True),
            Option("--environment", COUNT, launcher=True),
            Option("--executed", FLAG, setting=True, launcher=True),
        ),
    ),
)
OPTIONS = tuple(option for _, options in GROUPS for option in options)

# The words behind -S. Switches are members of struct launch, the next are what every WASI program gets anyway, and the
# last what preview1 has no functions for, or what no program notices.
WASI_SWITCHES = ("allow-ip-name-lookup", "inherit-env", "inherit-network", "listenfd", "tcp", "udp")
WASI_ALWAYS = ("cli", "common", "threads")
WASI_WITHOUT_EFFECT = (
    "cli-exit-with-code",
    "network-error-code",
    "preview0",
    "preview2",
)
WASI_SOCKET = "tcplisten"  # has a value: the same as the option
