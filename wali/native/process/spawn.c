#define _GNU_SOURCE
#include "wali/native/process/spawn.h"

#include "abi/guest.h"
#include "wali/native/base/fatal.h"
#include "wali/native/base/fork_lock.h"
#include "wali/native/base/kernel.h"
#include "wali/native/base/native_stack.h"
#include "wali/native/base/sigset.h"
#include "wali/native/base/watch.h"
#include "wali/native/engine/engine.h"
#include "wali/native/memory/limits.h"
#include "wali/native/process/exit.h"
#include "wali/native/seccomp/filters.h"
#include "wali/native/signals/mask.h"
#include "wali/native/thread/borrowed.h"
#include "wali/native/thread/guest_call.h"
#include "wali/native/thread/stop_threads.h"
#include "wali/native/thread/thread.h"
#include "wali/native/thread/thread_list.h"

#include <errno.h>
#include <linux/futex.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

/* What the spawning thread hands to the new one, which frees it.  Neither waits until the other
 * runs.  But the host's thread may not end before the spawning one has released its handle. */
struct thread_start {
    struct wali_thread *thread;
    struct thread_body body;
    wasmtime_func_t function;
    int32_t argument;
    sigmask_t mask;
    _Atomic uint32_t handle;
};

enum { RELEASED, HELD, AWAITED };

static void release_handle(struct thread_start *start)
{
    if (atomic_exchange(&start->handle, RELEASED) == AWAITED) {
        KERNEL(futex, &start->handle, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
    }
}

static void await_release(struct thread_start *start)
{
    uint32_t seen = HELD;
    atomic_compare_exchange_strong(&start->handle, &seen, AWAITED);
    while (atomic_load(&start->handle) == AWAITED) {
        KERNEL(futex, &start->handle, FUTEX_WAIT_PRIVATE, AWAITED, NULL, NULL, 0);
    }
}

/* Whether a function is one that a thread can begin with: the guest's own, of type (i32, i32) -> (). */
static bool begin_with(struct wali_thread *thread, const wasmtime_func_t *function)
{
    static const struct function_shape shape = {2, 2, 0};
    const bool fits = guest_function_fits(thread, function, &shape);
    if (fits) {
        guest_begin(thread, function);
    }
    return fits;
}

/* Makes the instance in the thread that it is for: the module's start function runs there, on a stack of its
 * own and without a lock of the runtime's, whatever it does. */
static void begin_with_export(struct wali_thread *self, struct thread_start *start)
{
    wasmtime_extern_t item;
    thread_instantiate(self);
    if (!thread_export(self, start->body.exported, WASMTIME_EXTERN_FUNC, &item) ||
        !begin_with(self, &item.of.func)) {
        guest_abort("a thread has begun, and the module exports no function of its own for threads");
    }
    start->function = item.of.func;
}

static void *thread_main(void *given)
{
    struct thread_start *start = given;
    const int32_t tid = (int32_t)KERNEL(gettid);
    wasmtime_val_raw_t args[2] = {{.i64 = tid}, {.i64 = start->argument}};
    wali_self = start->thread;
    wali_self->frames_end = (uintptr_t)__builtin_frame_address(0);
    __atomic_store_n(&wali_self->tid, tid, __ATOMIC_SEQ_CST);
    stop_threads_obey(wali_self); /* a request to stop could not reach the thread before */
    thread_name_alternate_stack();
    guest_mask_set(start->thread, start->mask);
    if (start->body.exported != NULL) {
        begin_with_export(start->thread, start);
    }
    guest_call(start->thread, &start->function, args, 2);
    if (thread_borrows(start->thread)) { /* the child of a vfork has returned from its caller */
        process_exit(0);
    }
    if (!start->thread->leaving) { /* it has returned, and not ended by exit(2) */
        WATCH(thread_ends, 0);
    }
    /* In the child of a fork, the thread that forked is the process's first. */
    const bool is_first = start->thread->tid == KERNEL(getpid);
    thread_end(start->thread);
    if (is_first) {
        KERNEL(exit, 0);
    }
    await_release(start);
    free(start);
    return NULL;
}

/* The id of a thread that may not have run yet, for which libc has no function.  The kernel's clock
 * of a thread has the id in it (clock_getcpuclockid(3)). */
static int32_t tid_of(pthread_t handle)
{
    clockid_t clock;
    if (pthread_getcpuclockid(handle, &clock) != 0) {
        guest_abort("a thread without an id");
    }
    return ~(clock >> 3);
}

static int64_t start_host_thread(struct thread_start *start)
{
    pthread_t handle;
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstack(&attributes, start->thread->stack.low, start->thread->stack.size);
    const int failed = pthread_create(&handle, &attributes, thread_main, start);
    pthread_attr_destroy(&attributes);
    if (failed != 0) {
        return -failed;
    }
    const int32_t tid = tid_of(handle);
    pthread_detach(handle);
    release_handle(start);
    return tid;
}

/* The first pthread_create(3) of glibc installs a handler for a signal of its own, for setuid(3)
 * among threads, and unblocks it.  The guest owns all signals.  So libc is made to do that before
 * the first real thread, with a thread that cannot be made, and the guest's action is put back. */
#define LIBC_SIGNAL 33
#define IMPOSSIBLE_STACK ((size_t)1 << 62)

static void *nothing(void *unused)
{
    return unused;
}

static void install_libc_handler(void)
{
    static bool is_installed; /* under threads_lock */
    struct kernel_sigaction action = {0};
    pthread_attr_t attributes;
    pthread_t none;
    if (is_installed) {
        return;
    }
    is_installed = true;
    KERNEL(rt_sigaction, LIBC_SIGNAL, NULL, &action, SIGMASK_SIZE);
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, IMPOSSIBLE_STACK);
    pthread_create(&none, &attributes, nothing, NULL);
    pthread_attr_destroy(&attributes);
    KERNEL(rt_sigaction, LIBC_SIGNAL, &action, NULL, SIGMASK_SIZE);
    signal_mask_set(ALL_SIGNALS);
}

/* The beginning of what libc of ours hands to its start function (wali_start.h).  Another libc hands
 * something else, without the mark. */
struct guest_start {
    uint32_t stack_pointer;
    uint32_t not_ours[7];
    uint8_t mark[8];
    uint32_t stack_low, stack_high;
};
static const uint8_t START_MARK[8] = "walistk";

/* The guest's stack of the thread to be: empty if it is not known. */
static struct guest_stack find_guest_stack(gaddr_t argument)
{
    struct guest_start start;
    if (!copy_in(&start, argument, sizeof start) || memcmp(start.mark, START_MARK, sizeof start.mark) != 0 ||
        start.stack_low >= start.stack_pointer || start.stack_pointer > start.stack_high) {
        return (struct guest_stack){0, 0};
    }
    return (struct guest_stack){start.stack_low, start.stack_high};
}

static struct wali_thread *make_thread(struct guest_stack guest_stack)
{
    const uint64_t stack_size = native_stack_size_for(guest_stack.high - guest_stack.low);
    struct wali_thread *thread = thread_new(stack_size);
    if (thread == NULL) {
        return NULL;
    }
    thread->guest_stack = guest_stack;
    if (thread->stack.low == NULL && !native_stack_map(stack_size, &thread->stack)) {
        thread_delete(thread);
        return NULL;
    }
    /* The engine's allocations, and those of the new thread for its thread-local data, must not fail:
     * they would end the process. */
    if (!limits_host_has_room(0)) {
        thread_delete(thread);
        return NULL;
    }
    thread_store_new(thread);
    return thread;
}

/* Makes the instance here, and finds the function: false if it is none to begin with. */
static bool begin_with_index(struct thread_start *start)
{
    thread_instantiate(start->thread);
    return thread_function(start->thread, start->body.index, &start->function) &&
           begin_with(start->thread, &start->function);
}

/* With all signals blocked.  A signal may not find the new thread before wali_self is set there,
 * and no handler may run here on a thread that is half made. */
static int64_t spawn(struct wali_thread *self, struct thread_body body, int32_t argument, sigmask_t mask)
{
    install_libc_handler();
    struct thread_start *start = malloc(sizeof *start);
    const bool is_exported = body.exported != NULL;
    const struct guest_stack guest_stack =
        is_exported ? (struct guest_stack){0, 0} : find_guest_stack(gaddr((uint32_t)argument));
    struct wali_thread *thread = make_thread(guest_stack);
    int64_t result = -EAGAIN;
    if (start != NULL && thread != NULL) {
        thread->signals.blocked_sync = mask & SYNC_SIGNALS;
        thread->signals.alternate.ss_flags = SS_DISABLE;
        thread->fds.table = self->fds.table;
        *start = (struct thread_start){
            .thread = thread, .body = body, .argument = argument, .mask = mask, .handle = HELD};
        threads_count_up();
        seccomp_thread_begin(self, thread);
        result = is_exported || begin_with_index(start) ? start_host_thread(start) : -EINVAL;
        if (result < 0) {
            seccomp_thread_end(thread);
            threads_count_down();
        }
    }
    if (result < 0) {
        if (thread != NULL) {
            thread_destroy(thread);
            thread_delete(thread);
        }
        free(start);
    }
    return result;
}

int64_t thread_spawn(struct wali_thread *self, struct thread_body body, int32_t argument)
{
    if (thread_borrows(self)) { /* it could outlive this process on its parent's heap */
        return -EAGAIN;
    }
    const sigmask_t mask = guest_mask_close(self);
    fork_lock_acquire(&threads_lock);
    self->is_spawning = true;
    const int64_t result = spawn(self, body, argument, mask);
    self->is_spawning = false;
    fork_lock_release(&threads_lock);
    guest_mask_set(self, mask);
    return result;
}
