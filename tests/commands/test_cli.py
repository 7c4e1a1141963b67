"""The commands wali-run and wali: exit statuses, messages, options, and what the guest is given."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.helpers import EXIT_BY_ARGUMENT, MINIMAL, WaliRun, command_path, open_terminal, python_command
from wali.commands import help as help_text
from wali.errors import WaliUsageError
from wali.start import config, option_table, options

MakeModule = Callable[..., Path]

# Writes its arguments, one per line, to stdout.
ECHO = """(module
  (import "wali" "__cl_get_argc" (func $argc (result i32)))
  (import "wali" "__cl_get_argv_len" (func $len (param i32) (result i32)))
  (import "wali" "__cl_copy_argv" (func $copy (param i32 i32) (result i32)))
  (import "wali" "SYS_write" (func $write (param i32 i32 i32) (result i64)))
  (import "wali" "__proc_exit" (func $exit (param i32)))
  (memory (export "memory") 1 2)
  (func (export "_start") (local $i i32) (local $n i32)
    (loop $next
      (if (i32.lt_u (local.get $i) (call $argc)) (then
        (local.set $n (call $len (local.get $i)))
        (drop (call $copy (i32.const 64) (local.get $i)))
        (i32.store8 (i32.add (i32.const 64) (local.get $n)) (i32.const 10))
        (drop (call $write (i32.const 1) (i32.const 64) (i32.add (local.get $n) (i32.const 1))))
        (local.set $i (i32.add (local.get $i) (i32.const 1)))
        (br $next))))
    (call $exit (i32.const 0))))"""

# Copies its environment (the file that the runtime names) to stdout.
ENVIRONMENT = """(module
  (import "wali" "__get_init_envfile" (func $envfile (param i32 i32) (result i32)))
  (import "wali" "SYS_open" (func $open (param i32 i32 i32) (result i64)))
  (import "wali" "SYS_read" (func $read (param i32 i32 i32) (result i64)))
  (import "wali" "SYS_write" (func $write (param i32 i32 i32) (result i64)))
  (import "wali" "__proc_exit" (func $exit (param i32)))
  (memory (export "memory") 4 4)
  (func (export "_start") (local $fd i32) (local $n i32)
    (if (i32.eqz (call $envfile (i32.const 64) (i32.const 1000))) (then (call $exit (i32.const 0))))
    (local.set $fd (i32.wrap_i64 (call $open (i32.const 64) (i32.const 0) (i32.const 0))))
    (loop $more
      (local.set $n (i32.wrap_i64 (call $read (local.get $fd) (i32.const 4096) (i32.const 65536))))
      (if (i32.gt_s (local.get $n) (i32.const 0)) (then
        (drop (call $write (i32.const 1) (i32.const 4096) (local.get $n)))
        (br $more))))
    (call $exit (i32.const 0))))"""

# Kills itself with the signal numbered by its argument count.
SUICIDE = """(module
  (import "wali" "__cl_get_argc" (func $argc (result i32)))
  (import "wali" "SYS_getpid" (func $getpid (result i64)))
  (import "wali" "SYS_kill" (func $kill (param i32 i32) (result i64)))
  (memory (export "memory") 1 1)
  (func (export "_start")
    (drop (call $kill (i32.wrap_i64 (call $getpid)) (i32.sub (call $argc) (i32.const 1))))
    unreachable))"""

# Exits with 1 if signal (argument count) is ignored, 2 if it has a handler, else 0.
DISPOSITION = """(module
  (import "wali" "__cl_get_argc" (func $argc (result i32)))
  (import "wali" "SYS_rt_sigaction" (func $sigaction (param i32 i32 i32 i32) (result i64)))
  (import "wali" "__proc_exit" (func $exit (param i32)))
  (memory (export "memory") 1 1)
  (func (export "_start") (local $handler i32)
    (drop (call $sigaction (i32.sub (call $argc) (i32.const 1)) (i32.const 0) (i32.const 64) (i32.const 8)))
    (local.set $handler (i32.load (i32.const 64)))
    (if (i32.eqz (local.get $handler)) (then (call $exit (i32.const 0))))
    (if (i32.eq (local.get $handler) (i32.const -2)) (then (call $exit (i32.const 1))))
    (call $exit (i32.const 2))))"""


def times(number: int) -> list[str]:
    """So many arguments: how these modules are told a number."""
    return ["x"] * number


# --- exit statuses and messages ---------------------------------------------------------------------------------------


def test_the_status_is_the_guests(wali_run: WaliRun, module: MakeModule) -> None:
    path = module(EXIT_BY_ARGUMENT)
    assert wali_run(path).returncode == 0
    for status in (1, 42, 255):
        done = wali_run(path, "x" * status)
        assert (done.returncode, done.stdout, done.stderr) == (status, "", "")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL, signal.SIGINT, signal.SIGUSR1])
def test_death_by_a_signal_is_the_guests(wali_run: WaliRun, module: MakeModule, number: signal.Signals) -> None:
    assert wali_run(module(SUICIDE), *times(number)).returncode == -number


FAILURES = {
    "missing": ("nowhere.wasm", 127, "No such file"),
    "under a file": ("prog.txt/x.wasm", 127, "Not a directory"),
    "directory": (".", 126, "is a directory"),
    "text": ("prog.txt", 126, "not a wasm module"),
    "empty": ("empty.wasm", 126, "empty file"),
    "native": ("/bin/sh", 126, "native program"),
    "device": ("/dev/null", 126, "not a regular file"),
    "compiled pipe": ("pipe.cwasm", 126, "not a regular file"),
}


@pytest.mark.parametrize("name", FAILURES)
def test_what_cannot_be_run_is_one_line(wali_run: WaliRun, tmp_path: Path, name: str) -> None:
    path, status, words = FAILURES[name]
    (tmp_path / "prog.txt").write_text("hello")
    (tmp_path / "empty.wasm").write_text("")
    os.mkfifo(tmp_path / "pipe.cwasm", 0o600)
    done = wali_run(path, cwd=tmp_path)
    assert done.returncode == status
    assert done.stderr.startswith(f"wali-run: {path}: ")
    assert words in done.stderr
    assert done.stderr.count("\n") == 1
    assert done.stdout == ""


@pytest.mark.skipif(os.geteuid() == 0, reason="root can read everything")
def test_an_unreadable_file(wali_run: WaliRun, module: MakeModule) -> None:
    path = module(MINIMAL)
    path.chmod(0)
    done = wali_run(path)
    assert (done.returncode, done.stderr) == (126, f"wali-run: {path}: Permission denied\n")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([], "no program given"),
        (["--"], "no program given"),
        (["--verbose", "x.wasm"], "unknown option --verbose"),
        (["-x"], "unknown option -x"),
        (["--max-mem", "1G", "x.wasm"], "unknown option --max-mem; did you mean --max-memory?"),
        (["--no-cache=1", "x.wasm"], "option --no-cache takes no value"),
        (["--max-memory", "much", "x.wasm"], "--max-memory much: not a size"),
        (["--stack-size=-1", "x.wasm"], "--stack-size -1: not a size"),
        (["--stats-fd", "99999999999999999999", "x.wasm"], "--stats-fd 99999999999999999999: not a descriptor"),
        (["--trace-fd=\N{SUPERSCRIPT TWO}", "x.wasm"], "not a descriptor"),
        (["--env"], "--env needs a value"),
        (["--env-file", "/nowhere", "x.wasm"], "--env-file /nowhere"),
    ],
)
def test_a_wrong_command_line_is_status_2(wali_run: WaliRun, words: list[str], message: str) -> None:
    done = wali_run(*words)
    assert done.returncode == 2
    assert done.stderr.startswith("wali-run: ")
    assert message in done.stderr


def test_colour_only_on_a_terminal(wali_run: WaliRun) -> None:
    assert "\033" not in wali_run("/nowhere").stderr
    leader, follower = open_terminal()
    wali_run("/nowhere", capture_output=False, stderr=follower)
    os.close(follower)
    assert os.read(leader, 4096).startswith(b"\033[1;31mwali-run\033[0m: /nowhere: ")
    os.close(leader)


# --- help -------------------------------------------------------------------------------------------------------------


def test_help_names_every_option(wali_run: WaliRun) -> None:
    done = wali_run("--help")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == help_text.RUN
    for option in (option.word for option in option_table.OPTIONS if option.help):
        assert option in done.stdout


def test_version(wali_run: WaliRun, wali: WaliRun) -> None:
    assert wali_run("--version").stdout == wali("--version").stdout == help_text.version()
    assert "wasmtime 50." in help_text.version()
    assert "interfaces: WALI, WASI preview1, WASI preview2, WASI draft of 2023\n" in help_text.version()


def test_wali_without_a_command_teaches(wali: WaliRun) -> None:
    assert "examples:" in wali("--help").stdout
    assert wali().returncode == 2
    for command in ("run", "compile", "inspect", "ps", "syscalls", "cache"):
        assert wali(command, "--help").returncode == 0


@pytest.mark.parametrize("command", ["run", "compile", "inspect", "ps", "syscalls", "cache", "sdk"])
def test_wali_help_is_the_same_as_help_of(wali: WaliRun, command: str) -> None:
    done = wali("help", command)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == wali(command, "--help").stdout
    assert "wali" in done.stdout
    assert wali("help").stdout == wali("--help").stdout


@pytest.mark.parametrize(
    ("word", "message"),
    [
        ("hello.wasm", "'hello.wasm' is no command; to run a module: wali run hello.wasm"),
        ("/bin/sh", "'/bin/sh' is no command; to run a module: wali run /bin/sh"),
        ("inspct", "'inspct' is no command; did you mean 'inspect'? (wali --help)"),
        ("xyzzy", "'xyzzy' is no command; there are run, compile, ps, inspect, syscalls, cache, sdk (wali --help)"),
    ],
)
def test_what_is_no_command(wali: WaliRun, word: str, message: str) -> None:
    done = wali(word, "x")
    assert (done.returncode, done.stdout, done.stderr) == (2, "", f"wali: {message}\n")


def test_places_where_compiled_code_cannot_go(wali: WaliRun, module: MakeModule, tmp_path: Path) -> None:
    path = module(MINIMAL)
    done = wali("compile", path, "-o", tmp_path / "prog.bin")
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "must end in .cwasm" in done.stderr
    done = wali("compile", path, "-o", tmp_path / "no" / "prog.cwasm")
    assert (done.returncode, done.stderr) == (
        126,
        f"wali: {path}: -o {tmp_path}/no/prog.cwasm: No such file or directory\n",
    )
    (tmp_path / "dir.cwasm").mkdir()
    done = wali("compile", path, "-o", tmp_path / "dir.cwasm")
    assert (done.returncode, "Is a directory" in done.stderr) == (126, True)
    assert not list(tmp_path.glob("*.tmp"))


def test_compiled_code_under_another_name(wali: WaliRun, wali_run: WaliRun, module: MakeModule, tmp_path: Path) -> None:
    path = tmp_path / "prog.cwasm"
    assert wali("compile", module(MINIMAL), "-o", path).returncode == 0
    done = wali("inspect", path)
    assert (done.returncode, done.stdout) == (126, "")
    assert "compiled code (wali compile -o): wali-run takes it by a name that ends in .cwasm" in done.stderr
    done = wali("compile", path)
    assert (done.returncode, done.stderr) == (2, f"wali: {path} is compiled already; wali-run runs it\n")
    path.rename(tmp_path / "prog.bin")
    done = wali_run(tmp_path / "prog.bin")
    assert (done.returncode, "by a name that ends in .cwasm" in done.stderr) == (126, True)


def test_an_empty_cache_is_told(wali: WaliRun, cache_dir: Path) -> None:
    done = wali("cache", "list")
    assert (done.returncode, done.stdout) == (0, f"no compiled code in {cache_dir}\n")


# --- what the guest gets ----------------------------------------------------------------------------------------------


def test_everything_behind_the_module_is_the_guests(wali_run: WaliRun, module: MakeModule) -> None:
    path = module(ECHO)
    words = ["--help", "-e", "", "--", "a b", "--stats", "é"]
    assert wali_run(path, *words).stdout.splitlines() == [str(path), *words]
    assert wali_run("--", path, "--").stdout.splitlines() == [str(path), "--"]


def test_argv0(wali_run: WaliRun, module: MakeModule) -> None:
    assert wali_run("--argv0", "-sh", module(ECHO), "x").stdout == "-sh\nx\n"


def test_arguments_need_not_be_text(module: MakeModule, cache_dir: Path) -> None:  # noqa: ARG001
    words = [os.fsencode(word) for word in (*command_path("wali-run"), module(ECHO))]
    done = subprocess.run([*words, b"\xff\xfe"], capture_output=True, check=True, timeout=60)
    assert done.stdout.splitlines()[1] == b"\xff\xfe"


def environment(done: subprocess.CompletedProcess[str]) -> dict[str, str]:
    return dict(line.split("=", 1) for line in done.stdout.splitlines())


def test_the_environment_is_inherited_as_it_is(wali_run: WaliRun, module: MakeModule, tmp_path: Path) -> None:
    """Also in the C locale, where Python adds LC_CTYPE to its own."""
    given = {"PATH": "/usr/bin:/bin", "ODD": "a=b", "XDG_CACHE_HOME": str(tmp_path)}
    assert environment(wali_run(module(ENVIRONMENT), env=given)) == given


def test_environment_options(wali_run: WaliRun, module: MakeModule, tmp_path: Path) -> None:
    file = tmp_path / "vars"
    file.write_text("# comment\n\nA=1\nB=2\n")
    path = module(ENVIRONMENT)
    words = ["--clear-env", "--env-file", file, "--env", "B=3", "-e", "C=4=5", "--env=D="]
    assert environment(wali_run(*words, path)) == {"A": "1", "B": "3", "C": "4=5", "D": ""}
    assert environment(wali_run("--clear-env", path)) == {}
    assert "HOME" not in environment(wali_run("--env", "HOME", path))


def with_ignored(signals: list[signal.Signals], words: list[str]) -> int:
    """Runs a command by a caller that ignores these signals and no others; returns its status."""
    numbers = [int(number) for number in signals]
    code = (
        f"import os, signal; [signal.signal(n, signal.SIG_DFL) for n in ({int(signal.SIGPIPE)}, {int(signal.SIGXFSZ)})]; "
        f"[signal.signal(n, signal.SIG_IGN) for n in {numbers}]; os.execv({words[0]!r}, {words!r})"
    )
    return subprocess.run(python_command(code), check=False, timeout=60).returncode


@pytest.mark.parametrize("number", [signal.SIGPIPE, signal.SIGXFSZ, signal.SIGINT, signal.SIGHUP])
def test_default_signals_stay_default(module: MakeModule, cache_dir: Path, number: signal.Signals) -> None:  # noqa: ARG001
    words = [*command_path("wali-run"), str(module(DISPOSITION)), *times(number)]
    for _ in range(2):
        assert with_ignored([], words) == 0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGHUP, signal.SIGQUIT, signal.SIGPIPE, signal.SIGXFSZ])
def test_ignored_signals_stay_ignored(module: MakeModule, cache_dir: Path, number: signal.Signals) -> None:  # noqa: ARG001
    words = [*command_path("wali-run"), str(module(DISPOSITION)), *times(number)]
    for _ in range(2):  # a first start through Python, a second without
        assert with_ignored([number], words) == 1


def test_a_cached_module_starts_without_python(wali_run: WaliRun, module: MakeModule) -> None:
    """PYTHONHOME is the guest's business: on a first start it must do no harm, later Python is not even started."""
    path = module(ENVIRONMENT)
    broken = {**os.environ, "PYTHONHOME": "/nowhere", "PYTHONPATH": "/nowhere"}
    for _ in range(2):
        assert environment(wali_run(path, env=broken))["PYTHONHOME"] == "/nowhere"
    broken["PATH"] = "/nowhere"
    assert wali_run(path, env=broken).returncode == 0


# Exits with the lowest descriptor that is free, as a new one shows.
FREE_DESCRIPTOR = """(module
  (import "wali" "SYS_dup" (func $dup (param i32) (result i64)))
  (import "wali" "__proc_exit" (func $exit (param i32)))
  (memory (export "memory") 1 1)
  (func (export "_start") (call $exit (i32.wrap_i64 (call $dup (i32.const 0))))))"""


@pytest.mark.parametrize("option", ["--trace=/dev/null", "--argv0=x", "--no-cache"])
def test_the_guest_gets_no_descriptors_of_ours(module: MakeModule, cache_dir: Path, option: str) -> None:  # noqa: ARG001
    words = [*command_path("wali-run"), option, str(module(FREE_DESCRIPTOR))]
    assert with_ignored([], [*words[:-2], words[-1]]) == 3
    assert with_ignored([], [*words[:-2], words[-1]]) == 3
    assert with_ignored([], words) == 3


def test_an_executable_module_runs_by_itself(module: MakeModule, cache_dir: Path) -> None:  # noqa: ARG001
    interpreter = Path(command_path("wali-run")[0])
    if interpreter.name != "wali-run":
        pytest.skip("wali-run is not installed")
    if " " in str(interpreter):
        pytest.skip("a line #! cannot name what has a space in its path")
    path = module(ECHO)
    path.write_bytes(f"#!{interpreter}\n".encode() + path.read_bytes())
    path.chmod(0o755)
    for _ in range(2):
        done = subprocess.run([str(path), "--help", "x"], capture_output=True, text=True, check=True, timeout=60)
        assert done.stdout.splitlines() == [str(path), "--help", "x"]


# --- --trace, --stats -------------------------------------------------------------------------------------------------


def test_trace_goes_to_stderr_or_a_file(wali_run: WaliRun, module: MakeModule, tmp_path: Path) -> None:
    path = module(ECHO)
    done = wali_run("--trace", path)
    assert "write(1" in done.stderr
    assert done.stdout == f"{path}\n"
    file = tmp_path / "calls.txt"
    assert wali_run(f"--trace={file}", path).stderr == ""
    assert "write(1" in file.read_text()
    assert wali_run("--trace=/nowhere/calls", path).returncode == 2


def test_stats(wali_run: WaliRun, module: MakeModule) -> None:
    done = wali_run("--stats", module(ECHO), "x", "y")
    assert done.stdout.splitlines()[1:] == ["x", "y"]
    (row,) = [line.split() for line in done.stderr.splitlines() if line.startswith("write ")]
    assert row[1:3] == ["3", "0"]
    assert "peak memory" in done.stderr


def test_stats_ends_as_the_guest_did(wali_run: WaliRun, module: MakeModule) -> None:
    assert wali_run("--stats", module(EXIT_BY_ARGUMENT), "abc").returncode == 3
    path = module(SUICIDE)
    for number in (signal.SIGTERM, signal.SIGKILL):
        done = wali_run("--stats", path, *times(number))
        assert done.returncode == -number
        assert f"killed by {number.name}" in done.stderr


def test_counters_need_their_room(wali_run: WaliRun, module: MakeModule, tmp_path: Path) -> None:
    with (tmp_path / "short").open("w+") as short:
        done = wali_run(f"--stats-fd={short.fileno()}", module(MINIMAL), pass_fds=[short.fileno()])
    assert (done.returncode, done.stderr.count("\n")) == (126, 1)


# --- the other commands -----------------------------------------------------------------------------------------------


def test_inspect(wali: WaliRun, module: MakeModule) -> None:
    path = module(ECHO)
    done = wali("inspect", path)
    assert done.returncode == 0
    assert "can run" in done.stdout
    assert "wali.SYS_write" in done.stdout
    report = json.loads(wali("inspect", "--json", path).stdout)
    assert report["memory"] == [1, 2]
    (write,) = [entry for entry in report["imports"] if entry["name"] == "SYS_write"]
    assert write["type"] == "(i32, i32, i32) -> i64"
    assert write["support"]


def test_inspect_a_library_with_many_exports(wali: WaliRun, module: MakeModule) -> None:
    path = module("(module (func $f)" + "".join(f'(export "f{i}" (func $f))' for i in range(100)) + ")")
    text = wali("inspect", path).stdout
    assert "f39 (function) and 60 more (--json tells all)\n" in text
    assert "f40" not in text
    assert len(json.loads(wali("inspect", "--json", path).stdout)["exports"]) == 100


IMPORTS_REFUSED = {
    '(import "wali" "SYS_read" (func (param f64)))': "import wali.SYS_read has a type that no call has, (f64) -> nothing",
    '(import "wali" "SYS_x" (func (result i32 i32)))': "import wali.SYS_x has a type that no call has",
    f'(import "wali" "SYS_x" (func (param {"i32 " * 17})))': "import wali.SYS_x has a type that no call has",
    '(import "wasi_snapshot_preview1" "fd_write" (func))': "import wasi_snapshot_preview1.fd_write has the type "
    "() -> nothing, where WASI has (i32, i32, i32, i32) -> i32",
    '(import "wasi_snapshot_preview1" "fd_dup" (func))': "not of a WASI that is known here: nothing provides its import "
    "wasi_snapshot_preview1.fd_dup (function)",
    "".join(f'(import "env" "f{i}" (func))' for i in range(5)): "nothing provides its imports env.f0 (function), "
    "env.f1 (function), env.f2 (function) and 2 more; build it with wali-cc",
    '(import "env" "f" (func)) (import "wasi_snapshot_preview1" "sched_yield" (func (result i32)))': "not a WASI program "
    "by itself: nothing provides its import env.f (function); link what defines them, or run it by the program it was",
}


@pytest.mark.parametrize("imports", IMPORTS_REFUSED)
def test_imports_that_nothing_provides(wali_run: WaliRun, wali: WaliRun, module: MakeModule, imports: str) -> None:
    path = module(f'(module {imports} (memory (export "memory") 1 2) (func (export "_start")))')
    done = wali_run(path)
    assert (done.returncode, done.stderr.count("\n")) == (126, 1)
    assert IMPORTS_REFUSED[imports] in done.stderr
    done = wali("inspect", path)
    assert (done.returncode, IMPORTS_REFUSED[imports] in done.stdout) == (1, True)


def test_inspect_what_cannot_run(wali: WaliRun, module: MakeModule) -> None:
    done = wali("inspect", module('(module (import "env" "f" (func)) (memory 1))'))
    assert done.returncode == 1
    assert "cannot run" in done.stdout
    assert wali("inspect", "/bin/sh").returncode == 126
    missing = wali("inspect", "/nowhere")
    assert (missing.returncode, missing.stderr) == (127, "wali: /nowhere: No such file or directory\n")


def test_syscalls(wali: WaliRun) -> None:
    lines = wali("syscalls").stdout.splitlines()
    assert len(lines) > 300
    calls = json.loads(wali("syscalls", "--json").stdout)
    assert {call["name"] for call in calls} >= {"read", "write", "mmap", "futex"}


def test_compile_fills_the_cache(wali: WaliRun, module: MakeModule) -> None:
    path = module(MINIMAL)
    assert "compiled into" in wali("compile", path).stdout
    assert "already compiled" in wali("compile", path).stdout
    assert wali("compile", "/bin/sh").returncode == 126
    missing = wali("compile", "/nowhere")
    assert (missing.returncode, missing.stderr) == (127, "wali: /nowhere: No such file or directory\n")


def test_a_compiled_file_runs_only_if_it_is_mine(
    wali: WaliRun, wali_run: WaliRun, module: MakeModule, tmp_path: Path
) -> None:
    compiled = tmp_path / "prog.cwasm"
    assert wali("compile", module(EXIT_BY_ARGUMENT), "-o", compiled).returncode == 0
    assert wali_run(compiled, "abc").returncode == 3
    compiled.chmod(0o666)
    assert "others can write" in wali_run(compiled).stderr
    compiled.chmod(0o600)
    data = bytearray(compiled.read_bytes())
    data[len(data) // 2] ^= 1
    compiled.write_bytes(data)
    assert "damaged" in wali_run(compiled).stderr
    compiled.write_bytes(data[:100])
    assert wali_run(compiled).returncode == 126
    if os.geteuid() == 0:
        os.chown(compiled, 12345, -1)
        assert "another user" in wali_run(compiled).stderr


# --- settings ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "size"), [("4096", 4096), ("512K", 1 << 19), ("64m", 1 << 26), ("1.5G", 3 << 29), ("64MiB", 1 << 26)]
)
def test_sizes(text: str, size: int) -> None:
    assert config.parse_size(text) == size


@pytest.mark.parametrize("text", ["", "M", "x", "-1", "0", "1T", "nan", "inf"])
def test_what_is_no_size(text: str) -> None:
    with pytest.raises(ValueError):
        config.parse_size(text)
    with pytest.raises(WaliUsageError):
        options.parse([f"--max-memory={text}", "prog.wasm"])


def test_the_default_cache_follows_xdg(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", "/somewhere")
    assert config.default_cache_dir() == "/somewhere/wali"
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    assert str(config.default_cache_dir()).endswith("/.cache/wali")


def test_the_api_runs_a_module(module: MakeModule, cache_dir: Path) -> None:
    import wali as package

    path = module(EXIT_BY_ARGUMENT)
    assert package.run([path, "abc"]).returncode == 3
    program = package.Program(path, cache_dir)
    assert program.run("abcd").returncode == 4
    with pytest.raises(package.WaliFormatError):
        package.Program("/bin/sh", cache_dir)
    assert sys.modules["wali"] is package
