/* The waist between Python and the core.  What stands between the markers is
 * also the declaration that cffi reads. */
#ifndef WALI_CORE_H
#define WALI_CORE_H

#include <stddef.h>
#include <stdint.h>

/* cdef begin */
enum wali_fault {
    WALI_OK = 0,
    WALI_FAULT_ENGINE = 1,  /* the engine's library is missing or of another version */
    WALI_FAULT_MODULE = 2,  /* the engine refuses the module */
    WALI_FAULT_STALE = 3,   /* compiled code is not for this engine or machine: compile again */
    WALI_FAULT_IMPORTS = 4, /* imports that nobody provides */
    WALI_FAULT_MEMORY = 5,  /* not enough memory, or above the limit given */
    WALI_FAULT_IO = 6       /* a file could not be written or read; see errnum */
};

typedef struct wali_error {
    int code;        /* enum wali_fault */
    int errnum;      /* errno, or 0 */
    char text[1024]; /* one line */
} wali_error;

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

/* Functions that return int give 0, or -1 with *error filled. */
int wali_engine_open(const char *library_path, wali_error *error);
const char *wali_engine_key(void); /* once it is open */
int wali_engine_compile(const uint8_t *wasm, size_t length, int out_fd, int serial, wali_error *error);
int wali_engine_validate(const uint8_t *wasm, size_t length, wali_error *error);

int wali_checksum_fd(int fd, uint64_t *checksum, uint64_t *length);
int wali_cache_key(const char *module_path, char *key, size_t size);
/* A descriptor of the verified code, or -1.  The variant names a form of the module; "" is the usual one. */
int wali_cache_lookup_variant(const char *cache_dir, const char *module_path, const char *variant,
                              int64_t *code_delta);
const char *wali_fix_calls_variant(void);

/* Duplicates a descriptor to a number out of the guest's way, closed on exec.  Or -errno. */
int64_t wali_private_fd(int fd);

int wali_run(const wali_config *config, wali_error *error);

size_t wali_stats_size(void);
size_t wali_stats_rows(void);
const char *wali_stats_row(const void *stats, size_t index, uint64_t *calls, uint64_t *errors,
                           uint64_t *nanoseconds);
/* cdef end */

#endif
