"""Compile what instrumented code calls, for a sysroot that has libc: of -fsanitize=undefined and of --coverage."""

from __future__ import annotations

from pathlib import Path

from . import build, paths

OPTIONS = ["-pthread", "-std=gnu17", "-O2", "-Wall", "-fno-ident", "-ffunction-sections", "-fdata-sections"]


def make(sysroot: Path, work: Path, progress: build.Progress) -> None:
    """Adds the archives to the sysroot; `work` is scratch. Raises SdkError."""
    flags = [f"--target={paths.TRIPLE}", *build.BASELINE, f"--sysroot={sysroot}", f"-resource-dir={sysroot}/rt"]
    archives = {
        sysroot / paths.LIB_DIR / "libubsan.a": paths.LIBUBSAN,
        sysroot / "rt/lib" / paths.TRIPLE / "libclang_rt.profile.a": paths.LIBGCOV,  # clang's name for it
    }
    jobs = [(sorted(Path(sources).glob("*.c")), [*flags, *OPTIONS]) for sources in archives.values()]
    made = build.compile_all("compiling runtimes", jobs, work / "runtimes", progress)
    for archive, objects in zip(archives, made, strict=True):
        build.archive(archive, objects, work)
