/* What the process was started with: the configuration that Python or the launcher hands over. */
#ifndef WALI_PROCESS_SETTINGS_H
#define WALI_PROCESS_SETTINGS_H

#include <stdint.h>

/* cdef begin */
/* The configuration of one run.  Strings and arrays live until the process ends. */
typedef struct wali_config {
    const char *module_path; /* the module, for messages, /proc/self/exe and AT_EXECFN */
    int code_fd;             /* compiled code, as written by wali_engine_compile; closed */
    int64_t code_delta;      /* file offset of the code section: original minus compiled */
    int argc;
    const char *const *argv;
    int envc;
    const char *const *env;
    uint64_t max_memory;   /* bytes; 0 is the module's own maximum */
    uint64_t stack_size;   /* bytes of native stack; 0 is the default */
    int fix_calls;         /* whether the module is in the form that wali/fixcalls/ makes */
    int trace_fd;          /* -1 without a trace */
    int stats_fd;          /* a memory file of wali_stats_size() zero bytes; -1 without counters */
    int module_fd;         /* if module_path is /proc/self/fd/N: that open file, closed; else -1 */
    const char *launcher;  /* path of wali-run, for execve(2); NULL: the host's program */
    const char *cache_dir; /* the cache, for execve(2); NULL without one */
    int seccomp_count;     /* filters of seccomp(2), oldest first: the texts behind --seccomp= */
    const char *const *seccomp;
    const char *name; /* the name for ps(1); NULL is the module's file name */
} wali_config;
/* cdef end */

/* Set by wali_run, before anything of the process floor runs. */
extern const wali_config *settings __attribute__((visibility("hidden")));

/* The path of the command wali-run, by which execve(2) starts a wasm program. */
const char *settings_launcher(void) __attribute__((visibility("hidden")));

#endif
