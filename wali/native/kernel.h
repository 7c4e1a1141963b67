/* The way into the kernel: raw system calls, results as the kernel gives them
 * (>= 0, or -errno).  One assembly routine, so that a signal handler can tell
 * by the program counter whether the call had entered the kernel. */
#ifndef WALI_KERNEL_H
#define WALI_KERNEL_H

#include <errno.h>
#include <stdint.h>
#include <sys/syscall.h>

int64_t wali_syscall(int64_t nr, int64_t a, int64_t b, int64_t c, int64_t d, int64_t e, int64_t f)
    __attribute__((visibility("hidden")));

/* KERNEL(read, fd, buf, n): up to six integers or pointers; each keeps its own
 * signedness when widened.  KERNEL_NR takes a number instead of a name. */
#define KERNEL(name, ...) KERNEL_NR(SYS_##name __VA_OPT__(, ) __VA_ARGS__)
#define KERNEL_NR(...) KERNEL_PICK_(__VA_ARGS__, 6, 5, 4, 3, 2, 1, 0)(__VA_ARGS__)
#define KERNEL_PICK_(n, a, b, c, d, e, f, count, ...) KERNEL_##count##_
#define KERNEL_0_(n) wali_syscall(n, 0, 0, 0, 0, 0, 0)
#define KERNEL_1_(n, a) wali_syscall(n, (int64_t)(a), 0, 0, 0, 0, 0)
#define KERNEL_2_(n, a, b) wali_syscall(n, (int64_t)(a), (int64_t)(b), 0, 0, 0, 0)
#define KERNEL_3_(n, a, b, c) wali_syscall(n, (int64_t)(a), (int64_t)(b), (int64_t)(c), 0, 0, 0)
#define KERNEL_4_(n, a, b, c, d) wali_syscall(n, (int64_t)(a), (int64_t)(b), (int64_t)(c), (int64_t)(d), 0, 0)
#define KERNEL_5_(n, a, b, c, d, e)                                                                          \
    wali_syscall(n, (int64_t)(a), (int64_t)(b), (int64_t)(c), (int64_t)(d), (int64_t)(e), 0)
#define KERNEL_6_(n, a, b, c, d, e, f)                                                                       \
    wali_syscall(n, (int64_t)(a), (int64_t)(b), (int64_t)(c), (int64_t)(d), (int64_t)(e), (int64_t)(f))

#endif
