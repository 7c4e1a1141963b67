#define _GNU_SOURCE
#include "wali/native/process/spawn.h"

#include "abi/guest.h"
#include "wali/native/base/fatal.h"
#include "wali/native/base/fork_lock.h"
#include "wali/native/base/kernel.h"
#include "wali/native/base/native_stack.h"
#include "wali/native/base/sigset.h"
#include "wali/native/engine/engine.h"
#include "wali/native/engine/internals/vm_function.h"
#include "wali/native/process/exit.h"
#include "wali/native/seccomp/filters.h"
#include "wali/native/signals/mask.h"
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

/* What the spawning thread hands to the new one, which frees it.  Neither waits until the other
 * runs.  But the host's thread may not end before the spawning one has released its handle. */
struct thread_start {
    struct wali_thread *thread;
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

/* The start function of the guest's libc, of type (i32, i32) -> (). */
static bool find_start(struct wali_thread *thread, uint32_t index, wasmtime_func_t *function)
{
    static const struct function_shape shape = {2, 2, 0};
    if (!thread_function(thread, index, function) || !guest_function_fits(thread, function, &shape)) {
        return false;
    }
    thread->engine.vm_store = vm_store_of(thread->engine.context, function);
    return true;
}

static void *thread_main(void *given)
{
    struct thread_start *start = given;
    const int32_t tid = (int32_t)KERNEL(gettid);
    wasmtime_val_raw_t args[2] = {{.i64 = tid}, {.i64 = start->argument}};
    wali_self = start->thread;
    __atomic_store_n(&wali_self->tid, tid, __ATOMIC_SEQ_CST);
    stop_threads_obey(wali_self); /* a request to stop could not reach the thread before */
    thread_name_alternate_stack();
    guest_mask_set(start->thread, start->mask);
    guest_call(start->thread, &start->function, args, 2);
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
    pthread_attr_setstack(&attributes, start->thread->stack, native_stack_size());
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

static struct wali_thread *make_thread(void)
{
    struct wali_thread *thread = thread_new();
    if (thread == NULL) {
        return NULL;
    }
    if (thread->stack == NULL && (thread->stack = native_stack_map()) == NULL) {
        thread_delete(thread);
        return NULL;
    }
    thread_store_new(thread);
    thread_instantiate(thread);
    return thread;
}

/* With all signals blocked.  A signal may not find the new thread before wali_self is set there,
 * and no handler may run here on a thread that is half made. */
static int64_t spawn(struct wali_thread *self, uint32_t function, int32_t argument, sigmask_t mask)
{
    install_libc_handler();
    struct thread_start *start = malloc(sizeof *start);
    struct wali_thread *thread = make_thread();
    int64_t result = -EAGAIN;
    if (start != NULL && thread != NULL) {
        thread->signals.blocked_sync = mask & SYNC_SIGNALS;
        thread->signals.alternate.ss_flags = SS_DISABLE;
        *start = (struct thread_start){.thread = thread, .argument = argument, .mask = mask, .handle = HELD};
        threads_count_up();
        seccomp_thread_begin(self, thread);
        result = find_start(thread, function, &start->function) ? start_host_thread(start) : -EINVAL;
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

int64_t thread_spawn(struct wali_thread *self, uint32_t function, int32_t argument)
{
    const sigmask_t mask = guest_mask_close(self);
    fork_lock_acquire(&threads_lock);
    const int64_t result = spawn(self, function, argument, mask);
    fork_lock_release(&threads_lock);
    guest_mask_set(self, mask);
    return result;
}
