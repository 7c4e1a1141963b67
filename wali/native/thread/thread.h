/* What the core knows of one guest thread.  Reached through thread-local storage, so that it
 * can be reached from a signal handler as well. */
#ifndef WALI_THREAD_THREAD_H
#define WALI_THREAD_THREAD_H

#include "wali/native/base/fork_lock.h"
#include "wali/native/engine/engine.h"
#include "wali/native/jumps/state.h"
#include "wali/native/seccomp/state.h"
#include "wali/native/signals/state.h"
#include "wali/native/thread/robust_list.h"

#include <stdbool.h>
#include <stdint.h>

/* The engine's side of a thread. */
struct engine_state {
    wasmtime_store_t *store;
    wasmtime_context_t *context;
    wasmtime_instance_t instance;
    uint64_t *vm_store; /* the store's own words (engine/internals); NULL until guest code is found */
};

/* What the core uses of the instance. */
struct guest_globals {
    wasmtime_global_t stack_pointer; /* the guest's __stack_pointer */
    wasmtime_table_t table;          /* its functions, by their addresses */
    bool has_table;
    wasmtime_global_t call_index; /* of modules that wali/fixcalls made: see there */
    bool has_call_index;
};

/* What a call knows of itself, and a handler that interrupts the call must not change. */
struct call_state {
    const struct seccomp_filter *judged_by; /* the newest filter that the call has passed */
    int64_t trapped_result;                 /* of a call that SIGSYS stands for */
};

/* One call into wasm that has not returned.  The engine keeps a record of its own for each,
 * so a native jump must stay within one. */
struct wali_activation {
    struct wali_activation *outer;
    uint64_t number;        /* never used again, as the address is */
    struct call_state call; /* of the call that it interrupts */
};

/* stop_threads.c */
struct stop_state {
    volatile bool handing_over; /* the thread is about to stop, has stopped, or goes on */
    bool stopped;               /* it touches nothing of the guest's until told otherwise */
    int32_t requested;          /* the tid that was told to stop; written by whoever tells */
};

struct wali_thread {
    struct wali_thread *next, *next_unused; /* thread_list.c */
    int32_t tid;                            /* 0 while no guest runs in it */
    int32_t ending;                         /* the host's thread that is on its way out of it, or was */
    char *stack;                            /* the native one, if it is the runtime's (native_stack.h) */
    /* All that follows is zero for a new thread. */
    struct wali_signals signals;
    struct engine_state engine;
    struct guest_globals globals;
    struct wali_activation *activation; /* the innermost */
    uint64_t activations;               /* how many there have been */
    struct call_state call;
    struct wali_jumps jumps;
    bool leaving;             /* the thread is to end */
    bool kicked;              /* thread_list.c; by whoever kicks */
    uint32_t clear_child_tid; /* guest address; 0 when unset (set_tid_address(2)) */
    struct robust_state robust;
    struct stop_state stop;
    struct wali_seccomp seccomp;
};

/* initial-exec: one instruction to reach, and no lazy allocation. */
extern __thread struct wali_thread *wali_self
    __attribute__((visibility("hidden"), tls_model("initial-exec")));

/* Whether the guest is on its way out of its frames, to a jump's target or to the
 * thread's end. */
static inline bool is_leaving(const struct wali_thread *thread)
{
    return thread->jumps.target != NULL || thread->leaving;
}

/* Around every call into wasm. */
static inline void activation_begin(struct wali_thread *thread, struct wali_activation *activation)
{
    *activation = (struct wali_activation){
        .outer = thread->activation,
        .number = ++thread->activations,
        .call = thread->call,
    };
    thread->activation = activation;
}

static inline void activation_end(struct wali_thread *thread)
{
    thread->call = thread->activation->call;
    thread->activation = thread->activation->outer;
}

/* Before the first thread's store.  `limit` is in bytes, of what a module has besides its memory
 * (tables, objects); 0: none. */
void threads_begin(wasm_engine_t *engine_of_all, uint64_t limit) __attribute__((visibility("hidden")));
/* Before the first thread's instance. */
void threads_prepared(wasmtime_instance_pre_t *instance) __attribute__((visibility("hidden")));

/* Held while the engine and libc make a thread, or the engine takes one apart.  First in the
 * lock order (process/fork.c), so that a child finds both able to make threads. */
extern struct fork_lock threads_lock __attribute__((visibility("hidden")));

/* Whether more than one thread runs guest code, or is about to. */
bool threads_are_several(void) __attribute__((visibility("hidden")));
/* One more is about to, one has ended. */
void threads_count_up(void) __attribute__((visibility("hidden")));
void threads_count_down(void) __attribute__((visibility("hidden")));
/* In the child of a fork. */
void threads_fork_child(void) __attribute__((visibility("hidden")));

/* Makes the thread's store; its instance, and looks up what the core needs of that; and takes
 * all of the engine's apart. */
void thread_store_new(struct wali_thread *thread) __attribute__((visibility("hidden")));
void thread_instantiate(struct wali_thread *thread) __attribute__((visibility("hidden")));
void thread_store_delete(struct wali_thread *thread) __attribute__((visibility("hidden")));

/* The function behind an address of the guest's; false if there is none. */
bool thread_function(const struct wali_thread *thread, uint32_t index, wasmtime_func_t *function)
    __attribute__((visibility("hidden")));

/* An export of its instance, if it is of that kind. */
bool thread_export(const struct wali_thread *thread, const char *name, uint8_t kind, wasmtime_extern_t *item)
    __attribute__((visibility("hidden")));

/* The guest's __stack_pointer. */
uint32_t stack_pointer_get(const struct wali_thread *thread) __attribute__((visibility("hidden")));
void stack_pointer_set(const struct wali_thread *thread, uint32_t value)
    __attribute__((visibility("hidden")));

/* The table index of a call that is under way in a module of --fix-calls' making: a handler
 * that comes between makes calls of its own.  Nothing in other modules. */
uint32_t call_index_get(const struct wali_thread *thread) __attribute__((visibility("hidden")));
void call_index_set(const struct wali_thread *thread, uint32_t value) __attribute__((visibility("hidden")));

/* The engine maps an alternate signal stack for each thread that has none.  Nothing of ours
 * runs on one (delivery/faults.c), so all name memory that nobody may touch: the guard behind
 * the guest's. */
void thread_name_alternate_stack(void) __attribute__((visibility("hidden")));

#endif
