"""The cache of compiled code: filling, listing, clearing. Looking up is the core's (wali/native/start/cache.c).

Layout, shared with the core:

    <root>/<engine key>/index/<key>            ``v2 <object> <length> <checksum hex> <code_delta>\\n``
    <root>/<engine key>/objects/<sha256>.cwasm the engine's serialized code

`<key>` names one state of one module file (device, inode, size, mtime, ctime), so an
unchanged file is found without reading it; `<object>` names its content, so copies share
it. Both end in the name of the form, as in ``.fixcalls1``, if that is not the usual one; of a module that asks for it
itself only `<object>` does. The code is native code: each folder and file is the effective user's, of the modes in `PRIVATE`, or the cache is not
filled. Root may fill another one for all users, by the modes in `SHARED`. Entries appear by rename,
whole or not at all.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import stat
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from .. import ffi
from .kernel_copy import copy

VERSION = "v2"
# As the core reads it (wali/native/start/fields.h).
ENTRY = re.compile(
    rf"{VERSION} (?P<name>[^/. \n][^/ \n]*) (?P<length>[0-9]{{1,18}}) (?P<checksum>[0-9a-f]{{16}}) (?P<delta>-?[0-9]{{1,10}})\n"
)
MOST_OF_AN_ENTRY = 4096  # bytes that are read
KEEP_UNFINISHED = 3600.0  # seconds since they were begun
KEEP_OTHER_ENGINES = 30 * 24 * 3600.0  # seconds since last use


@dataclass(frozen=True)
class Modes:
    """Of what a cache consists of: its folders and its files."""

    folder: int
    file: int


PRIVATE = Modes(0o700, 0o600)
SHARED = Modes(0o755, 0o644)


@dataclass(frozen=True)
class Entry:
    """One line of the index: `name` of the object file, its size in bytes, checksum and code_delta."""

    name: str
    length: int
    checksum: int
    code_delta: int

    def line(self) -> str:
        return f"{VERSION} {self.name} {self.length} {self.checksum:016x} {self.code_delta}\n"


def parse_entry(line: str) -> Entry | None:
    """The entry in an index file's text; None if it is not whole and of this version."""
    found = ENTRY.fullmatch(line)
    if found is None:
        return None
    return Entry(found["name"], int(found["length"]), int(found["checksum"], 16), int(found["delta"]))


def is_ours(status: os.stat_result, folder: bool, modes: Modes = PRIVATE) -> bool:
    """Whether only the effective user can have written it: the rule for filling and clearing the cache."""
    kind = stat.S_ISDIR if folder else stat.S_ISREG
    wanted = modes.folder if folder else modes.file
    return kind(status.st_mode) and status.st_uid == os.geteuid() and stat.S_IMODE(status.st_mode) == wanted


class Store:
    """The part of the cache under `root` that belongs to one engine. Made by `opened`."""

    def __init__(self, root: str, engine_key: str, modes: Modes = PRIVATE) -> None:
        self.root = root
        self.modes = modes
        self.folder = Path(root, engine_key)
        self.index = self.folder / "index"
        self.objects = self.folder / "objects"

    def add(self, key: str, content: str, code: tuple[int, int]) -> bool:
        """Copies the code into the cache and enters it. False, and no trace, if that fails (read-only, full).

        content: names what it was compiled from. code: its descriptor and its code_delta.
        """
        try:
            checksum, length = ffi.checksum(code[0])
            name = f"{content}.cwasm"
            with self._new_file(self.objects / name) as target:
                copy(code[0], 0, target, length)
            self._enter(key, Entry(name, length, checksum, code[1]))
        except OSError:
            return False
        return True

    def link_known(self, key: str, content: str) -> bool:
        """Enters a file whose content has been compiled before under another key. False if none has."""
        known = self.known(content)
        if known is None:
            return False
        try:
            self._enter(key, known[1])
        except OSError:
            return False
        return True

    def known(self, content: str) -> tuple[str, Entry] | None:
        """The key and entry of some file with the same content; None if there is none."""
        name = f"{content}.cwasm"
        if not (self.objects / name).exists():
            return None
        return next((known for known in self.entries().items() if known[1].name == name), None)

    def entries(self) -> dict[str, Entry]:
        """The readable entries of the index, by key."""
        found = {}
        with contextlib.suppress(OSError):
            for path in self.index.iterdir():
                with contextlib.suppress(OSError, UnicodeDecodeError):
                    with path.open() as file:
                        entry = parse_entry(file.read(MOST_OF_AN_ENTRY))
                    if entry is not None:
                        found[path.name] = entry
        return found

    def sweep(self) -> None:
        """Removes what writers left that were killed."""
        begun_before = time.time() - KEEP_UNFINISHED
        for folder in (self.index, self.objects):
            for path in folder.glob(".*.tmp"):
                with contextlib.suppress(OSError):
                    if path.lstat().st_mtime < begun_before:
                        path.unlink()

    def _enter(self, key: str, entry: Entry) -> None:
        with self._new_file(self.index / key) as target:
            os.write(target, entry.line().encode())

    @contextlib.contextmanager
    def _new_file(self, path: Path) -> Iterator[int]:
        """Descriptor of a new file that takes the name `path` at the end of the block, if nothing failed."""
        temporary = path.with_name(f".{os.getpid()}.{time.monotonic_ns()}.tmp")
        fd = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        try:
            os.fchmod(fd, self.modes.file)
            yield fd
            temporary.rename(path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
        finally:
            os.close(fd)


def opened(root: str | None, engine_key: str, modes: Modes = PRIVATE) -> Store | None:
    """The store to fill, its folders made; None if there is to be no cache or it cannot be trusted."""
    if root is None:
        return None
    store = Store(root, engine_key, modes)
    try:
        os.makedirs(os.path.dirname(os.path.abspath(root)), exist_ok=True)
        for folder in (Path(root), store.folder, store.index, store.objects):
            with contextlib.suppress(FileExistsError):
                folder.mkdir(mode=0o700)
                folder.chmod(modes.folder)  # whatever the umask is
            if not is_ours(folder.lstat(), True, modes):
                return None
        trim(root, engine_key, modes)
        store.sweep()
    except OSError:
        return None
    return store


def trim(root: str, engine_key: str, modes: Modes = PRIVATE) -> None:
    """Removes what other engine versions left, once nobody has added to it for a month."""
    now = time.time()
    for folder in Path(root).iterdir():
        if folder.name != engine_key and is_ours(folder.lstat(), True, modes):
            with contextlib.suppress(OSError):
                if now - (folder / "index").stat().st_mtime > KEEP_OTHER_ENGINES:
                    shutil.rmtree(folder, ignore_errors=True)


def stores(root: str) -> list[Store]:
    """The stores of all engine versions under `root`."""
    try:
        return [Store(root, folder.name) for folder in sorted(Path(root).iterdir()) if (folder / "index").is_dir()]
    except OSError:
        return []


def clear(root: str, modes: Modes = PRIVATE) -> int:
    """Removes every store under `root`; returns the bytes freed. Leaves what is not ours."""
    freed = 0
    for store in stores(root):
        if is_ours(store.folder.lstat(), True, modes):
            freed += sum(path.lstat().st_size for path in store.folder.rglob("*") if path.is_file())
            shutil.rmtree(store.folder)
    return freed
