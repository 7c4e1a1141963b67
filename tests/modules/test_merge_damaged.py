"""Damaged components of several modules: what wasmtime takes, too, ends as it does there.

The same damage as in tests/fuzz/modules, to components that check themselves; each may take so much fuel.
"""

from __future__ import annotations

from contextlib import suppress
from random import Random

import pytest
import wasmtime
import wasmtime.component

from tests.fuzz.modules.mutate import damaged
from tests.fuzz.modules.seeds import LINKED
from tests.modules.test_merge import RUNS
from tests.support.components import made
from tests.wasi.other_engine import run_component
from wali.errors import WaliFormatError
from wali.module import loader, merge

ROUNDS, SEEDS = 400, 4
FUEL = 1_000_000
TRAP, NOTHING = "trap", "nothing"


@pytest.fixture(scope="module")
def engine() -> wasmtime.Engine:
    config = wasmtime.Config()
    for feature in ("wasm_exceptions", "wasm_tail_call", "consume_fuel"):
        setattr(config, feature, True)
    return wasmtime.Engine(config)


def fresh(engine: wasmtime.Engine) -> wasmtime.Store:
    store = wasmtime.Store(engine)
    store.set_fuel(FUEL)
    return store


def in_wasmtime(engine: wasmtime.Engine, data: bytes) -> object:
    """The status of the component, TRAP, or NOTHING if wasmtime does not take it."""
    try:
        wasmtime.component.Component(engine, data)
    except wasmtime.WasmtimeError:
        return NOTHING
    try:
        return run_component(fresh(engine), data)
    except (wasmtime.Trap, wasmtime.WasmtimeError):
        return TRAP
    except ValueError:  # it exports no run
        return NOTHING


def as_one_module(engine: wasmtime.Engine, data: bytes) -> object:
    """The same of the module that the component becomes."""
    store = fresh(engine)
    try:
        module = wasmtime.Module(engine, data)
    except wasmtime.WasmtimeError:
        return NOTHING
    try:
        run = wasmtime.Instance(store, module, []).exports(store)[merge.RUN]
        assert isinstance(run, wasmtime.Func)
        status = run(store)
        return status if status in (0, 1) else TRAP  # of a case that run's type has not
    except (wasmtime.Trap, wasmtime.WasmtimeError):
        return TRAP


@pytest.mark.parametrize("seed", range(SEEDS))
def test_it_is_refused_or_ends_alike(engine: wasmtime.Engine, seed: int) -> None:
    originals = (made(LINKED), *(made(text) for text in RUNS.values()))
    dice = Random(seed)
    compared = 0
    for number in range(ROUNDS):
        data = damaged(originals, dice)
        if data.startswith(b"#!"):
            continue
        with suppress(WaliFormatError):
            module = merge.read(data)
            status = in_wasmtime(engine, data)
            if status != NOTHING:
                assert as_one_module(engine, module) == status, number
                compared += 1
    assert compared > ROUNDS / 20


def test_sections_that_are_cut_off_or_damaged_are_refused_or_harmless() -> None:
    """Nothing but WaliFormatError, wherever a byte is wrong."""
    dice = Random(1)
    for text in (RUNS["tables"], RUNS["globals and constants"], RUNS["exceptions"]):
        data = made(text)
        for at in range(8, len(data)):
            damaged = bytearray(data)
            damaged[at] = dice.choice((0x00, 0x7F, 0xFF, data[at] ^ 1))
            with suppress(WaliFormatError):
                loader.load(bytes(damaged))
