/* Raw system calls.  Results are the kernel's: >= 0, or -errno.  errno is neither read nor set.
 * Async-signal-safe.
 *
 * KERNEL is for calls that do not wait.  KERNEL_WAIT is for the one call of an entry that may wait.
 * A signal for the guest interrupts that call, or keeps it from starting, and the entry then runs
 * the guest's handler (delivery/delivery.h). */
#ifndef WALI_BASE_KERNEL_H
#define WALI_BASE_KERNEL_H

#include "wali/native/base/call_numbers.h"
#include "wali/native/base/return_guesses.h"

#include <errno.h>
#include <stdint.h>

/* -RESTART is KERNEL_WAIT's result when a signal came first: nothing has happened, and the entry
 * repeats everything once the handler has run.  The number is the kernel's ERESTARTSYS, which user
 * space never sees. */
#define RESTART 512

int64_t wali_syscall(int64_t nr, int64_t a, int64_t b, int64_t c, int64_t d, int64_t e, int64_t f)
    __attribute__((visibility("hidden")));
int64_t wali_syscall_wait(int64_t nr, int64_t a, int64_t b, int64_t c, int64_t d, int64_t e, int64_t f)
    __attribute__((visibility("hidden")));

/* The window of wali_syscall_wait.  At a program counter from start to enter, both included, the
 * system call has not begun, or the kernel is about to restart it.  A signal handler may then move
 * the program counter to end, which returns -RESTART. */
extern const char wali_wait_start[] __attribute__((visibility("hidden")));
extern const char wali_wait_enter[] __attribute__((visibility("hidden")));
extern const char wali_wait_return[] __attribute__((visibility("hidden"))); /* behind the call */
extern const char wali_wait_end[] __attribute__((visibility("hidden")));

/* KERNEL(read, fd, buf, n): up to six integers or pointers, each widened to 64 bits by its own
 * type's signedness.  KERNEL_NR takes a number instead of a name. */
#define KERNEL(name, ...) KERNEL_NR(SYS_##name __VA_OPT__(, ) __VA_ARGS__)
#define KERNEL_NR(...) KERNEL_PICK_(__VA_ARGS__, 6, 5, 4, 3, 2, 1, 0)(wali_syscall, __VA_ARGS__)
#define KERNEL_WAIT(name, ...) KERNEL_WAIT_NR(SYS_##name __VA_OPT__(, ) __VA_ARGS__)
#define KERNEL_WAIT_NR(...) KERNEL_PICK_(__VA_ARGS__, 6, 5, 4, 3, 2, 1, 0)(wali_syscall_wait, __VA_ARGS__)
#define KERNEL_PICK_(n, a, b, c, d, e, f, count, ...) KERNEL_##count##_
#define KERNEL_0_(by, n) by(n, 0, 0, 0, 0, 0, 0)
#define KERNEL_1_(by, n, a) by(n, (int64_t)(a), 0, 0, 0, 0, 0)
#define KERNEL_2_(by, n, a, b) by(n, (int64_t)(a), (int64_t)(b), 0, 0, 0, 0)
#define KERNEL_3_(by, n, a, b, c) by(n, (int64_t)(a), (int64_t)(b), (int64_t)(c), 0, 0, 0)
#define KERNEL_4_(by, n, a, b, c, d) by(n, (int64_t)(a), (int64_t)(b), (int64_t)(c), (int64_t)(d), 0, 0)
#define KERNEL_5_(by, n, a, b, c, d, e)                                                                      \
    by(n, (int64_t)(a), (int64_t)(b), (int64_t)(c), (int64_t)(d), (int64_t)(e), 0)
#define KERNEL_6_(by, n, a, b, c, d, e, f)                                                                   \
    by(n, (int64_t)(a), (int64_t)(b), (int64_t)(c), (int64_t)(d), (int64_t)(e), (int64_t)(f))

/* KERNEL_NR of up to four arguments where it is written.  Where guesses are lost (return_guesses.h) each
 * return between a system call and the guest costs: the shortest calls have the entry's alone. */
#define KERNEL_HERE(nr, a, b, c, d) kernel_here(nr, (int64_t)(a), (int64_t)(b), (int64_t)(c), (int64_t)(d))

static inline
    __attribute__((always_inline)) int64_t kernel_here(int64_t nr, int64_t a, int64_t b, int64_t c, int64_t d)
{
    register int64_t fourth __asm__("r10") = d;
    int64_t result = nr;
    __asm__ volatile("    syscall\n"
                     "    cmpb $0, %[lost]\n"
                     "    je 9f\n"
                     "    addq $-128, %%rsp\n" /* below the red zone */
                     RETURN_GUESSES "    addq $128 + " RETURN_GUESSES_BYTES ", %%rsp\n"
                     "9:\n"
                     : "+a"(result)
                     : "D"(a), "S"(b), "d"(c), "r"(fourth), [lost] "m"(return_guesses_are_lost)
                     : "rcx", "r11", "memory", "cc");
    return result;
}

/* Not 0 while the calling thread has a handler of the guest's to run.  RECORD_PENDING: the thread's
 * signal record is in use.  HELD_PENDING: a held signal may be deliverable (signals/state.h).  The
 * word is defined here because the window of wali_syscall_wait tests it. */
#define RECORD_PENDING UINT32_C(1)
#define HELD_PENDING UINT32_C(2)
extern __thread volatile uint32_t wali_pending
    __attribute__((visibility("hidden"), tls_model("initial-exec")));

static inline void pending_add(uint32_t bit)
{
    __atomic_fetch_or(&wali_pending, bit, __ATOMIC_SEQ_CST);
}

static inline void pending_remove(uint32_t bit)
{
    __atomic_fetch_and(&wali_pending, ~bit, __ATOMIC_SEQ_CST);
}

#endif
