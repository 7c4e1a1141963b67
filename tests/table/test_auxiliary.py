"""Imports that are no system calls: the rows, what serves them, and what `wali inspect` says of them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from syscalls.rows import INT, LONG, Auxiliary, Result, RowError, auxiliary
from syscalls.table import auxiliary_imports, check_auxiliary
from tests.support.helpers import WaliRun
from tests.support.tools import ROOT
from wali import ffi
from wali.compiled import cwasm_file
from wali.errors import WaliFormatError
from wali.module import interfaces, loader

MakeModule = Callable[..., Path]
ROWS = auxiliary_imports()
NAMES = [name for row in ROWS for name in row.names]
UNKNOWN = "__no_such_import"


def _import(name: str, row: Auxiliary) -> str:
    parameters = " ".join("i32" for _ in row.params)
    result = "" if row.result is Result.NONE else "(result i32)"
    return f'(import "wali" "{name}" (func (param {parameters}) {result}))'


def _module(imports: str) -> str:
    return f'(module {imports} (memory (export "memory") 1 2) (func (export "_start")))'


def test_inspect_knows_them(wali: WaliRun, module: MakeModule) -> None:
    """None of them is called unknown; a name that is no import of WALI's is."""
    imports = "".join(_import(name, row) for row in ROWS for name in row.names)
    path = module(_module(f'{imports}(import "wali" "{UNKNOWN}" (func))'))
    report = json.loads(wali("inspect", "--json", path).stdout)
    found = {entry["name"]: entry["support"] for entry in report["imports"]}
    assert found == {**dict.fromkeys(NAMES, "runtime"), UNKNOWN: "unknown"}


def test_they_link_as_declared(wali_run: WaliRun, module: MakeModule) -> None:
    """With the parameters and the result of the rows."""
    done = wali_run(module(_module("".join(_import(name, row) for row in ROWS for name in row.names))))
    assert (done.returncode, done.stderr) == (0, "")


TYPES = (
    "(param i64 i64 i64) (result i64)",
    "(param i32)",
    "(param i32 i32) (result i32)",
    "(param i32) (result i32)",
    "",
)


@pytest.mark.parametrize("name", [*NAMES, UNKNOWN])
def test_the_core_serves_them(
    wali_run: WaliRun, module: MakeModule, name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Who serves an import refuses another type; a name that nobody serves links with any. The loader knows beforehand."""
    refused = {}
    ffi.engine_open()
    for type_ in TYPES:
        path = module(_module(f'(import "wali" "{name}" (func {type_}))'))
        try:
            loader.load(path.read_bytes())
            said = ""
        except WaliFormatError as error:
            said = str(error)
        with monkeypatch.context() as patch:
            patch.setattr(interfaces, "fits_auxiliary", lambda *_: True)
            cwasm_file.write_compiled(str(path), str(tmp_path / "prog.cwasm"))
        done = wali_run(tmp_path / "prog.cwasm")
        refused[type_] = done.returncode == 126
        assert refused[type_] == (f"its import wali.{name} has a type that it has nowhere" in done.stderr)
        assert refused[type_] == said.startswith(f"its import wali.{name} has the wrong type ")
    assert refused[TYPES[0]] == (name != UNKNOWN)


def test_aliases_have_one_entry() -> None:
    """setjmp and longjmp need it: they find the frame of their caller by the entry."""
    text = (ROOT / "syscalls/_generated/auxiliary.h").read_text()
    entries = dict(re.findall(r'X\("(\w+)", .*, (\w+)\)', text))
    assert list(entries) == NAMES
    for row in ROWS:
        assert {entries[name] for name in row.names} == {row.entry}


def test_entries_are_named_after_their_import() -> None:
    assert auxiliary("__cl_get_env", why="text").entry == "wali_aux_cl_get_env"


def test_bad_rows_name_themselves() -> None:
    """File, line and name; of a name that stands twice both places."""
    with pytest.raises(RowError, match=r"test_auxiliary\.py:\d+: import __cl_seek: at: .* 32 bits"):
        auxiliary("__cl_seek", why="text", at=LONG)
    again = auxiliary("__leap", "_longjmp", why="text", env=INT)
    why = r"test_auxiliary\.py:\d+: import __leap: _longjmp is taken by the row at syscalls/table/auxiliary\.py:\d+"
    with pytest.raises(RowError, match=why):
        check_auxiliary((*ROWS, again))
