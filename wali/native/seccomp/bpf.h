/* A filter's program: classic BPF, with what seccomp(2) allows of it. */
#ifndef WALI_SECCOMP_BPF_H
#define WALI_SECCOMP_BPF_H

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* BPF_MAXINSNS, of one program. */
#define SECCOMP_MOST_INSTRUCTIONS 4096

/* What the kernel checks: known instructions, jumps forward and inside, aligned reads
 * of struct seccomp_data, memory that is written before it is read, an end. */
bool bpf_is_sound(const struct sock_filter *program, size_t length) __attribute__((visibility("hidden")));

/* How many of the kernel's own instructions it makes of these: that is what its limit
 * on all filters together counts. */
size_t bpf_weight(const struct sock_filter *program, size_t length) __attribute__((visibility("hidden")));

/* Whether a sound program allows a call of this number whatever its arguments are,
 * as far as the kernel would see that. */
bool bpf_always_allows(const struct sock_filter *program, uint32_t number, uint32_t architecture)
    __attribute__((visibility("hidden")));

/* What a sound program answers.  It ends: all its jumps lead forward. */
uint32_t bpf_run(const struct sock_filter *program, const struct seccomp_data *call)
    __attribute__((visibility("hidden")));

#endif
