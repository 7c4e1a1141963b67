/* A filter as one word of the launcher's command line, by which execve hands the filter on. */
#ifndef WALI_SECCOMP_BPF_TEXT_H
#define WALI_SECCOMP_BPF_TEXT_H

#include "wali/_generated/options.h"
#include "wali/native/seccomp/filters.h"

#include <stddef.h>
#include <stdint.h>

#define SECCOMP_OPTION OPTION_SECCOMP "="

/* The size of the word in bytes, with option name and NUL. */
size_t bpf_text_size(const struct seccomp_filter *filter) __attribute__((visibility("hidden")));
/* Writes the word, and returns the address behind its NUL. */
char *bpf_text_write(char *to, const struct seccomp_filter *filter) __attribute__((visibility("hidden")));

/* Reads the word's text behind the option name into program[SECCOMP_MOST_INSTRUCTIONS].  Returns
 * the number of instructions; 0 if the text is malformed.  The program is not checked. */
size_t bpf_text_read(const char *text, struct sock_filter *program, uint32_t *flags)
    __attribute__((visibility("hidden")));

#endif
