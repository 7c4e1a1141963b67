"""The C library's own functions: musl's and the SDK's against the machine's."""

from __future__ import annotations

from .measure import Row
from .probes import printed
from .programs import program

GROUP = "C library"
LONG, SHORT, MEMORY = 3.0, 1.5, 2.0  # the aims: of 4 KiB, of 20 bytes, of allocation

# Name in library.c, title, aim.
ROWS: tuple[tuple[str, str, float | None], ...] = (
    *((f"{name}-20", f"{name}, 20 bytes", SHORT) for name in ("strlen", "strchr", "strrchr", "memchr", "strcmp")),
    *((f"{name}-20", f"{name}, 20 bytes", SHORT) for name in ("strcasecmp", "memcmp", "strstr", "strspn", "strcspn")),
    ("strcpy-20", "strcpy, 20 bytes", SHORT),
    *((f"{name}-4k", f"{name}, 4 KiB", LONG) for name in ("strlen", "strnlen", "strchr", "strrchr", "memchr")),
    *((f"{name}-4k", f"{name}, 4 KiB", LONG) for name in ("memrchr", "strcmp", "strncmp", "strcasecmp", "memcmp")),
    *((f"{name}-4k", f"{name}, 4 KiB", LONG) for name in ("strstr", "memmem", "strcspn", "strcpy")),
    *((f"{name}-4k", f"{name}, 4 KiB", LONG) for name in ("wcslen", "wmemchr", "wcscmp")),
    *((f"memcpy-{size}", f"memcpy, {size} bytes", SHORT) for size in (16, 32, 256)),
    ("memmove-32", "memmove, 32 bytes", SHORT),
    *((f"memset-{size}", f"memset, {size} bytes", SHORT) for size in (32, 256)),
    ("memcpy-4k", "memcpy, 4 KiB", SHORT),
    ("memset-4k", "memset, 4 KiB", SHORT),
    ("malloc-64", "malloc + free, 64 bytes", MEMORY),
    ("malloc-mixed", "the same, 4096 alive", MEMORY),
    ("malloc-burst", "1,000 mallocs, then frees", MEMORY),
    ("malloc-20k", "malloc + free, 20 KB", MEMORY),
    ("malloc-2-threads", "malloc + free, 2 threads", MEMORY),
    ("calloc-100", "calloc + free, 100 bytes", MEMORY),
    ("realloc", "realloc, growing to 4 KiB", MEMORY),
    ("qsort-10k", "qsort of 10,000 ints", None),
    ("strtod-15", "strtod, 15 digits", None),
    ("strtod-17", "strtod, 17 digits", None),
    ("printf-d-s", "snprintf %d %s", None),
    ("printf-17g", "snprintf %.17g", None),
    ("printf-2f", "snprintf %.2f", None),
    ("printf-g", "snprintf %g", None),
    *((name, f"{name}, called", None) for name in ("sqrt", "floor", "rint", "fmin")),
)


def rows() -> list[Row]:
    """All of them. Raises build.BuildError."""
    library = program("library")
    return [
        Row(GROUP, title, "ns", printed([*library.wasm, name]), printed([*library.native, name]), aim, charted=False)
        for name, title, aim in ROWS
    ]
