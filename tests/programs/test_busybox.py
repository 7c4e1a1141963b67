"""busybox with all applets of its default configuration: upstream's tests of the applets and of both its shells."""

from __future__ import annotations

import os
import re
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.programs import ports, sources, upstream
from tests.programs.terminal import job_control

pytestmark = pytest.mark.apps

# What is not run, and why, is in docs/PORTING.md.
APPLETS = """
    awk basename bunzip2 busybox bzcat cal cat cmp comm cp cpio cryptpw cut date dc dd diff dirname du echo expand expr
    factor false find fold grep gunzip gzip head hexdump hostid hostname id ln ls makedevs md5sum mkdir mkfs.minix mv nl od
    paste patch pidof printf pwd readlink realpath rev rm rmdir rx sed seq sha3sum sort
    start-stop-daemon strings sum tail tar taskset tee test touch tr true unexpand uniq unlzma unzip uptime uuencode wc which
    xargs xxd
""".split()  # noqa: SIM905
# Programs of the machine that upstream's scripts take for granted; busybox's own build compresses its help texts with bzip2.
NEEDED = {
    **dict.fromkeys(("bunzip2", "busybox", "bzcat", "date", "tar"), "bzip2"),
    "unzip": "zip",
}
# The slow ones come first, since they overlap.
SHELL_FOLDERS = """
    hush-misc hush-signals ash-signals ash-misc hush-read ash-read
    ash-alias ash-arith ash-comm ash-getopts ash-glob ash-heredoc ash-invert ash-parsing ash-psubst ash-quoting ash-redir
    ash-standalone ash-vars
    hush-arith hush-bugs hush-comm hush-getopts hush-glob hush-heredoc hush-invert hush-parsing hush-psubst hush-quoting
    hush-redir hush-standalone hush-test2 hush-vars
""".split()  # noqa: SIM905
FEATURE_DISABLED = 77  # the status with which a script says so


@pytest.fixture(scope="module")
def bench(busybox: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with upstream's tests, and in bin/ the program, its configuration and the shells' helpers."""
    top = tmp_path_factory.mktemp("busybox")
    source = sources.tree(*ports.BUSYBOX.sources)
    shutil.copytree(source / "testsuite", top / "testsuite")
    for name in ("ash_test", "hush_test"):  # not into one: some scripts write to the folder above theirs
        shutil.copytree(source / "shell" / name, top / "shell" / name)
    (top / "bin").mkdir()
    for name in ("busybox", ".config", "printenv", "recho", "zecho"):
        (top / "bin" / name).symlink_to(busybox.parent / name)
    (top / "busybox").symlink_to(busybox)  # where the test of strings looks for a file with many
    for name in ("ash", "hush"):
        (top / "bin" / name).symlink_to("busybox")
    return top


@pytest.mark.parametrize("applet", APPLETS)
def test_applet(bench: Path, applet: str) -> None:
    """Upstream's tests of one applet, the applets that they use being wasm as well."""
    if (tool := NEEDED.get(applet)) and not shutil.which(tool):
        pytest.skip(f"no {tool} on this machine")
    command = ["./runtest", "-v", applet]
    # /bin/echo: the scripts build an echo that knows -ne if the system's shell has none.
    settings = {"bindir": str(bench / "bin"), "ECHO": "/bin/echo", "SHELL": "/bin/sh", "SKIP_KNOWN_BUGS": "1"}
    done = upstream.run(command, bench / "testsuite", 120, **settings)
    results = {}
    for block in re.split(r"^(?=(?:PASS|FAIL): )", done.stdout, flags=re.M):
        if match := re.match(r"(PASS|FAIL): (.*)", block):
            # Details stand before the verdict in the old tests, behind it in the new ones; both are shown.
            results[f"{applet}/{match[2]}"] = "" if match[1] == "PASS" else done.stdout
    if "(still running after" in done.stdout:
        results[f"{applet}/time"] = done.stdout
    if not results and (reason := re.search(r"^SKIPPED: (.*)", done.stdout, re.M)):
        pytest.skip(reason[1])
    upstream.judge("busybox", results)


@pytest.fixture(scope="module")
def shell_results(bench: Path) -> dict[str, dict[str, str]]:
    """For each folder, each script to why it failed, or nothing. They sleep a lot, so some folders run at once."""
    with ThreadPoolExecutor(4) as pool:
        return dict(
            zip(SHELL_FOLDERS, pool.map(_shell_folder, [bench] * len(SHELL_FOLDERS), SHELL_FOLDERS), strict=True)
        )


def _shell_folder(bench: Path, folder: str) -> dict[str, str]:
    name = folder.partition("-")[0]
    shell, scripts = bench / "bin" / name, bench / "shell" / f"{name}_test" / folder
    settings = re.findall(r"^(CONFIG_\w+)=(.*)$", (bench / "bin" / ".config").read_text(), re.M)
    environment = {name: value.strip('"') for name, value in settings}
    environment |= {"THIS_SH": str(shell), "PATH": f"{shell.parent}:{os.environ.get('PATH', os.defpath)}"}
    results = {}
    for script in sorted(scripts.glob("*.tests")):
        right = script.with_suffix(".right")
        if right.exists() and os.access(script, os.X_OK):
            done = upstream.run([shell, f"./{script.name}"], script.parent, **environment)
            if done.returncode != FEATURE_DISABLED:
                expected = right.read_text(errors="backslashreplace")
                results[f"{folder}/{script.stem}"] = upstream.difference(expected, done.stdout)
    return results


@pytest.mark.parametrize("folder", SHELL_FOLDERS)
def test_shell(shell_results: dict[str, dict[str, str]], folder: str) -> None:
    """Upstream's scripts for ash and for hush print what is in the .right file beside them."""
    upstream.judge("busybox", shell_results[folder])


def test_job_control(bench: Path) -> None:
    """In ash jobs stop, go on, die and end as the keys say."""
    job_control([str(bench / "bin" / "ash"), "-i"])
