"""Compile what instrumented code calls, for a sysroot that has libc: of -fsanitize=undefined, --coverage and profiles."""

from __future__ import annotations

import shutil
from pathlib import Path

from . import build, paths

OPTIONS = ["-pthread", "-std=gnu17", "-O2", "-Wall", "-fno-ident", "-ffunction-sections", "-fdata-sections"]


def make(sysroot: Path, work: Path, progress: build.Progress) -> None:
    """Adds the archives to the sysroot; `work` is scratch. Raises SdkError."""
    flags = [f"--target={paths.TRIPLE}", *build.BASELINE, f"--sysroot={sysroot}", f"-resource-dir={sysroot}/rt"]
    archives = {
        sysroot / paths.LIB_DIR / "libubsan.a": (paths.LIBUBSAN,),
        # clang's name for both, and clang links it with either
        sysroot / "rt/lib" / paths.TRIPLE / "libclang_rt.profile.a": (paths.LIBGCOV, paths.LIBPROFILE),
    }
    sources = [
        [file for folder in folders for file in sorted(Path(folder).glob("*.c"))] for folders in archives.values()
    ]
    jobs = [(files, [*flags, *OPTIONS]) for files in sources]
    made = build.compile_all("compiling runtimes", jobs, work / "runtimes", progress)
    for archive, objects in zip(archives, made, strict=True):
        build.archive(archive, objects, work)
    shutil.copytree(Path(paths.LIBPROFILE) / "include", sysroot / "rt/include", dirs_exist_ok=True)
