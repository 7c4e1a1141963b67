/* A filter's program: the part of classic BPF that seccomp(2) allows.  Checks, weighs and runs
 * programs. */
#ifndef WALI_SECCOMP_BPF_H
#define WALI_SECCOMP_BPF_H

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The kernel's limit for one program, BPF_MAXINSNS. */
#define SECCOMP_MOST_INSTRUCTIONS 4096

/* Makes the kernel's checks: known instructions, jumps forward and inside the program, aligned
 * reads inside struct seccomp_data, scratch memory written before it is read, a return at the
 * end. */
bool bpf_is_sound(const struct sock_filter *program, size_t length) __attribute__((visibility("hidden")));

/* The number of instructions after the kernel's conversion to its own, which its limit on all
 * filters of a thread counts. */
size_t bpf_weight(const struct sock_filter *program, size_t length) __attribute__((visibility("hidden")));

/* True if a sound program allows a call by its number alone, found as the kernel finds it: by
 * following instructions that depend on number and architecture only. */
bool bpf_always_allows(const struct sock_filter *program, uint32_t number, uint32_t architecture)
    __attribute__((visibility("hidden")));

/* Runs a sound program and returns its answer (SECCOMP_RET_...).  Ends always, for all jumps lead
 * forward. */
uint32_t bpf_run(const struct sock_filter *program, const struct seccomp_data *call)
    __attribute__((visibility("hidden")));

#endif
