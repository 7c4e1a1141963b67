/* What the core knows of one guest thread.  Reached through thread-local
 * storage, so that it can be reached from a signal handler as well. */
#ifndef WALI_THREAD_H
#define WALI_THREAD_H

#include "engine.h"
#include "robust_list.h"
#include "seccomp.h"
#include "signals.h"

#include <stdbool.h>
#include <stdint.h>

/* One call into wasm that has not returned.  The engine keeps a record of its
 * own for each, so a native jump must stay within one. */
struct wali_activation {
    struct wali_activation *outer;
    uint64_t number;                        /* never used again, as the address is */
    const struct seccomp_filter *judged_by; /* of the call that it interrupts */
    int64_t trapped_result;                 /* likewise: its handler may have been there already */
};

struct wali_thread {
    struct wali_thread *next, *next_unused; /* thread_list.c */
    int32_t tid;                            /* 0 while no guest runs in it */
    int32_t ending;                         /* the host's thread that is on its way out of it, or was */
    char *stack;                            /* the native one, if it is the runtime's (native_stack.h) */
    /* All that follows is zero for a new thread. */
    wasmtime_store_t *store;
    wasmtime_context_t *context;
    wasmtime_instance_t instance;
    wasmtime_global_t stack_pointer; /* the guest's __stack_pointer */
    wasmtime_table_t table;          /* its functions, by their addresses */
    bool has_table;
    wasmtime_global_t call_index; /* of modules that wali/fixcalls/ made: see there */
    bool has_call_index;
    uint64_t *engine_store;             /* exit_record.c */
    uint32_t clear_child_tid;           /* guest address; 0 when unset (set_tid_address(2)) */
    uint32_t robust_list;               /* guest address of struct robust_list_head (set_robust_list(2)) */
    struct wali_activation *activation; /* the innermost */
    uint64_t activations;               /* how many there have been */
    struct jump_arena *jumps;           /* setjmp.c; made by the first setjmp */
    struct jump *jump_target;           /* where a longjmp is going, across activations */
    int jump_value;
    bool leaving;                   /* the thread is to end */
    volatile bool hands_over;       /* standstill.c: it is about to stand still, stands, or goes on */
    bool stands;                    /* it touches nothing of the guest's until told otherwise */
    int32_t told_to_stand;          /* written by whoever tells */
    bool poked;                     /* thread_list.c; by whoever pokes */
    struct kernel_list kernel_list; /* robust_list.c */
    struct wali_signals signals;
    struct wali_seccomp seccomp;
};

/* initial-exec: one instruction to reach, and no lazy allocation. */
extern __thread struct wali_thread *wali_self
    __attribute__((visibility("hidden"), tls_model("initial-exec")));

/* Whether the guest is on its way out of its frames, to a jump's target or to the
 * thread's end. */
static inline bool is_leaving(const struct wali_thread *thread)
{
    return thread->jump_target != NULL || thread->leaving;
}

/* Around every call into wasm. */
static inline void activation_begin(struct wali_thread *thread, struct wali_activation *activation)
{
    *activation = (struct wali_activation){
        .outer = thread->activation,
        .number = ++thread->activations,
        .judged_by = thread->seccomp.judged_by,
        .trapped_result = thread->seccomp.trapped_result,
    };
    thread->activation = activation;
}

static inline void activation_end(struct wali_thread *thread)
{
    thread->seccomp.judged_by = thread->activation->judged_by;
    thread->seccomp.trapped_result = thread->activation->trapped_result;
    thread->activation = thread->activation->outer;
}

/* The guest's __stack_pointer. */
uint32_t stack_pointer_get(const struct wali_thread *thread);
void stack_pointer_set(const struct wali_thread *thread, uint32_t value);

/* The table index of a call that is under way in a module of --fix-calls' making: a
 * handler that comes between makes calls of its own.  Nothing in other modules. */
uint32_t call_index_get(const struct wali_thread *thread);
void call_index_set(const struct wali_thread *thread, uint32_t value);

#endif
