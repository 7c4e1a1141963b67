/* What the process was started with. */
#ifndef WALI_PROCESS_SETTINGS_H
#define WALI_PROCESS_SETTINGS_H

#include <stdint.h>

/* cdef begin */
/* What wali_run runs.  Strings and arrays live until it ends. */
typedef struct wali_config {
    const char *module_path; /* for messages, /proc/self/exe and AT_EXECFN */
    int code_fd;             /* compiled code, as wali_engine_compile wrote it; closed */
    int64_t code_delta;      /* file offset of the code section: original minus rewritten */
    int argc;
    const char *const *argv;
    int envc;
    const char *const *env;
    uint64_t max_memory;   /* bytes; 0: what the module allows */
    uint64_t stack_size;   /* bytes of native stack; 0: the default */
    int fix_calls;         /* the module is in the form that wali/fixcalls/ makes */
    int trace_fd;          /* -1: no trace */
    int stats_fd;          /* -1, or a memory file of wali_stats_size() zero bytes */
    int module_fd;         /* -1, or the open file that module_path stands for, as /proc/self/fd/N; closed */
    const char *launcher;  /* the command wali-run, for execve(2); NULL: the host's program is it */
    const char *cache_dir; /* likewise; NULL: no cache */
    int seccomp_count;     /* filters of seccomp(2), the oldest first: what stands behind --seccomp= */
    const char *const *seccomp;
    const char *name; /* what ps(1) shows; NULL: the module's file name */
} wali_config;
/* cdef end */

extern const wali_config *settings __attribute__((visibility("hidden")));

/* The command wali-run, which starts the next wasm program. */
const char *settings_launcher(void) __attribute__((visibility("hidden")));

#endif
