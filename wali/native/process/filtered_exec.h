/* execve(2) in a thread with filters: the next program has them too, or it does not
 * start.  A wasm program gets them from the launcher, a native one from the kernel. */
#ifndef WALI_PROCESS_FILTERED_EXEC_H
#define WALI_PROCESS_FILTERED_EXEC_H

#include "wali/native/base/sigset.h"

#include <stdint.h>

struct wali_thread;
struct seccomp_filter;

/* What execveat(2) takes. */
struct execution {
    int dirfd;
    const char *path;
    const char **argv;
    const char **envp;
    int flags;
};

/* The launcher's words, with the filters, and with the guest's environment behind its
 * own arguments: the dynamic linker obeys the environment of a process, and could be
 * told to load what no filter judges. */
struct filtered_words {
    const char **memory;
    uint64_t bytes;
};
/* 0 or -ENOMEM. */
int64_t filtered_words_make(struct filtered_words *words, const struct seccomp_filter *newest,
                            const struct execution *launcher) __attribute__((visibility("hidden")));
void filtered_words_delete(const struct filtered_words *words) __attribute__((visibility("hidden")));

/* The kernel's execve of a native program, judged by the kernel from then on.  Returns
 * only if it fails, and the calling thread is then as it was: -EACCES if that could not
 * be promised.  With all other threads standing still. */
int64_t filtered_exec(struct wali_thread *self, const struct seccomp_filter *newest,
                      const struct execution *program) __attribute__((visibility("hidden")));

#endif
