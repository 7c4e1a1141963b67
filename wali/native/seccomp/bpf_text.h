/* A filter as a word of the launcher's command line, by which execve hands it on. */
#ifndef WALI_SECCOMP_BPF_TEXT_H
#define WALI_SECCOMP_BPF_TEXT_H

#include "wali/_generated/options.h"
#include "wali/native/seccomp/filters.h"

#include <stddef.h>
#include <stdint.h>

#define SECCOMP_OPTION OPTION_SECCOMP "="

/* Bytes that the word takes, its NUL too. */
size_t bpf_text_size(const struct seccomp_filter *filter) __attribute__((visibility("hidden")));
/* Writes it, and answers where it ends. */
char *bpf_text_write(char *to, const struct seccomp_filter *filter) __attribute__((visibility("hidden")));

/* Reads what stands behind the option into program[SECCOMP_MOST_INSTRUCTIONS].  The
 * number of instructions; 0 if it is no such text. */
size_t bpf_text_read(const char *text, struct sock_filter *program, uint32_t *flags)
    __attribute__((visibility("hidden")));

#endif
