/* execve(2) in a thread with filters: the next program starts with the same filters, or not at all.
 * A wasm program gets them from the launcher, a native one from the kernel. */
#ifndef WALI_PROCESS_FILTERED_EXEC_H
#define WALI_PROCESS_FILTERED_EXEC_H

#include <stdint.h>

struct wali_thread;
struct seccomp_filter;

/* The arguments of execveat(2). */
struct execution {
    int dirfd;
    const char *path;
    const char **argv;
    const char **envp;
    int flags;
};

/* The launcher's command line with the filters, and with the guest's environment behind the guest's
 * arguments.  The launcher itself gets the host's environment: the dynamic linker obeys the
 * environment of a process, and could be told to load code that no filter judges. */
struct filtered_words {
    const char **memory;
    uint64_t bytes;
};
/* Makes the command line.  0 or -ENOMEM. */
int64_t filtered_words_make(struct filtered_words *words, const struct seccomp_filter *newest,
                            const struct execution *launcher) __attribute__((visibility("hidden")));
void filtered_words_delete(const struct filtered_words *words) __attribute__((visibility("hidden")));

/* The kernel's execve of a native program, whose calls the kernel judges from then on.  Returns
 * only on failure, and the calling thread is then unchanged: -errno of execve, -ENOMEM, or -EACCES
 * if the filters themselves forbid a call that this takes.  With all other threads stopped. */
int64_t filtered_exec(struct wali_thread *self, const struct seccomp_filter *newest,
                      const struct execution *program) __attribute__((visibility("hidden")));

#endif
