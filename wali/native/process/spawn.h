/* Guest threads: a host thread, a store and an instance each, on the one memory. */
#ifndef WALI_PROCESS_SPAWN_H
#define WALI_PROCESS_SPAWN_H

#include "wali/native/base/fork_lock.h"
#include "wali/native/engine/engine.h"

#include <stdbool.h>
#include <stdint.h>

struct wali_thread;

/* __wasm_thread_spawn: (i32 function, i32 argument) -> i32 thread id or -errno. */
wasm_trap_t *thread_spawn(void *env, wasmtime_caller_t *caller, wasmtime_val_raw_t *args, size_t count)
    __attribute__((visibility("hidden")));

/* Whether more than one thread runs guest code, or is about to. */
bool threads_are_several(void) __attribute__((visibility("hidden")));

/* Before every lock of the runtime's, so that a child finds the engine and libc able to
 * make threads. */
extern struct fork_lock threads_lock __attribute__((visibility("hidden")));

/* In the child of a fork. */
void threads_fork_child(void) __attribute__((visibility("hidden")));

/* What exit(2) does: ends the calling thread, and the process if it is the last.
 * Returns, to an entry that makes the guest leave its frames, unless the thread
 * is the process's first. */
int64_t thread_exit(int status) __attribute__((visibility("hidden")));

/* What exit_group(2) does, and for the locks that threads hold in memory shared
 * with other processes. */
_Noreturn void process_exit(int status) __attribute__((visibility("hidden")));

/* Makes the thread's store. */
void thread_store_new(struct wali_thread *thread) __attribute__((visibility("hidden")));

/* Makes the thread's instance, and looks up what the core needs of it. */
void thread_instantiate(struct wali_thread *thread) __attribute__((visibility("hidden")));

/* The function behind an address of the guest's; false if there is none. */
bool thread_function(const struct wali_thread *thread, uint32_t index, wasmtime_func_t *function)
    __attribute__((visibility("hidden")));

/* An export of its instance, if it is of that kind. */
bool thread_export(const struct wali_thread *thread, const char *name, uint8_t kind, wasmtime_extern_t *item)
    __attribute__((visibility("hidden")));

/* The engine maps an alternate signal stack for each thread that has none.
 * Nothing of ours runs on one (faults.c), so all name memory that nobody may
 * touch: the guard behind the guest's. */
void threads_name_alternate_stack(void) __attribute__((visibility("hidden")));

#endif
