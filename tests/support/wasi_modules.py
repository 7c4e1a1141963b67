"""Programs for WASI preview1 in text form, and what to make others of."""

from __future__ import annotations

IMPORTS = """
  (import "wasi_snapshot_preview1" "args_sizes_get" (func $args_sizes (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "args_get" (func $args (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "environ_sizes_get" (func $environ_sizes (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "environ_get" (func $environ (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_prestat_get" (func $prestat (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_prestat_dir_name" (func $dir_name (param i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_open"
    (func $open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "sock_accept" (func $accept (param i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "sock_send" (func $send (param i32 i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (memory (export "memory") 16)
  (func $write (param $at i32) (param $length i32)
    (i32.store (i32.const 0) (local.get $at))
    (i32.store (i32.const 4) (local.get $length))
    (if (call $fd_write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)) (then unreachable)))
  (func $check (param $error i32) (if (local.get $error) (then (call $exit (local.get $error)))))
"""


def program(body: str, more: str = "") -> str:
    return f'(module {IMPORTS} {more} (func (export "_start") {body}))'


# Prints the file that argument 2 names, of the folder whose descriptor is the digit of argument 1.
# Ends with the error's number.
CAT = program("""
    (local $fd i32)
    (call $check (call $args_sizes (i32.const 16) (i32.const 20)))
    (call $check (call $args (i32.const 1024) (i32.const 65536)))
    (local.set $fd (i32.sub (i32.load8_u (i32.load (i32.const 1028))) (i32.const 48)))
    (call $check (call $open (local.get $fd) (i32.const 1) (i32.load (i32.const 1032))
      (i32.sub (i32.add (i32.const 65535) (i32.load (i32.const 20))) (i32.load (i32.const 1032)))
      (i32.const 0) (i64.const 2) (i64.const 0) (i32.const 0) (i32.const 24)))
    (i32.store (i32.const 0) (i32.const 131072))
    (i32.store (i32.const 4) (i32.const 4096))
    (call $check (call $read (i32.load (i32.const 24)) (i32.const 0) (i32.const 1) (i32.const 28)))
    (call $write (i32.const 131072) (i32.load (i32.const 28)))""")
# A library: what it exports besides is no program.
LIBRARY = f"""(module {IMPORTS}
  (global $ready (mut i32) (i32.const 0))
  (func (export "_initialize") (global.set $ready (i32.const 1)))
  (func (export "ready") (result i32) (global.get $ready))
  (func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1)))
  (func (export "both") (param i64 f64) (result i64 f64) (local.get 0) (local.get 1))
  (func (export "leave") (param i32) (call $exit (local.get 0))))"""
