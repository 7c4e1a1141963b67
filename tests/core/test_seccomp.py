"""Filters of seccomp(2) where a C program does not reach: modules made by hand, and what a native program loads.

What guests themselves see of filters is tested by c-tests/seccomp.
"""

from __future__ import annotations

import os
import struct
import subprocess
from pathlib import Path

import pytest

from tests.support import sdk_helpers
from tests.support.helpers import assemble, command_path
from tests.support.sdk_helpers import Compiler

cc, sysroot = sdk_helpers.cc, sdk_helpers.sysroot  # fixtures

GETPPID, EDOM = 110, 33
ERRNO, ALLOW = 0x00050000, 0x7FFF0000


def filter_of(number: int, answer: int) -> bytes:
    """A program that gives this answer to one call."""
    code = ((0x20, 0, 0, 0), (0x15, 0, 1, number), (0x06, 0, 0, answer), (0x06, 0, 0, ALLOW))
    return b"".join(struct.pack("<HBBI", *instruction) for instruction in code)


def text(data: bytes) -> str:
    """Bytes as a string of the text format."""
    return "".join(f"\\{byte:02x}" for byte in data)


# Every way to one and the same call: directly, by its other name and another type, through a table whose entry was
# there before the filter was, and from a thread. Exits with the number of ways that answered -EDOM.
WAYS = f"""(module
  (type $plain (func (result i64)))
  (import "wali" "SYS_prctl" (func $prctl (param i32 i64 i64 i64 i64) (result i64)))
  (import "wali" "SYS_seccomp" (func $seccomp (param i32 i32 i32) (result i64)))
  (import "wali" "SYS_getppid" (func $direct (type $plain)))
  (import "wali" "__syscall_SYS_getppid" (func $adapted (param i64) (result i32)))
  (import "wali" "SYS_exit_group" (func $exit (param i32) (result i64)))
  (import "wali" "SYS_sched_yield" (func $yield (result i64)))
  (import "wali" "__wasm_thread_spawn" (func $spawn (param i32 i32) (result i32)))
  (memory (export "memory") 1 2)
  (global $sp (export "__stack_pointer") (mut i32) (i32.const 60000))
  (global $right (mut i32) (i32.const 0))
  (table 3 3 funcref)
  (elem (i32.const 1) $direct $in_thread)
  (data (i32.const 256) "{text(struct.pack("<HxxI", 4, 512))}")
  (data (i32.const 512) "{text(filter_of(GETPPID, ERRNO | EDOM))}")
  (func $count (param i64)
    (global.set $right (i32.add (global.get $right) (i64.eq (local.get 0) (i64.const {-EDOM})))))
  (func $ways
    (call $count (call $direct))
    (call $count (i64.extend_i32_s (call $adapted (i64.const 0))))
    (call $count (call_indirect (type $plain) (i32.const 1))))
  (func $in_thread (param i32 i32)
    (call $ways)
    (i32.store (i32.const 1024) (global.get $right))
    (i32.atomic.store (i32.const 1028) (i32.const 1)))
  (func (export "_start")
    (call $ways)
    (if (i32.ne (global.get $right) (i32.const 0)) (then (drop (call $exit (i32.const 100)))))
    (drop (call $prctl (i32.const 38) (i64.const 1) (i64.const 0) (i64.const 0) (i64.const 0)))
    (if (i64.ne (call $seccomp (i32.const 1) (i32.const 0) (i32.const 256)) (i64.const 0))
      (then (drop (call $exit (i32.const 101)))))
    (call $ways)
    (drop (call $spawn (i32.const 2) (i32.const 0)))
    (loop $wait
      (drop (call $yield))
      (br_if $wait (i32.eqz (i32.atomic.load (i32.const 1028)))))
    (drop (call $exit (i32.add (global.get $right) (i32.load (i32.const 1024)))))))"""


@pytest.mark.parametrize("options", [[], ["--stats=/dev/null"], ["--trace=/dev/null"]])
def test_every_way_to_a_call_is_judged(tmp_path: Path, options: list[str]) -> None:
    """In all instances, through tables and adapters too, and behind trace and counters."""
    module = tmp_path / "ways.wasm"
    module.write_bytes(assemble(WAYS))
    done = subprocess.run([*command_path("wali-run"), *options, module], timeout=60, check=False)
    assert done.returncode == 6


GUEST = r"""
#define _GNU_SOURCE
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    if (argc > 2) {
        struct sock_filter code[] = {
            BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 0),
            BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_getppid, 0, 1),
            BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EDOM),
            BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
        };
        struct sock_fprog program = {4, code};
        prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
        if (syscall(SYS_seccomp, 1, 0, &program) != 0) return 1;
        execve(argv[1], (char *[]){argv[1], argv[2], NULL}, (char *[]){getenv("GIVEN"), "ONE=1", "TWO=a b", NULL});
        return 2;
    }
    syscall(SYS_getppid);
    printf("%d %s %s %s\n", errno == EDOM, getenv("LD_PRELOAD"), getenv("ONE"), getenv("TWO"));
    return 0;
}
"""
LIBRARY = r"""
#include <fcntl.h>
#include <stdlib.h>
__attribute__((constructor)) static void loaded(void) { close(creat("WHERE", 0600)); }
"""


def test_no_library_of_the_guests_choice(tmp_path: Path, cc: Compiler) -> None:
    """What a guest with filters tells the dynamic linker is for the next guest, not for the runtime."""
    module = cc.build(GUEST)
    proof, library, source = tmp_path / "proof", tmp_path / "library.so", tmp_path / "library.c"
    source.write_text("#include <unistd.h>\n" + LIBRARY.replace("WHERE", str(proof)))
    subprocess.run(["gcc", "-shared", "-fPIC", "-o", library, source], check=True)
    subprocess.run(["true"], env={**os.environ, "LD_PRELOAD": str(library)}, check=True)
    assert proof.exists()
    proof.unlink()
    for cold in (False, True):  # through the launcher alone, and through Python
        target = tmp_path / "next.wasm"
        target.write_bytes(module.read_bytes() + (b"\0\x05\x04cold" if cold else b""))
        target.chmod(0o755)
        if not cold:
            subprocess.run([*command_path("wali-run"), target], check=True, capture_output=True)
        done = subprocess.run(
            [*command_path("wali-run"), module, target, "x"],
            env={**os.environ, "GIVEN": f"LD_PRELOAD={library}"},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.stdout == f"1 {library} 1 a b\n", done.stderr
        assert not proof.exists()


@pytest.mark.parametrize("word", ["--seccomp=", "--seccomp=0", "--seccomp=0zz", "--seccomp=00020000000000000"])
def test_a_filter_that_cannot_be_read_starts_nothing(tmp_path: Path, word: str) -> None:
    """It is never left out."""
    module = tmp_path / "ways.wasm"
    module.write_bytes(assemble('(module (memory (export "memory") 1 2) (func (export "_start")))'))
    done = subprocess.run([*command_path("wali-run"), word, module], capture_output=True, text=True, check=False)
    assert done.returncode not in (0, 6)
    assert "seccomp" in done.stderr
