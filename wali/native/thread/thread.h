/* What the core knows of one guest thread.  Reached through thread-local storage, so that a signal
 * handler can reach it too. */
#ifndef WALI_THREAD_THREAD_H
#define WALI_THREAD_THREAD_H

#include "wali/native/base/fork_lock.h"
#include "wali/native/base/native_stack.h"
#include "wali/native/engine/engine.h"
#include "wali/native/engine/internals/last_exit.h"
#include "wali/native/engine/internals/thread_words.h"
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
    struct thread_local_words local;
    uint64_t *vm_store; /* the store's words (engine/internals); NULL until guest code is found */
};

/* Exports of the instance that the core uses. */
struct guest_globals {
    wasmtime_global_t stack_pointer; /* the guest's __stack_pointer */
    uint32_t *stack_pointer_cell;    /* its value; NULL: the engine is asked */
    wasmtime_table_t table;          /* the guest's functions, by their addresses */
    bool has_table;
    wasmtime_global_t call_index; /* exported by modules that wali/fixcalls made */
    bool has_call_index;
};

/* State of the call in progress.  An activation saves and restores the state, so a handler that
 * interrupts the call cannot change it. */
struct call_state {
    const struct seccomp_filter *judged_by; /* the newest filter that the call has passed */
    int64_t trapped_result;                 /* result of a call that a filter trapped by SIGSYS */
};

/* Where compiled code stands: at `pc`, if that is not 0, in the function whose frame pointer is `frame`.
 * Else in the function that the one with this frame returns to.  Zero: not known. */
struct code_place {
    uintptr_t frame, pc;
};

/* One call into wasm that has not returned.  The engine keeps a record of its own for each, so a
 * native jump must stay within one. */
struct wali_activation {
    struct wali_activation *outer;
    uint64_t number;        /* unique in the thread; the address is not */
    struct call_state call; /* state of the call that this activation interrupts */
    struct code_place below;
};

/* A thread's part of stop_threads.h. */
struct stop_state {
    volatile bool handing_over; /* the thread is about to stop, has stopped, or resumes */
    bool stopped;               /* the thread touches no guest memory or state until resumed */
    int32_t requested;          /* tid that was kicked to stop; written by the stopper */
};

/* Where the guest's stack of a thread lies in guest memory, as libc has told.  Empty: not known. */
struct guest_stack {
    uint32_t low, high;
};

/* A thread's part of fd_use.h. */
struct fd_use {
    uint32_t replaces; /* one more than the descriptor that the thread is about to replace; FD_ANY; 0 */
    uint32_t table;    /* id of the descriptor table; 0: the one that the process began with */
};

/* For stack_depth.h: the function that has returned last across a limit, and how often in a row. */
struct stack_crossing {
    uintptr_t function; /* address of its frame */
    uint32_t times;
};

/* What belongs to the native stack that the thread runs on is listed in struct strand_state, too
 * (jumps/strands.h). */
struct wali_thread {
    struct wali_thread *next, *next_unused; /* see thread_list.h */
    int32_t tid;                            /* 0 while no guest runs in the thread */
    int32_t ending; /* tid of the last host thread, which may still be ending; 0: none */
    struct native_stack stack;
    /* All following fields are zero for a new thread. */
    struct wali_signals signals;
    struct engine_state engine;
    struct guest_globals globals;
    struct guest_stack guest_stack;
    uint32_t marks; /* how many functions stack_depth.h has marked */
    struct stack_crossing crossing;
    struct wali_activation *activation; /* the innermost */
    struct code_place interrupted;      /* by the signal whose handler is about to be called */
    uint64_t activations;               /* how many there have been */
    struct call_state call;
    struct wali_jumps jumps;
    uintptr_t frames_end;      /* above all frames of the guest's on the native stack */
    struct borrowed *borrowed; /* not NULL in a process in its parent's memory (borrowed.h) */
    bool is_spawning;          /* the thread makes another one */
    bool leaving;              /* the thread is to end */
    bool kicked;               /* set by thread_kick() */
    uint32_t clear_child_tid;  /* guest address; 0 when unset (set_tid_address(2)) */
    /* The engine's report of the C++ exception that nothing caught, while the guest is told of it. */
    const wasm_trap_t *uncaught;
    struct robust_state robust;
    struct stop_state stop;
    struct wali_seccomp seccomp;
    struct fd_use fds;
};

/* initial-exec: reached by one instruction, and never allocated lazily. */
extern __thread struct wali_thread *wali_self
    __attribute__((visibility("hidden"), tls_model("initial-exec")));

/* True while the guest leaves its frames, for a jump's target or the end of the thread. */
static inline bool is_leaving(const struct wali_thread *thread)
{
    return thread->jumps.target != NULL || thread->leaving;
}

/* activation_begin() and activation_end() enclose every call into wasm.  It is made by an entry, which
 * the engine has noted, or in the place of code that a signal has interrupted. */
static inline void activation_begin(struct wali_thread *thread, struct wali_activation *activation)
{
    *activation = (struct wali_activation){
        .outer = thread->activation,
        .number = ++thread->activations,
        .call = thread->call,
        .below = thread->interrupted,
    };
    if (thread->interrupted.frame == 0) {
        activation->below.frame = last_exit_get(thread->engine.vm_store).frame;
    }
    thread->interrupted = (struct code_place){0, 0};
    thread->activation = activation;
}

static inline void activation_end(struct wali_thread *thread)
{
    thread->call = thread->activation->call;
    thread->activation = thread->activation->outer;
}

/* Called before the first thread's store is made.  `limit` bounds what a module has besides its
 * memory (tables, objects), in bytes; 0: no limit. */
void threads_begin(wasm_engine_t *engine_of_all, uint64_t limit) __attribute__((visibility("hidden")));
/* Called before the first thread's instance is made. */
void threads_prepared(wasmtime_instance_pre_t *instance) __attribute__((visibility("hidden")));

/* Held while the engine and libc make a thread, or the engine deletes a store.  First in the lock
 * order (process/fork.c), so that a forked child finds both able to make threads. */
extern struct fork_lock threads_lock __attribute__((visibility("hidden")));

/* True if more than one thread runs guest code, or is about to. */
bool threads_are_several(void) __attribute__((visibility("hidden")));
/* Called when one more thread is about to run guest code. */
void threads_count_up(void) __attribute__((visibility("hidden")));
/* Called when a thread has ended, or could not be started. */
void threads_count_down(void) __attribute__((visibility("hidden")));
/* Called in a forked child, which has one thread. */
void threads_fork_child(void) __attribute__((visibility("hidden")));

/* Makes the thread's store, with the limit of threads_begin(). */
void thread_store_new(struct wali_thread *thread) __attribute__((visibility("hidden")));
/* Makes the instance in the store, and looks up the exports that the core uses.  A failure ends the
 * process. */
void thread_instantiate(struct wali_thread *thread) __attribute__((visibility("hidden")));
/* Deletes the store and its instance. */
void thread_store_delete(struct wali_thread *thread) __attribute__((visibility("hidden")));

/* The function at a guest function address.  False if there is none. */
bool thread_function(const struct wali_thread *thread, uint32_t index, wasmtime_func_t *function)
    __attribute__((visibility("hidden")));

/* Looks up an export of the thread's instance.  False if there is none of that kind. */
bool thread_export(const struct wali_thread *thread, const char *name, uint8_t kind, wasmtime_extern_t *item)
    __attribute__((visibility("hidden")));

/* The guest's __stack_pointer.  Abort the guest if it has none, or none that is a mutable i32. */
uint32_t stack_pointer_get(const struct wali_thread *thread) __attribute__((visibility("hidden")));
void stack_pointer_set(const struct wali_thread *thread, uint32_t value)
    __attribute__((visibility("hidden")));

/* The table index of the call in progress, in a module of --fix-calls' making: a signal handler,
 * which makes calls of its own, must restore it.  0, and no effect, in other modules. */
uint32_t call_index_get(const struct wali_thread *thread) __attribute__((visibility("hidden")));
void call_index_set(const struct wali_thread *thread, uint32_t value) __attribute__((visibility("hidden")));

/* Gives the calling thread inaccessible memory as its alternate signal stack: the guard behind
 * guest memory.  The engine would else map a stack for each thread, but no host handler runs on an
 * alternate stack (delivery/faults.c). */
void thread_name_alternate_stack(void) __attribute__((visibility("hidden")));

#endif
