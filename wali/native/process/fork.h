/* What the core knows of the guest process. */
#ifndef WALI_PROCESS_FORK_H
#define WALI_PROCESS_FORK_H

#include "wali/native/engine/engine.h"
#include "wali/native/start/core.h"

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

struct wali_process {
    const wali_config *config;
    wasm_engine_t *engine;
    wasmtime_module_t *module;
    wasmtime_sharedmemory_t *memory;
    wasmtime_instance_pre_t *prepared;
    uintptr_t code_start, code_end; /* where the module's compiled code lies */
    int environment_fd;             /* wali_imports.c */
};

extern struct wali_process wali_process __attribute__((visibility("hidden")));

/* The guest's program, and the host's, in whose place it is shown. */
struct wali_program {
    char path[PATH_MAX];      /* resolved, as /proc/self/exe names it */
    char host_path[PATH_MAX]; /* what the kernel says there */
    size_t host_length;
    dev_t host_device;
    ino_t host_inode;
};

extern struct wali_program wali_program __attribute__((visibility("hidden")));

/* Around every fork, in the thread that forks: so that the child finds all
 * bookkeeping whole, and then forgets what was its parent's only.  If the parent
 * is to sleep until its child needs it no more, what other threads need is lent
 * meanwhile (fork_lock.h); a loan of 0 is none. */
void wali_fork_prepare(void) __attribute__((visibility("hidden")));
uint32_t wali_fork_lend(void) __attribute__((visibility("hidden")));
void wali_fork_parent(uint32_t loan) __attribute__((visibility("hidden")));
void wali_fork_child(void) __attribute__((visibility("hidden")));

/* The command wali-run, which starts the next wasm program. */
const char *settings_launcher(void) __attribute__((visibility("hidden")));

/* Of the calling thread. */
void proc_view_leave_rseq(void) __attribute__((visibility("hidden")));

/* Makes /proc, ps(1) and the like show the guest's name and arguments. */
void proc_view_begin(const wali_config *config) __attribute__((visibility("hidden")));

/* What /proc/self/environ holds from now on, anonymous memory that stays; NULL:
 * what the kernel put there.  False if the kernel cannot. */
bool proc_view_set_environment(const char *text, size_t length) __attribute__((visibility("hidden")));

/* Where the guest keeps its arguments and its environment, one behind the other:
 * /proc shows from now on what it makes of them.  False if the kernel cannot. */
bool proc_view_set_strings(uintptr_t arguments, uintptr_t environment, uintptr_t end)
    __attribute__((visibility("hidden")));

/* Whether this file is the host's program. */
static inline bool is_host_program(dev_t device, ino_t inode)
{
    return inode == wali_program.host_inode && device == wali_program.host_device;
}

/* Whether a path is that of this process's own link to its program:
 * /proc/self/exe, in any spelling.  Not for the fast path. */
bool path_is_own_exe(int dirfd, const char *path) __attribute__((visibility("hidden")));

/* Whether a program counter lies in the guest's compiled code. */
static inline bool in_guest_code(uintptr_t pc)
{
    return pc >= wali_process.code_start && pc < wali_process.code_end;
}

#endif
