/* The ways into the kernel, with the processor's guesses kept and lost: the same results, and a stack
 * that is left as it was (else nothing would return). */
#define _GNU_SOURCE
#include "wali/native/base/kernel.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static int failed;

static void check(bool right, const char *what)
{
    if (!right) {
        printf("%s, guesses %s\n", what, return_guesses_are_lost ? "lost" : "kept");
        failed = 1;
    }
}

/* A leaf, whose locals lie below the stack pointer: all are there after the call. */
static __attribute__((noinline)) bool leaf_keeps_its_locals(int file, char *bytes)
{
    volatile uint64_t words[12];
    for (uint64_t i = 0; i < 12; i++) {
        words[i] = i * UINT64_C(0x0101010101010101);
    }
    const int64_t count = KERNEL_HERE(SYS_pread64, file, bytes, 4, 1);
    for (uint64_t i = 0; i < 12; i++) {
        if (words[i] != i * UINT64_C(0x0101010101010101)) {
            return false;
        }
    }
    return count == 4;
}

static void check_calls(int file)
{
    char bytes[5] = "";
    check(KERNEL(getpid) == getpid(), "no argument");
    check(KERNEL(close, -1) == -EBADF, "an error");
    const int64_t page = KERNEL(mmap, NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    check(page > 0 && KERNEL(munmap, page, 4096) == 0, "six arguments");
    check(KERNEL_WAIT(pread64, file, bytes, 4, 2) == 4 && strcmp(bytes, "cdef") == 0, "one that may wait");
    pending_add(RECORD_PENDING);
    check(KERNEL_WAIT(pread64, file, bytes, 4, 0) == -RESTART, "one that a signal keeps from waiting");
    pending_remove(RECORD_PENDING);
    check(leaf_keeps_its_locals(file, bytes) && strcmp(bytes, "bcde") == 0, "one where it is written");
}

int main(void)
{
    const int file = memfd_create("letters", 0);
    check(file >= 0 && write(file, "abcdefgh", 8) == 8, "a file");
    return_guesses_begin();
    const bool found = return_guesses_are_lost;
    return_guesses_are_lost = false;
    check_calls(file);
    return_guesses_are_lost = true;
    check_calls(file);
    check(return_guesses_lost_by("Mitigation: Safe RET\n"), "safe returns");
    check(return_guesses_lost_by("Vulnerable: Safe RET, no microcode\n"), "safe returns of old microcode");
    check(!return_guesses_lost_by("Not affected\n"), "no mitigation");
    check(!return_guesses_lost_by("Vulnerable\n"), "a mitigation that is off");
    check(!return_guesses_lost_by(""), "nothing");
    puts(failed ? "failed" : found ? "lost" : "kept");
    return failed;
}
