"""Programs of wasi-threads in text form."""

from __future__ import annotations

IMPORTS = """
  (import "wasi" "thread-spawn" (func $spawn (param i32) (result i32)))
  (import "{interface}" "proc_exit" (func $exit (param i32)))
  (import "{interface}" "fd_read" (func $fd_read (param i32 i32 i32 i32) (result i32)))
  (import "{interface}" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (import "{interface}" "poll_oneoff" (func $poll (param i32 i32 i32 i32) (result i32)))
  (import "{interface}" "sched_yield" (func $yield (result i32)))"""
# Words that programs use: 0 is woken when a thread has ended, 4 counts threads that have, 8 never changes.
COMMON = """
  (func $end (drop (i32.atomic.rmw.add (i32.const 4) (i32.const 1)))
    (drop (memory.atomic.notify (i32.const 4) (i32.const -1))))
  (func $await (param $count i32) (local $now i32)
    (loop $again
      (local.set $now (i32.atomic.load (i32.const 4)))
      (if (i32.lt_u (local.get $now) (local.get $count))
        (then (drop (memory.atomic.wait32 (i32.const 4) (local.get $now) (i64.const -1))) (br $again)))))
  (func $started (param $argument i32) (result i32) (local $id i32)
    (local.set $id (call $spawn (local.get $argument)))
    (if (i32.le_s (local.get $id) (i32.const 0)) (then (call $exit (i32.const 120))))
    (if (i32.ge_u (local.get $id) (i32.const 0x20000000)) (then (call $exit (i32.const 121))))
    (local.get $id))
  (func $sleep (param $nanoseconds i64)
    (drop (memory.atomic.wait32 (i32.const 8) (i32.const 0) (local.get $nanoseconds))))"""


def program(
    thread: str,
    main: str,
    more: str = "",
    interface: str = "wasi_snapshot_preview1",
    memory: str = '(import "env" "memory" (memory 2 16 shared)) (export "memory" (memory 0))',
) -> str:
    """A module whose threads do `thread`, with $tid and $argument, and whose _start does `main`."""
    return f"""(module {IMPORTS.format(interface=interface)} {memory} {COMMON} {more}
  (func $thread (export "wasi_thread_start") (param $tid i32) (param $argument i32) {thread})
  (func (export "_start") (local $i i32) {main}))"""


START_ONE = "(drop (call $started (i32.const 0)))"
