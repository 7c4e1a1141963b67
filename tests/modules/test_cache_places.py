"""Where compiled code is kept: the user's own place, whatever HOME is, and the cache that root fills for all."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.helpers import EXIT_BY_ARGUMENT, MINIMAL, WaliRun, command_path
from wali.start import config

MakeModule = Callable[..., Path]
OTHER = 12345  # a user that /etc/passwd does not have
# Mounts of its own, on which nothing outside depends. As an ordinary user: with a user namespace, root of which it is.
UNSHARE = ["unshare", "--mount", *(["--user", "--map-root-user"] if os.geteuid() != 0 else [])]


def kept(folder: Path) -> int:
    """How many files of compiled code are in a cache."""
    return len(list(folder.glob("*/objects/*.cwasm")))


def in_namespace(script: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Runs a shell's script with mounts of its own. Skips where that is not possible."""
    if (
        shutil.which("unshare") is None
        or subprocess.run([*UNSHARE, "true"], check=False, stderr=subprocess.DEVNULL).returncode
    ):
        pytest.skip("mount namespaces (unshare) are not available")
    left_out = {"XDG_CACHE_HOME", "WALI_CACHE_DIR"}
    env = {**{name: value for name, value in os.environ.items() if name not in left_out}, **environment}
    words = [*UNSHARE, "sh", "-euc", script]
    return subprocess.run(words, capture_output=True, text=True, timeout=120, check=False, env=env)


def test_a_variable_says_where(
    wali_run: WaliRun, wali: WaliRun, module: MakeModule, tmp_path: Path, cache_dir: Path
) -> None:
    """It precedes XDG_CACHE_HOME, and --cache-dir precedes it; for first runs in Python, and later ones."""
    place, other = tmp_path / "place", tmp_path / "other"
    env = {**os.environ, "WALI_CACHE_DIR": str(place)}
    path = module(EXIT_BY_ARGUMENT)
    for _ in range(2):
        assert wali_run(path, "abc", env=env).returncode == 3
        assert (kept(place), kept(other), cache_dir.exists()) == (1, 0, False)
    assert wali_run("--cache-dir", other, path, "abc", env=env).returncode == 3
    assert (kept(place), kept(other)) == (1, 1)
    assert wali("cache", "path", env=env).stdout == f"{place}\n"


def test_the_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WALI_CACHE_DIR", "/place")
    monkeypatch.setenv("XDG_CACHE_HOME", "/xdg")
    assert config.default_cache_dir() == "/place"
    for nothing in ("relative", ""):
        monkeypatch.setenv("WALI_CACHE_DIR", nothing)
        assert config.default_cache_dir() == "/xdg/wali"


# A user whom /etc/passwd gives the home $1/me.
PASSWD = """
    mkdir -p me fresh
    printf 'other:x:7:7::/nowhere:/bin/sh\\nme:x:%s:0::%s/me:/bin/sh\\n' "$(id -u)" "$PWD" > passwd
    mount --bind passwd /etc/passwd
"""


@pytest.mark.parametrize("home", ["HOME=$PWD/fresh", "HOME=relative", "-u HOME"])
def test_it_is_the_users_whatever_home_says(module: MakeModule, tmp_path: Path, home: str) -> None:
    """Test suites give each script a HOME of its own: nothing of ours is left there, and nothing compiled twice."""
    run = shlex.join([*command_path("wali-run"), str(module(MINIMAL))])
    script = f"cd {tmp_path}; {PASSWD} env {home} {run}; ls -A fresh; find me -name '*.cwasm' | wc -l"
    done = in_namespace(
        f"{script}; touch -d 2000-01-01 me/.cache/wali/*/index; env {home} {run}; find me -name index -newermt 2010-01-01"
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "1\n", "")


@pytest.mark.parametrize("entry", ["other:x:7:7::/:/bin/sh", "me:x:0:0::/nowhere:/bin/sh", "broken", ""])
def test_home_counts_where_the_user_has_no_other(module: MakeModule, tmp_path: Path, entry: str) -> None:
    run = shlex.join([*command_path("wali-run"), str(module(MINIMAL))])
    script = (
        f"cd {tmp_path}; mkdir fresh; echo '{entry}' > passwd; mount --bind passwd /etc/passwd; HOME=$PWD/fresh {run}"
    )
    done = in_namespace(f"{script}; find fresh -name '*.cwasm' | wc -l")
    assert (done.returncode, done.stdout, done.stderr) == (0, "1\n", "")


# --- the cache that root fills ----------------------------------------------------------------------------------------

# A machine without one, and a module that every user can read.
MACHINE = """
    mount -t tmpfs -o mode=755 none /var/cache
    mkdir -m 1777 /var/cache/tmp; cp {module} /var/cache/tmp/prog.wasm; cd /var/cache/tmp; umask 077
    fill() {{ {wali} compile --system prog.wasm; }}
    # As another user, without Python: what is not found then cannot be compiled, for it is another user's.
    start() {{ setpriv --reuid {other} --regid {other} --clear-groups env HOME=$PWD PATH=/nowhere {run} prog.wasm abc; }}
    found() {{ if start > log 2>&1; then echo "status 0"; elif test $? = 3; then echo yes; else echo no; fi; }}
"""


@pytest.fixture
def machine(module: MakeModule) -> Callable[[str], subprocess.CompletedProcess[str]]:
    """Runs a script on such a machine, as root."""
    if os.geteuid() != 0 or shutil.which("setpriv") is None:
        pytest.skip("needs root, and setpriv")
    words = {name.replace("-", "_"): shlex.join(command_path(name)) for name in ("wali", "wali-run")}
    setting = MACHINE.format(module=module(EXIT_BY_ARGUMENT), wali=words["wali"], run=words["wali_run"], other=OTHER)

    def run(script: str) -> subprocess.CompletedProcess[str]:
        return in_namespace(f"{setting}\n{script}")

    return run


Machine = Callable[[str], "subprocess.CompletedProcess[str]"]


def test_what_root_compiled_is_everybodys(machine: Machine) -> None:
    """Another user with a fresh HOME compiles nothing, and keeps nothing."""
    done = machine("fill; fill; start || echo $?; ls -A; find /var/cache/wali -printf '%m\\n' | sort -u")
    compiled, again, *rest = done.stdout.splitlines()
    assert compiled == "prog.wasm: compiled into /var/cache/wali"
    assert again == "prog.wasm: already compiled"
    assert rest == ["3", "prog.wasm", "644", "755"]
    assert (done.returncode, done.stderr) == (0, "")


def test_a_copy_is_not_compiled_again(machine: Machine) -> None:
    """The same content under another name is found in it, and kept by the user."""
    script = "fill > log; cp prog.wasm copy.wasm; export WALI_CACHE_DIR=$PWD/own\n"
    done = machine(
        f"{script} {shlex.join(command_path('wali-run'))} copy.wasm abc || echo $?; cmp own/*/objects/* /var/cache/wali/*/objects/*"
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "3\n", "")


@pytest.mark.parametrize("where", ["", "/*", "/*/index", "/*/objects", "/*/index/*", "/*/objects/*"])
def test_what_others_could_have_written_is_not_used(machine: Machine, where: str) -> None:
    """By mode or owner; also the folders above it."""
    place = f"/var/cache/wali{where}"
    done = machine(
        f"fill > log; found; chmod o+w {place}; found; chmod o-w {place}; found; chmod g+w {place}; found; chmod g-w {place}\n"
        f"chown 777 {place}; found; chown 0 {place}; found"
    )
    assert done.stdout.split() == ["yes", "no", "yes", "no", "no", "yes"], done.stderr


def test_nor_where_others_could_have_put_it(machine: Machine) -> None:
    """Folders above it count, those behind a symbolic link."""
    done = machine("""
        fill > log; above=/var/cache; wali=$above/wali
        chmod 777 $above; found; chmod 755 $above; found; chmod 1777 $above; found; chmod 755 $above
        chown 777 $above; found; chown 0 $above
        mkdir -m 777 open; mv $wali open; ln -s $PWD/open/wali $wali; found
        mkdir -m 755 $above/far; mv open/wali $above/far; ln -nsf $above/far/wali $wali; found
    """)
    assert done.stdout.split() == ["no", "yes", "no", "no", "no", "yes"], done.stderr


def test_only_root_fills_and_clears_it(wali: WaliRun, machine: Machine) -> None:
    assert wali("cache", "path", "--system").stdout == "/var/cache/wali\n"
    done = machine(
        f"fill > log; W='{shlex.join(command_path('wali'))}'; $W cache list --system | wc -l; $W cache clear --system; ls /var/cache/wali; found"
    )
    listed, freed, found = done.stdout.splitlines()
    assert (listed, freed.split()[0], freed.split()[-1], found) == ("2", "freed", "/var/cache/wali", "no")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may")
@pytest.mark.parametrize("words", [("compile", "--system"), ("cache", "clear", "--system")])
def test_others_are_told(wali: WaliRun, module: MakeModule, words: tuple[str, ...]) -> None:
    done = wali(*words, *([module(MINIMAL)] if words[0] == "compile" else []))
    assert (done.returncode, done.stdout) == (1, "")
    assert "only root" in done.stderr
