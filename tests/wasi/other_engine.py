"""Runs a module of preview1, or a component, by the engine's own WASI: what another implementation says of a test.

    python -m tests.wasi.other_engine [option]... prog.wasm [argument]...

with --dir HOST[::GUEST], --env K=V, --lie NAME=CODE and --compiled FOLDER.

`--lie fd_sync=8` puts a function in the place of fd_sync that does nothing and answers 8: the tests must notice.
`--compiled FOLDER` keeps the compiled code of a module there, for benchmarks. Differences that the tests allow are no
faults of either side. Modules are run so by people and benchmarks alone, components by tests.
"""

from __future__ import annotations

import argparse
import sys
import zlib
from pathlib import Path

import wasmtime
from wasmtime import component

MODULE = "wasi_snapshot_preview1"


def main(argv: list[str]) -> int:
    """Run the module; the exit status is the guest's, 134 after a trap."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--dir", action="append", default=[])
    parser.add_argument("--env", action="append", default=[])
    parser.add_argument("--compiled")
    parser.add_argument("--lie", action="append", default=[])
    parser.add_argument("command", nargs=argparse.REMAINDER)
    options = parser.parse_args(argv)

    engine = wasmtime.Engine()
    store = wasmtime.Store(engine)
    store.set_wasi(_settings(options))
    with open(options.command[0], "rb") as file:
        data = file.read()
    data = data[data.index(b"\0asm") :]
    try:
        return run_component(store, data) if data[6] else run_module(store, data, options.lie, options.compiled)
    except wasmtime.ExitTrap as ended:
        return ended.code
    except (wasmtime.Trap, wasmtime.WasmtimeError) as trap:
        print(trap, file=sys.stderr)
        return 134


def run_component(store: wasmtime.Store, data: bytes) -> int:
    """Run the command of preview2 in a component; its status."""
    linker = component.Linker(store.engine)
    linker.add_wasip2()
    made = component.Component(store.engine, data)
    instance = linker.instantiate(store, made)
    (name,) = [name for name in made.type.exports(store.engine) if name.startswith("wasi:cli/run@")]
    of = instance.get_export_index(store, name)
    run = instance.get_func(store, instance.get_export_index(store, "run", of) or 0)
    answer = run(store) if run else None
    return int(isinstance(answer, component.Variant) and answer.tag == "err")


def run_module(store: wasmtime.Store, data: bytes, lies: list[str], folder: str | None) -> int:
    """Run the module of preview1; `folder` keeps its compiled code."""
    linker = wasmtime.Linker(store.engine)
    linker.define_wasi()
    module = _module(store.engine, data, folder)
    linker.allow_shadowing = True
    for lie in lies:
        name, _, code = lie.partition("=")
        for item in module.imports:
            if item.module == MODULE and item.name == name and isinstance(item.type, wasmtime.FuncType):
                answer = (lambda *_, code=int(code): code) if item.type.results else (lambda *_: None)
                linker.define_func(MODULE, name, item.type, answer)
    linker.instantiate(store, module).exports(store)["_start"](store)
    return 0


def _module(engine: wasmtime.Engine, data: bytes, folder: str | None) -> wasmtime.Module:
    if folder is None:
        return wasmtime.Module(engine, data)
    kept = Path(folder) / f"{zlib.crc32(data)}.compiled"
    if not kept.exists():
        kept.write_bytes(wasmtime.Module(engine, data).serialize())
    return wasmtime.Module.deserialize_file(engine, str(kept))


def _settings(options: argparse.Namespace) -> wasmtime.WasiConfig:
    settings = wasmtime.WasiConfig()
    settings.inherit_stdin()
    settings.inherit_stdout()
    settings.inherit_stderr()
    settings.argv = options.command
    settings.env = [tuple(pair.split("=", 1)) for pair in options.env]
    for folder in options.dir:
        host, _, guest = folder.rpartition("::") if "::" in folder else (folder, "", folder)
        settings.preopen_dir(host, guest)
    return settings


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
