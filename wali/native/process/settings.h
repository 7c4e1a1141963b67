/* What the process was started with: the configuration that the launcher hands over. */
#ifndef WALI_PROCESS_SETTINGS_H
#define WALI_PROCESS_SETTINGS_H

#include <stdint.h>

/* The configuration of one run.  Strings and arrays live until the process ends. */
typedef struct wali_config {
    const char *module_path; /* the module, for messages, /proc/self/exe and AT_EXECFN */
    int code_fd;             /* compiled code, as written by wali_engine_compile; closed */
    int64_t code_delta;      /* file offset of the code section: original minus compiled */
    int argc;
    const char *const *argv;
    int envc;
    const char *const *env;
    uint64_t max_memory;       /* bytes; 0 is the module's own maximum */
    uint64_t stack_size;       /* bytes of native stack; 0 is the default */
    int fix_calls;             /* whether the module is in the form that wali/fixcalls/ makes */
    int quiet;                 /* whether programs that are compiled first say nothing, for execve(2) */
    int debug;                 /* whether the code is for a debugger */
    int trace_fd;              /* -1 without a trace */
    int trace_area_fd;         /* the memory file that the processes of a trace share; -1 without */
    const char *trace_options; /* what of the trace is wanted (calls/trace_options); NULL: all */
    const char *trace_base;    /* the name of its file; NULL if that is stderr */
    int stats_fd;              /* the memory file of the counters (calls/trace_stats); -1 without counters */
    int module_fd;             /* if module_path is /proc/self/fd/N: that open file, closed; else -1 */
    const char *cache_dir;     /* the cache, for execve(2); NULL without one */
    int seccomp_count;         /* filters of seccomp(2), oldest first: the texts behind --seccomp= */
    const char *const *seccomp;
    /* Of programs that import the functions of WASI: what the command line grants them. */
    int given_env_count; /* their environment, in place of env */
    const char *const *given_env;
    int dir_count; /* the folders: HOST or HOST::GUEST */
    const char *const *dir;
    int host;    /* whether / and the current directory are among the folders, the first ones */
    int network; /* whether sockets may be bound and connected, which --host grants, too */
    int no_tcp;  /* whether not even sockets of TCP may; and of UDP */
    int no_udp;
    int name_lookup;    /* whether names may be looked up */
    int listener_count; /* sockets, which come before the folders: host descriptors, above 2, with FD_CLOEXEC
                         */
    const int *listener;
    const char *invoke;      /* the export to call in place of _start; NULL without */
    const char *wasi_option; /* the first option of the line that other programs do not take; NULL without */
    /* The sandbox (sandbox/): what the options of that name say, with their counts. */
    const char *sandbox; /* NULL without one, "" with a view, else the form's name */
    int ro_count;
    const char *const *ro;
    int rw_count;
    const char *const *rw;
    const char *rootfs; /* NULL without one */
    int net_count;
    const char *const *net;
    int exec;
    int no_exec;
    int confine;
    int deny_count;
    const char *const *deny;
    int allow_count;
    const char *const *allow;
    const char *user;   /* NULL: it stays the same */
    uint64_t processes; /* limits; 0 is none */
    uint64_t files;
    uint64_t cpu;             /* seconds */
    const char *packages;     /* Python's folder with the runtime, which the launcher finds; NULL without */
    const char *shared_cache; /* the cache of all users */
    const char *limits;       /* RLIMIT_AS and RLIMIT_DATA (memory/limits.h); NULL: the process's own */
    const char *name;         /* the name for ps(1); NULL is the module's file name */
} wali_config;

/* Set by wali_run, before anything of the process floor runs. */
extern const wali_config *settings __attribute__((visibility("hidden")));

#endif
