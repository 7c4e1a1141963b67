"""What a guest finds in its table of descriptors: what its caller had there, and nothing of the runtime's."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from itertools import product
from pathlib import Path

import pytest

from tests.support.helpers import EXIT_BY_ARGUMENT, WaliRun, command_path
from tests.support.sdk_helpers import Compiler, cc, sysroot  # noqa: F401
from tests.support.tools import ROOT

MakeModule = Callable[..., Path]
# Writes to a file which of the first descriptors are open, and the number that a new one gets; without streams of libc.
TABLE = r"""
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
int main(int argc, char **argv) {
    char line[100] = "";
    for (int fd = 0; fd < 40; fd++) strcat(line, fcntl(fd, F_GETFD) >= 0 ? "o" : "-");
    strcat(line, read(0, line + 90, 1) < 0 ? " r" : " R");
    strcat(line, write(2, "", 0) < 0 ? "w" : "W");
    int fd = open(argv[1], O_WRONLY | O_CREAT | O_TRUNC, 0600);
    sprintf(line + strlen(line), " %d\n", fd);
    write(fd, line, strlen(line));
    return 0; }"""


def run_with_closed(closed: tuple[int, ...], command: list[str]) -> int:
    """The exit status of a command that starts with these descriptors closed, the others on /dev/null."""
    words = " ".join(f"{fd}<&-" if fd in closed else f"{fd}<>/dev/null" for fd in range(3))
    return subprocess.run(["sh", "-c", f'exec "$@" {words}', "sh", *command], check=False, timeout=60).returncode


@pytest.fixture(scope="session")
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same program natively."""
    folder = tmp_path_factory.mktemp("native")
    (folder / "table.c").write_text(TABLE)
    if shutil.which("cc") is None:
        pytest.skip("no C compiler")
    subprocess.run(["cc", "-w", str(folder / "table.c"), "-o", str(folder / "table")], check=True)
    return folder / "table"


@pytest.mark.parametrize("closed", [tuple(fd for fd in range(3) if bits[fd]) for bits in product((0, 1), repeat=3)])
def test_closed_standard_descriptors(
    cc: Compiler,  # noqa: F811
    wali: WaliRun,
    table: Path,
    tmp_path: Path,
    cache_dir: Path,
    closed: tuple[int, ...],
) -> None:
    """Whichever are closed, and whatever starts the guest: they are closed to it, and no other number is taken."""
    path = cc.build(TABLE)
    launcher, command = command_path("wali-run"), command_path("wali")
    out = tmp_path / "out"
    assert run_with_closed(closed, [str(table), str(out)]) == 0
    native = out.read_text()
    assert native.startswith("".join("-" if fd in closed else "o" for fd in range(3)) + "-" * 37)
    wali("cache", "clear")
    ways = {
        "first": [*launcher],
        "cached": [*launcher],
        "wali run": [*command, "run", "--no-cache"],
        "env": [*launcher, "--env=A=1"],
        "stats cached": [*launcher, f"--stats={tmp_path / 'stats'}"],
        "trace": [*launcher, f"--trace={tmp_path / 'trace'}"],
    }
    for way, words in ways.items():
        out.unlink()
        assert run_with_closed(closed, [*words, str(path), str(out)]) == 0, way
        assert out.read_text() == native, way
    assert cache_dir.exists()
    compiled = tmp_path / "prog.cwasm"
    told = 1 if 1 in closed else 0  # what it has done cannot be told
    assert run_with_closed(closed, [*command, "compile", str(path), "-o", str(compiled)]) == told
    assert run_with_closed(closed, [*launcher, str(compiled), str(out)]) == 0
    assert out.read_text() == native


@pytest.mark.parametrize("closed", [tuple(fd for fd in range(3) if bits[fd]) for bits in product((0, 1), repeat=3)])
def test_errors_with_closed_descriptors(closed: tuple[int, ...], tmp_path: Path, cache_dir: Path) -> None:  # noqa: ARG001
    for command in (["wali-run"], ["wali", "run"], ["wali", "compile"], ["wali", "inspect"]):
        words = [*command_path(command[0]), *command[1:]]
        assert run_with_closed(closed, [*words, str(tmp_path / "none.wasm")]) == 127
        assert run_with_closed(closed, [*words, "/bin/sh"]) == 126


# --- a module that comes through a pipe -------------------------------------------------------------------------------

# Ends with 10 times the length of its first argument, and 1 if stdin is at its end.
READS = EXIT_BY_ARGUMENT.replace(
    '(import "wali" "__proc_exit"',
    '(import "wali" "SYS_read" (func $read (param i32 i32 i32) (result i64)))\n  (import "wali" "__proc_exit"',
).replace(
    "(call $exit (call $len (i32.const 1)))",
    "(call $exit (i32.add (i32.mul (i32.const 10) (call $len (i32.const 1)))"
    " (i64.eqz (call $read (i32.const 0) (i32.const 64) (i32.const 1)))))",
)


def by_shell(script: str, *words: object) -> subprocess.CompletedProcess[str]:
    if shutil.which("bash") is None:
        pytest.skip("bash is not installed")
    command = ["bash", "-c", script, "bash", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


@pytest.mark.parametrize("options", ["", "--no-cache", "--stats=/dev/null", "--trace=/dev/null", "--env=A=1"])
def test_modules_from_pipes(module: MakeModule, cache_dir: Path, options: str) -> None:  # noqa: ARG001
    """stdin stays what it is: where the module came from it, that pipe, which is at its end."""
    path, (run, *more) = module(READS), [*command_path("wali-run"), *options.split()]
    assert more or not options
    for _ in range(2):
        done = by_shell('cat "$1" | "$2" $3 /dev/stdin abc', path, run, options)
        assert (done.returncode, done.stderr) == (31, "")
        done = by_shell('"$2" $3 <(cat "$1") ab < /dev/null', path, run, options)
        assert (done.returncode, done.stderr) == (21, "")
        done = by_shell('"$2" $3 <(cat "$1") ab < "$1"', path, run, options)
        assert (done.returncode, done.stderr) == (20, ""), "stdin has not been read"


def test_a_fifo_is_waited_for(module: MakeModule, tmp_path: Path, cache_dir: Path) -> None:  # noqa: ARG001
    path, fifo = module(EXIT_BY_ARGUMENT), tmp_path / "fifo"
    os.mkfifo(fifo)
    for _ in range(2):
        with subprocess.Popen([*command_path("wali-run"), str(fifo), "abcd"]) as guest:
            with open(fifo, "wb") as writer:
                writer.write(path.read_bytes())
            assert guest.wait(60) == 4
    with subprocess.Popen(
        [sys.executable, "-c", "import sys, wali; sys.exit(wali.run(sys.argv[1:]).returncode)", str(fifo), "a"]
    ) as run:
        fifo.write_bytes(path.read_bytes())
        assert run.wait(60) == 1


def test_what_comes_through_a_pipe_is_compiled_once(module: MakeModule, cache_dir: Path) -> None:
    """It is found by its content."""
    path = module(EXIT_BY_ARGUMENT)
    seen = set()
    for _ in range(3):
        assert by_shell('cat "$1" | "$2" /dev/stdin abc', path, *command_path("wali-run")).returncode == 3
        (code,) = cache_dir.glob("*/objects/*.cwasm")
        (entry,) = cache_dir.glob("*/index/*")
        seen.add((code.stat().st_mtime_ns, code.stat().st_ino, entry.name))
    assert len(seen) == 1


def test_pipes_for_the_other_commands(module: MakeModule, tmp_path: Path, cache_dir: Path) -> None:  # noqa: ARG001
    (wali,), path = command_path("wali"), module(EXIT_BY_ARGUMENT)
    assert by_shell('cat "$1" | "$2" inspect /dev/stdin', path, wali).returncode == 0
    compiled = tmp_path / "prog.cwasm"
    assert by_shell('cat "$1" | "$2" compile -o "$3" /dev/stdin', path, wali, compiled).returncode == 0
    assert subprocess.run([*command_path("wali-run"), str(compiled), "abc"], check=False, timeout=60).returncode == 3
    assert by_shell('cat "$1" | "$2" run /dev/stdin abc', path, wali).returncode == 3


def test_pipes_of_other_things(wali_run: WaliRun) -> None:
    for text, words in (("hello", "not a wasm module"), ("", "an empty file")):
        done = wali_run("/dev/stdin", input=text)
        assert (done.returncode, done.stdout, done.stderr.count("\n")) == (126, "", 1)
        assert words in done.stderr


def test_no_descriptor_is_left_of_a_pipe(cc: Compiler, table: Path, tmp_path: Path) -> None:  # noqa: F811
    path, out = cc.build(TABLE), tmp_path / "out"
    by_shell('cat /dev/null | "$1" "$2"', table, out)
    native = out.read_text()
    for _ in range(2):
        assert by_shell('cat "$1" | "$2" /dev/stdin "$3"', path, *command_path("wali-run"), out).returncode == 0
        assert out.read_text() == native


# --- the descriptors of trace and counters ----------------------------------------------------------------------------

# Prints what the table has from 3 on, by every way to ask, and what can be done to it; then as a child, then executed.
LOOK = r"""
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
static void list(const char *folder) {
    DIR *dir = opendir(folder);
    for (struct dirent *entry; (entry = readdir(dir)) != NULL;)
        if (atoi(entry->d_name) > 2 && atoi(entry->d_name) != dirfd(dir)) printf("%s has %s\n", folder, entry->d_name);
    closedir(dir);
}
static void look(void) {
    static const char *const folders[] = {"/proc/self/fd", "/proc/thread-self/fd", "/dev/fd", "/proc/self/fdinfo"};
    struct stat st;
    char path[64], target[256];
    for (int fd = 3; fd < 1100; fd++) {
        if (fcntl(fd, F_GETFD) >= 0 || errno != EBADF) printf("F_GETFD %d\n", fd);
        if (fstat(fd, &st) == 0 || errno != EBADF) printf("fstat %d\n", fd);
        if (ftruncate(fd, 0) == 0 || errno != EBADF) printf("ftruncate %d\n", fd);
        if (write(fd, "x", 1) >= 0 || errno != EBADF) printf("write %d\n", fd);
        if (dup2(fd, 3) >= 0 || errno != EBADF) printf("dup2 %d\n", fd);
        if (close(fd) == 0 || errno != EBADF) printf("close %d\n", fd);
        for (int i = 0; i < 4; i++) {
            sprintf(path, "%s/%d", folders[i], fd);
            if (readlink(path, target, sizeof target) >= 0 || errno != ENOENT) printf("readlink %s\n", path);
            if (stat(path, &st) == 0 || errno != ENOENT) printf("stat %s\n", path);
            if (access(path, F_OK) == 0 || errno != ENOENT) printf("access %s\n", path);
            if (open(path, O_RDONLY) >= 0 || errno != ENOENT) printf("open %s\n", path);
        }
    }
    for (int i = 0; i < 4; i++) list(folders[i]);
    chdir("/proc/self/fd");
    list(".");
    fflush(stdout);
}
int main(int argc, char **argv) {
    setvbuf(stdout, NULL, _IOFBF, 1 << 16);
    look();
    if (argc > 1) return 0;
    if (fork() == 0) { look(); _exit(0); }
    wait(NULL);
    execl("/proc/self/exe", argv[0], "again", NULL);
    return 1; }"""


@pytest.mark.parametrize("way", ["plain", "stats", "trace", "both", "first", "stats of a first run", "pipe"])
def test_nothing_of_ours_is_found(cc: Compiler, wali: WaliRun, wali_run: WaliRun, tmp_path: Path, way: str) -> None:  # noqa: F811
    """The same as without, which is nothing: not by number, not by name, not in a list."""
    path = cc.build(LOOK)
    path.chmod(0o755)
    if "first" not in way:
        assert wali("compile", path).returncode == 0
    stats, trace = f"--stats={tmp_path / 'stats'}", f"--trace={tmp_path / 'trace'}"
    options = {"stats": [stats], "stats of a first run": [stats], "trace": [trace], "both": [stats, trace]}.get(way, [])
    if way == "pipe":
        done = by_shell('cat "$1" | "$2" /dev/stdin once', path, *command_path("wali-run"))
    else:
        done = wali_run(*options, path, stdin=subprocess.DEVNULL)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    if trace in options:
        lines = (tmp_path / "trace").read_text().splitlines()
        assert len([line for line in lines if "exit_group(0)" in line]) == 2, "the trace was not lost"
    if stats in options:
        assert json.loads((tmp_path / "stats").read_text())["calls"]


def test_a_list_that_is_read_in_small_parts(cc: Compiler, wali_run: WaliRun) -> None:  # noqa: F811
    """Where a part has ours alone, the next one follows, and the end is the end."""
    text = r"""
        #define _GNU_SOURCE
        #include <fcntl.h>
        #include <stdio.h>
        #include <sys/syscall.h>
        #include <unistd.h>
        int main(void) {
            char part[24];
            int count = 0, fd = open("/proc/self/fd", O_RDONLY | O_DIRECTORY);
            for (int i = 0; i < 3; i++) dup2(0, 2000 + i);
            while (syscall(SYS_getdents64, fd, part, sizeof part) > 0) { count++; puts(part + 19); }
            return count; }"""
    plain = wali_run(path := cc.build(text), stdin=subprocess.DEVNULL)
    counted = wali_run("--stats=/dev/null", "--trace=/dev/null", path, stdin=subprocess.DEVNULL)
    assert (counted.returncode, counted.stdout) == (plain.returncode, plain.stdout)
    assert plain.returncode == 9, "two dots, three streams, the folder, three copies"


THREADS = r"""
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
static pthread_barrier_t all;
static void *wait_for_all(void *arg) {
    free(malloc(100000));
    pthread_barrier_wait(&all);
    return arg; }
int main(void) {
    enum { N = 40 };
    pthread_t threads[N];
    pthread_barrier_init(&all, NULL, N);
    for (int i = 0; i < N; i++) if (pthread_create(&threads[i], NULL, wait_for_all, NULL)) return 1;
    for (int i = 0; i < N; i++) pthread_join(threads[i], NULL);
    puts("done");
    return 0; }"""


def test_nothing_is_opened_in_threads_of_the_guest(cc: Compiler, tmp_path: Path) -> None:  # noqa: F811
    """A descriptor that the runtime holds for a moment takes the number that another thread's next file should get."""
    watcher = tmp_path / "opened_by_threads"
    source = ROOT / "tests/native/opened_by_threads.c"
    subprocess.run(["cc", "-Wall", "-Werror", "-o", watcher, source], check=True)
    command = [*command_path("wali-run"), str(cc.build(THREADS, "-pthread"))]
    subprocess.run(command, check=True, capture_output=True, timeout=120)  # compiled
    done = subprocess.run([watcher, *command], capture_output=True, text=True, timeout=120, check=True)
    assert (done.stdout, done.stderr) == ("done\n", "")
