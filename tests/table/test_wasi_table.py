"""The tables of WASI: what a row may not say, that generated files are what the generator writes, and that all fits
the interface's text and what is written by hand."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from wali._generated.wasi import FUNCTIONS
from wasi import autogen, table
from wasi.rows import (
    Array,
    Buffer,
    Bytes,
    Enum,
    Filled,
    Flags,
    List,
    Meaning,
    Number,
    Opaque,
    Out,
    Record,
    RowError,
    Variant,
    alignment_of,
    places,
    row,
    size_of,
)
from wasi.table import all_rows, interfaces, preview1, unstable, with_own_entry
from wasi.table import preview1_types as types

TOP = Path(__file__).parent.parent.parent

# The core functions as other implementations declare them, typed off anew: i is 32 bits, I 64.
PREVIEW1 = """
args_get ii, args_sizes_get ii, environ_get ii, environ_sizes_get ii, clock_res_get ii, clock_time_get iIi,
fd_advise iIIi, fd_allocate iII, fd_close i, fd_datasync i, fd_fdstat_get ii, fd_fdstat_set_flags ii,
fd_fdstat_set_rights iII, fd_filestat_get ii, fd_filestat_set_size iI, fd_filestat_set_times iIIi, fd_pread iiiIi,
fd_prestat_get ii, fd_prestat_dir_name iii, fd_pwrite iiiIi, fd_read iiii, fd_readdir iiiIi, fd_renumber ii,
fd_seek iIii, fd_sync i, fd_tell ii, fd_write iiii, path_create_directory iii, path_filestat_get iiiii,
path_filestat_set_times iiiiIIi, path_link iiiiiii, path_open iiiiiIIii, path_readlink iiiiii,
path_remove_directory iii, path_rename iiiiii, path_symlink iiiii, path_unlink_file iii, poll_oneoff iiii, proc_exit i,
proc_raise i, sched_yield, random_get ii, sock_accept iii, sock_recv iiiiii, sock_send iiiii, sock_shutdown ii
"""


def test_the_functions_are_those_of_the_interface() -> None:
    declared = dict([*word.split(), ""][:2] for word in PREVIEW1.replace("\n", " ").split(","))
    assert len(declared) == 46
    of_adapters = {one.name: one.signature for one in preview1.ADAPTERS}
    assert of_adapters == {"adapter_open_badfd": "i", "adapter_close_badfd": "i"}
    assert {one.name: one.signature for one in preview1.ROWS} == {**declared, **of_adapters}
    assert {one.name for one in preview1.ROWS if not one.returns} == {"proc_exit"}
    del declared["sock_accept"]
    assert {one.name: one.signature for one in unstable.ROWS} == declared


def test_python_knows_the_same_functions() -> None:
    """In the order of wasi_rows[], by which the counters are read."""
    told = [(module, name, signature) for module, all_ in FUNCTIONS.items() for name, (signature, *_) in all_.items()]
    assert told == [(one.interface.key, one.name, one.signature) for one in all_rows()]


SIZES = {
    types.IOVEC: (8, 4),
    types.FDSTAT: (24, 8),
    types.FILESTAT: (64, 8),
    types.PRESTAT: (8, 4),
    types.SUBSCRIPTION: (48, 8),
    types.EVENT: (32, 8),
    unstable.FILESTAT: (56, 8),
    unstable.SUBSCRIPTION: (56, 8),
}


@pytest.mark.parametrize("kind", SIZES, ids=lambda kind: kind.name)
def test_records_have_the_size_of_the_interface(kind: Record | Variant) -> None:
    """Size and alignment in bytes, as the generated headers of the interface assert them."""
    assert (size_of(kind), alignment_of(kind)) == SIZES[kind]


def offsets(kind: Record | Variant) -> dict[str, int]:
    return {place.name: place.offset for place in places(kind)}


def test_fields_lie_where_the_interface_has_them() -> None:
    assert offsets(types.FDSTAT) == {
        "fs_filetype": 0,
        "fs_flags": 2,
        "fs_rights_base": 8,
        "fs_rights_inheriting": 16,
    }
    assert offsets(types.FILESTAT) | {"nlink": 20, "size": 24, "atim": 32, "mtim": 40, "ctim": 48} == offsets(
        unstable.FILESTAT
    )
    assert offsets(types.FILESTAT)["nlink"] == 24
    assert offsets(types.EVENT) == {"userdata": 0, "error": 8, "type": 10, "nbytes": 16, "flags": 24}
    clock = {"userdata": 0, "type": 8, "id": 16, "timeout": 24, "precision": 32, "flags": 40, "file_descriptor": 16}
    assert offsets(types.SUBSCRIPTION) == clock
    later = {"identifier": 16, "id": 24, "timeout": 32, "precision": 40, "flags": 48}
    assert offsets(unstable.SUBSCRIPTION) == clock | later


def test_what_two_cases_of_a_variant_have_is_one_field() -> None:
    (fd,) = [place for place in places(types.SUBSCRIPTION) if place.name == "file_descriptor"]
    assert (fd.tag_at, fd.cases) == (8, 0b110)


def make(name: str = "fd_close", returns: bool = True, **meanings: Meaning) -> None:
    row(preview1.INTERFACE, "descriptors", name, meanings, "here:1", returns=returns)


BAD_ROWS = {
    "too many words": (dict.fromkeys("abcdefghijklmnopq", types.FD), "17 words"),
    "a list of numbers": ({"of": List(types.FILETYPE)}, "a list of filetype"),
    "no count": ({"iovs": Filled(types.IOVECS, "nread")}, "nread is no parameter"),
    "a count that is given": ({"buf": Buffer("used"), "used": types.SIZE}, "used is not a result that counts"),
    "a count that is a record": ({"buf": Buffer("used"), "used": Out(types.FDSTAT)}, "not a result that counts"),
    "a count that is a result": ({"of": Array(types.EVENT, "n"), "n": Out(types.SIZE)}, "n is not a number"),
    "no reason": ({"at": Opaque("")}, "no reason"),
    "too many cases": ({"of": Enum("enum", 8, ("A",) * 257)}, "more cases than 8 bits"),
    "too many flags": ({"of": Flags("flags", 8, tuple("ABCDEFGHI"))}, "more flags than its 8 bits"),
    "bits": ({"of": Number("odd", 24)}, "24 bits"),
    "cases of no tag": (
        {"of": Out(Variant("v", Enum("tag", 8, ("A", "B")), (types.IOVEC,)))},
        "cases are not those of its tag",
    ),
}


@pytest.mark.parametrize("name", BAD_ROWS)
def test_bad_rows_are_refused(name: str) -> None:
    meanings, why = BAD_ROWS[name]
    with pytest.raises(RowError, match=why):
        make(**meanings)


def test_a_function_that_never_returns_has_no_results() -> None:
    with pytest.raises(RowError, match=r"here:1: wasi_snapshot_preview1\.proc_exit: it never returns"):
        make("proc_exit", returns=False, size=Out(types.SIZE))


def test_a_row_names_its_place() -> None:
    with pytest.raises(RowError, match=r"test_wasi_table\.py:\d+: wasi_snapshot_preview1\.fd_close: "):
        preview1.function("fd_close", buf=Buffer("nowhere"))


def test_a_function_has_one_row(monkeypatch: pytest.MonkeyPatch) -> None:
    again = preview1.function("fd_close", fd=types.FD)
    own = (preview1.INTERFACE,)
    monkeypatch.setattr(table, "TABLES", ((own, (*preview1.ROWS, again)),))
    with pytest.raises(RowError, match=r"is there already: wasi/table/preview1\.py:\d+"):
        all_rows()
    monkeypatch.setattr(table, "TABLES", ((own, unstable.ROWS[:1]),))
    with pytest.raises(RowError, match="stands in the table of wasi_snapshot_preview1"):
        all_rows()


def test_nothing_is_stale() -> None:
    """`python -m wasi.autogen --check`."""
    assert [output.path for output in autogen.stale(TOP, all_rows())] == []


def copy_page(top: Path) -> None:
    (top / "docs").mkdir()
    (top / "docs/WASI.md").write_text((TOP / "docs/WASI.md").read_text())


def test_writes_only_what_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second run leaves every file alone; --check fails without writing."""
    copy_page(tmp_path)
    monkeypatch.setattr(autogen, "TOP", tmp_path)
    assert autogen.main(["--check"]) == 1
    assert not (tmp_path / "wasi").exists()
    assert autogen.main([]) == 0
    written = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*") if path.is_file()}
    assert autogen.main([]) == 0
    assert autogen.main(["--check"]) == 0
    assert written == {path: path.stat().st_mtime_ns for path in written}


def test_text_around_the_table_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copy_page(tmp_path)
    page = tmp_path / "docs/WASI.md"
    page.write_text("first\n" + page.read_text().replace("| fd_close |", "| fd_shut |") + "last\n")
    monkeypatch.setattr(autogen, "TOP", tmp_path)
    assert autogen.main([]) == 0
    assert page.read_text() == "first\n" + (TOP / "docs/WASI.md").read_text() + "last\n"


def test_a_page_without_its_marks_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """One line, status 1, nothing written."""
    copy_page(tmp_path)
    (tmp_path / "docs/WASI.md").write_text("no table\n")
    monkeypatch.setattr(autogen, "TOP", tmp_path)
    assert autogen.main([]) == 1
    assert re.fullmatch(r"autogen: docs/WASI\.md: the marks of the table are missing: .*\n", capsys.readouterr().err)
    assert not (tmp_path / "wasi").exists()


@pytest.mark.parametrize("name", ["entries.c", "rows.c"])
def test_generated_c_compiles(name: str, tmp_path: Path) -> None:
    """Without a warning, as the build compiles it."""
    flags = ["-std=gnu11", "-Wall", "-Wextra", "-Wconversion", "-Werror", "-I."]
    subprocess.run(["cc", *flags, "-c", f"wasi/_generated/{name}", "-o", str(tmp_path / "o")], cwd=TOP, check=True)


def test_the_handlers_errors_are_those_of_the_table() -> None:
    """errors.h and preview1_types.py spell one list."""
    text = (TOP / "wasi/errors.h").read_text()
    listed = re.search(r"enum wasi_code \{(.*?)\}", text, re.DOTALL)
    assert listed is not None
    assert tuple(re.findall(r"WASI_(\w+),", listed[1])) == types.ERRNO.cases


def test_every_function_has_a_line_on_the_page() -> None:
    page = (TOP / "docs/WASI.md").read_text()
    assert [one.name for one in preview1.ROWS] == re.findall(r"^\| (\w+) \| \w+ \| (?:`| \|)", page, re.MULTILINE)


def test_the_interfaces_differ_where_their_texts_do() -> None:
    """Rows that wasi_unstable shares are preview1's, with its entries."""
    own = {one.name for one in with_own_entry(all_rows()) if one.interface == unstable.INTERFACE}
    assert own == {"fd_filestat_get", "fd_seek", "path_filestat_get", "poll_oneoff"}
    by_name = {one.name: one for one in preview1.ROWS}
    for one in unstable.ROWS:
        assert one.name in own or (one.params == by_name[one.name].params and one.symbol == by_name[one.name].symbol)
    assert [one.module for one in interfaces()][:2] == ["wasi_snapshot_preview1", "wasi_unstable"]


def test_a_records_bytes_are_counted_by_the_field_behind() -> None:
    """The trace takes that for granted."""
    for one in all_rows():
        for param in one.params:
            kind = param.meaning.type if isinstance(param.meaning, Out | Array) else None
            kind = param.meaning.type.element if isinstance(param.meaning, Filled) else kind
            kind = param.meaning.element if isinstance(param.meaning, List) else kind
            if isinstance(kind, Record | Variant):
                found = places(kind)
                for at, place in enumerate(found):
                    if isinstance(place.type, Bytes):
                        after = found[at + 1]
                        assert (after.offset, size_of(after.type)) == (place.offset + 4, 4), one.name
