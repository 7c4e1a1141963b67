"""Every guest runs in the position-independent launcher, with nothing of the host where its pointers reach."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

import wali
from tests.support.helpers import MINIMAL, WAITS, WaliRun, command_path, python_command
from tests.support.sdk_helpers import Compiler, cc, sysroot  # noqa: F401
from wali.start import hand_over, options
from wali.start.config import RunConfig, inherited_environment
from wali.start.option_table import OPTIONS

MakeModule = Callable[..., Path]
LOW = 1 << 32


@contextmanager
def running(command: list[str]) -> Iterator[int]:
    """A guest that runs; gives its pid."""
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        try:
            assert process.stdout.read(1) == b"!"
            children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
            yield int(children[0]) if children else process.pid
        finally:
            process.kill()


def mappings(pid: int) -> list[tuple[int, str]]:
    """(address, file) of each."""
    lines = Path(f"/proc/{pid}/maps").read_text().splitlines()
    return [(int(line.split("-")[0], 16), [*line.split(None, 5), ""][5]) for line in lines]


def ways(path: Path) -> dict[str, list[str]]:
    launcher, commands = command_path("wali-run"), command_path("wali")
    in_checkout = python_command("from wali.cli import run_main; import sys; sys.exit(run_main(sys.argv[1:]))")
    return {
        "first": [*launcher, str(path)],
        "cached": [*launcher, str(path)],
        "uncached": [*launcher, "--no-cache", str(path)],
        "stats": [*launcher, "--stats=/dev/null", str(path)],
        "trace": [*launcher, "--trace=/dev/null", "--no-cache", str(path)],
        "env": [*launcher, "--env-file=/dev/null", "--no-cache", str(path)],
        "wali run": [*commands, "run", "--no-cache", str(path)],
        "wali run cached": [*commands, "run", str(path)],
        "api": wali.command(path),
        "checkout": [*in_checkout, str(path)],
    }


@pytest.mark.parametrize("way", list(ways(Path("x"))))
def test_whatever_starts_a_guest_it_is_the_launcher(module: MakeModule, cache_dir: Path, way: str) -> None:  # noqa: ARG001
    path = module(WAITS)
    if way.endswith("cached") and way != "uncached":
        assert subprocess.run([*command_path("wali"), "compile", path], check=False, timeout=60).returncode == 0
    with running(ways(path)[way]) as pid:
        assert os.path.basename(os.readlink(f"/proc/{pid}/exe")) == "wali-run"
        found = mappings(pid)
        assert min(address for address, _ in found) >= LOW
        assert [name for _, name in found if os.path.basename(name).startswith(("python", "libpython", "_core"))] == []


def test_a_first_run_maps_what_every_run_maps(module: MakeModule, cache_dir: Path) -> None:  # noqa: ARG001
    """So that its forks cost the same."""
    path, seen = module(WAITS), []
    for _ in range(2):
        with running([*command_path("wali-run"), str(path)]) as pid:
            names = sorted(re.sub(r"\S+/(\S+)", r"\1", name) for _, name in mappings(pid))
            seen.append([name for name in names if not name.startswith("[")])
    assert seen[0] == seen[1]


@pytest.fixture(scope="session")
def low_library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library that puts a page below 4 GiB into the process that loads it."""
    folder = tmp_path_factory.mktemp("low")
    (folder / "low.c").write_text(
        "#include <stddef.h>\n#include <sys/mman.h>\n"
        "__attribute__((constructor)) static void low(void) {\n"
        "  mmap((void *)0x10000000, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0); }\n"
    )
    command = ["cc", "-shared", "-fPIC", str(folder / "low.c"), "-o", str(folder / "low.so")]
    if shutil.which("cc") is None:
        pytest.skip("no C compiler")
    subprocess.run(command, check=True)
    return folder / "low.so"


def refused(done: subprocess.CompletedProcess[str], path: Path) -> bool:
    return (done.returncode, done.stdout) == (126, "") and done.stderr.startswith(
        f"wali-run: {path}: something of this process lies below 4 GiB"
    )


@pytest.mark.parametrize("options_", [[], ["--no-cache"], ["--trace=/dev/null"]])
def test_a_process_with_something_low_refuses(
    wali_run: WaliRun, module: MakeModule, low_library: Path, options_: list[str]
) -> None:
    path = module(MINIMAL)
    given = {**os.environ, "LD_PRELOAD": str(low_library)}
    for _ in range(2):
        done = wali_run(*options_, path, env=given)
        assert refused(done, path), done
        assert done.stderr.count("\n") == 1
    assert wali_run(*options_, path).returncode == 0


def test_so_does_one_that_a_guest_executes(wali_run: WaliRun, cc: Compiler, low_library: Path) -> None:  # noqa: F811
    text = """
        #include <stdlib.h>
        #include <unistd.h>
        int main(int argc, char **argv) {
            if (argc < 2) return 7;
            setenv("LD_PRELOAD", argv[1], 1);
            execl("/proc/self/exe", argv[0], NULL);
            return 1; }"""
    path = cc.build(text)
    path.chmod(0o755)
    done = wali_run(path, low_library)
    assert refused(done, path), done


@pytest.mark.parametrize("flag", ["-R", "-L", "-B", "-3", "-Z"])
def test_layouts_that_a_personality_asks_for(module: MakeModule, cache_dir: Path, flag: str) -> None:  # noqa: ARG001
    """setarch(8): without randomness, the old layout, 32 bits, 3 GiB. Page zero as in System V is refused."""
    if shutil.which("setarch") is None:
        pytest.skip("setarch is not installed")
    path = module(WAITS)
    command = ["setarch", "x86_64", flag, *command_path("wali-run"), str(path)]
    if flag == "-Z":
        for _ in range(2):
            done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
            assert refused(done, path), done
        return
    for _ in range(2):
        with running(command) as pid:
            assert min(address for address, _ in mappings(pid)) >= LOW


def test_the_layout_of_an_unlimited_stack(module: MakeModule, cache_dir: Path) -> None:  # noqa: ARG001
    """The kernel then gives addresses from below."""
    command = ["sh", "-c", 'ulimit -s unlimited && exec "$@"', "sh", *command_path("wali-run"), str(module(WAITS))]
    for _ in range(2):
        with running(command) as pid:
            assert min(address for address, _ in mappings(pid)) >= LOW


def test_little_address_space_is_asked_another_way(wali_run: WaliRun, module: MakeModule) -> None:
    """8 GiB are enough for the guest, and not for all that lies below 4 GiB besides."""
    path = module(MINIMAL)
    done = subprocess.run(
        ["sh", "-c", f'ulimit -v {8 << 20}; exec "$@"', "sh", *command_path("wali-run"), str(path)],
        check=False,
        timeout=60,
    )
    assert done.returncode == 0
    assert wali_run(path).returncode == 0


# --- settings ---------------------------------------------------------------------------------------------------------

SAMPLES = {
    "size": 3 << 20,
    "amount": 3000,
    "flag": True,
    "text": "a b=\udcff",
    "texts": [b"x=1", b"y=", b"\xff"],
    "words": [b"cli,tcp=n", b"listenfd"],
    "fd": 1,
    "number": -5,
    "file": "a=b",
}


def test_no_setting_is_lost_on_the_way(monkeypatch: pytest.MonkeyPatch) -> None:
    """What Python gives the launcher says the same as what it was given, each option and all together."""
    monkeypatch.setattr("wali.ffi.library_path", lambda: "/engine.so")
    handed = [option for option in OPTIONS if option.setting and option.launcher]
    everything = {option.attribute: SAMPLES[option.kind] for option in handed}
    for given in (*({name: value} for name, value in everything.items()), everything, {"trace": ""}, {}):
        config = RunConfig("prog.wasm", [b"-name", b"--", b"\xff"], [b"A=1", b"A=2", b"odd", b"N=\n"], **given)
        words, environment = hand_over.command(config)
        assert environment == inherited_environment()
        again = options.parse([os.fsdecode(word) for word in words[1:]])
        assert vars(again) == vars(config)


def test_no_cache_is_none_even_of_a_name(module: MakeModule, cache_dir: Path) -> None:
    """As Python reads it: the code that the folder has is not taken."""
    path = module(WAITS)
    for option, code in (("--argv0=x", str(cache_dir)), ("--no-cache", "/memfd:wali-code")):
        command = [*command_path("wali-run"), f"--cache-dir={cache_dir}", option, str(path)]
        for _ in range(2):
            with running(command) as pid:
                assert [name for _, name in mappings(pid) if name.startswith(code)] != []


def test_what_is_no_setting_for_the_launcher_is_done_by_python() -> None:
    left = {option.attribute for option in OPTIONS if option.setting and not option.launcher}
    assert left == {"stats"}


def test_this_process_has_its_environment_as_it_is() -> None:
    """Without a second copy, which execve(2) would count."""
    config = RunConfig("prog.wasm", [b"prog.wasm"])
    words, _ = hand_over.command(config)
    assert words[-3:] == [b"prog.wasm", b"--", b"prog.wasm"]


def test_the_launcher_is_never_taken_from_the_current_folder(
    module: MakeModule,
    tmp_path: Path,
    cache_dir: Path,  # noqa: ARG001
) -> None:
    """Not by `python -c` either, which has no folder of its own."""
    (tmp_path / "wali-run").write_text("#!/bin/sh\nexit 99\n")
    (tmp_path / "wali-run").chmod(0o755)
    code = "from wali.cli import run_main; import sys; sys.exit(run_main(sys.argv[1:]))"
    done = subprocess.run([*python_command(code), str(module(MINIMAL))], check=False, timeout=60, cwd=tmp_path)
    assert done.returncode == 0


def test_a_launcher_of_another_version_is_told(wali_run: WaliRun, module: MakeModule, tmp_path: Path) -> None:
    """It asks Python again, which does not start it for ever."""
    (tmp_path / "file").touch()
    with (tmp_path / "file").open() as file:
        words = [f"--code-fd={file.fileno()}", "--env-file=/dev/null"]  # an option of Python's, as a new one would be
        done = wali_run(*words, module(MINIMAL), pass_fds=[file.fileno()])
    assert (done.returncode, done.stderr.count("\n")) == (126, 1)
    assert "install wali-runtime again" in done.stderr


def test_code_that_is_none_is_told_once(wali_run: WaliRun, module: MakeModule, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"\x7fELF" + bytes(5000))
    with (tmp_path / "file").open() as file:
        done = wali_run(f"--code-fd={file.fileno()}", module(MINIMAL), pass_fds=[file.fileno()])
    assert (done.returncode, done.stderr.count("\n")) == (126, 1)


@pytest.mark.parametrize("word", ["--module-fd=77", "--code-fd=77", "--stats-fd=77"])
def test_a_descriptor_that_is_none_is_told(wali_run: WaliRun, module: MakeModule, word: str) -> None:
    done = wali_run("--no-cache", word, module(MINIMAL))
    assert (done.returncode, done.stderr.count("\n")) == (126, 1), done.stderr
