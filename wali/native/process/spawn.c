#define _GNU_SOURCE
#include "wali/native/process/spawn.h"

#include "abi/guest.h"
#include "wali/native/base/fork_section.h"
#include "wali/native/base/kernel.h"
#include "wali/native/base/native_stack.h"
#include "wali/native/engine/internals/last_exit.h"
#include "wali/native/files/path_origin.h"
#include "wali/native/jumps/setjmp.h"
#include "wali/native/process/fork.h"
#include "wali/native/signals/actions.h"
#include "wali/native/signals/held_signals.h"
#include "wali/native/thread/guest_call.h"
#include "wali/native/thread/robust_list.h"
#include "wali/native/thread/stop_threads.h"
#include "wali/native/thread/thread.h"
#include "wali/native/thread/thread_list.h"
#include "wali/native/thread/trap_report.h"

#include <errno.h>
#include <linux/futex.h>
#include <linux/sched.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

/* What libc's threads are cloned with natively, for a filter that looks. */
#define FLAGS_OF_THREADS                                                                                     \
    (UINT64_C(0) | CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM |        \
     CLONE_SETTLS | CLONE_PARENT_SETTID | CLONE_CHILD_CLEARTID | CLONE_DETACHED)

/* No less than the engine wants. */
#define ALTERNATE_STACK ((size_t)1 << 20)

static _Atomic uint32_t running FORK_DATA = 1;

/* Held while the engine and libc make a thread, or the engine takes one apart. */
struct fork_lock threads_lock FORK_DATA;

bool threads_are_several(void)
{
    return atomic_load(&running) > 1;
}

FORK_TEXT void threads_fork_child(void)
{
    atomic_store(&running, 1);
}

static void one_more(void)
{
    if (!threads_are_several()) {
        path_origin_probe();
    }
    atomic_fetch_add(&running, 1);
}

static void one_less(void)
{
    atomic_fetch_sub(&running, 1);
}

static void instantiate(struct wali_thread *thread)
{
    struct wali_activation activation;
    wasm_trap_t *trap = NULL;
    activation_begin(thread, &activation);
    wasmtime_error_t *failure = engine.wasmtime_instance_pre_instantiate(
        wali_process.prepared, thread->context, &thread->instance, &trap);
    activation_end(thread);
    if (trap != NULL) {
        guest_trapped(trap);
    }
    if (failure != NULL) {
        guest_failed(failure);
    }
}

bool thread_export(const struct wali_thread *thread, const char *name, uint8_t kind, wasmtime_extern_t *item)
{
    return engine.wasmtime_instance_export_get(thread->context, &thread->instance, name, strlen(name),
                                               item) &&
           item->kind == kind;
}

bool thread_function(const struct wali_thread *thread, uint32_t index, wasmtime_func_t *function)
{
    wasmtime_val_t value;
    if (!thread->has_table || !engine.wasmtime_table_get(thread->context, &thread->table, index, &value)) {
        return false;
    }
    if (value.kind != WASMTIME_FUNCREF) { /* a module's first table may be of anything */
        engine.wasmtime_val_unroot(&value);
        return false;
    }
    *function = value.of.funcref;
    return function->store_id != 0;
}

/* What a module may have besides its memory, its tables and what it allocates as
 * garbage-collected objects, lies in the host's, so the limit is for that too. */
void thread_store_new(struct wali_thread *thread)
{
    const uint64_t limit = wali_process.config->max_memory;
    thread->store = engine.wasmtime_store_new(wali_process.engine, NULL, NULL);
    thread->context = engine.wasmtime_store_context(thread->store);
    if (limit != 0 && limit <= INT64_MAX) {
        engine.wasmtime_store_limiter(thread->store, (int64_t)limit, (int64_t)(limit / sizeof(void *)), -1,
                                      -1, -1);
    }
}

void thread_instantiate(struct wali_thread *thread)
{
    wasmtime_extern_t item;
    instantiate(thread);
    if (!thread_export(thread, "wali:sp", WASMTIME_EXTERN_GLOBAL, &item)) {
        guest_abort("the module has no stack pointer");
    }
    thread->stack_pointer = item.of.global;
    thread->has_call_index = thread_export(thread, "wali:call", WASMTIME_EXTERN_GLOBAL, &item);
    if (thread->has_call_index) {
        thread->call_index = item.of.global;
    }
    thread->has_table = thread_export(thread, "wali:table", WASMTIME_EXTERN_TABLE, &item);
    if (thread->has_table) {
        thread->table = item.of.table;
    }
}

/* From the thread that spawns to the one that starts, which frees it.  Neither
 * waits for the other to run, but the host's thread may not be gone before the
 * former has let go of its handle. */
struct start {
    struct wali_thread *thread;
    wasmtime_func_t function;
    int32_t argument;
    sigmask_t mask;
    _Atomic uint32_t hold;
};

enum { LET_GO, HELD, AWAITED };

static void let_go(struct start *start)
{
    if (atomic_exchange(&start->hold, LET_GO) == AWAITED) {
        KERNEL(futex, &start->hold, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
    }
}

static void await_let_go(struct start *start)
{
    uint32_t seen = HELD;
    atomic_compare_exchange_strong(&start->hold, &seen, AWAITED);
    while (atomic_load(&start->hold) == AWAITED) {
        KERNEL(futex, &start->hold, FUTEX_WAIT_PRIVATE, AWAITED, NULL, NULL, 0);
    }
}

/* The function that the guest's libc gives for new threads: (i32, i32) -> (). */
static bool find_start(struct wali_thread *thread, uint32_t index, wasmtime_func_t *function)
{
    static const struct function_shape shape = {2, 2, 0};
    if (!thread_function(thread, index, function) || !guest_function_fits(thread, function, &shape)) {
        return false;
    }
    last_exit_attach(thread, function);
    return true;
}

static void destroy(struct wali_thread *thread)
{
    engine.wasmtime_store_delete(thread->store);
    jumps_delete(thread);
}

static void destroy_locked(struct wali_thread *thread)
{
    fork_lock_hold(&threads_lock);
    destroy(thread);
    fork_lock_release(&threads_lock);
}

/* A process-directed signal that this thread took, but has no guest left to
 * handle it in, goes back to the others. */
static void hand_back_signals(struct wali_thread *thread)
{
    siginfo_t *info = &thread->signals.record.info;
    if ((wali_pending & RECORD_PENDING) != 0 && info->si_code != SI_TKILL) {
        KERNEL(rt_sigqueueinfo, KERNEL(getpid), info->si_signo, info);
    }
    wali_pending = 0;
}

/* What the kernel does for a thread that ends (set_robust_list(2),
 * set_tid_address(2)); its own slots are the host libc's. */
static void end_for_guest(gaddr_t robust_list, gaddr_t word)
{
    const uint32_t zero = 0;
    robust_list_end(robust_list);
    if (word.v != 0 && copy_out(word, &zero, sizeof zero)) {
        KERNEL(futex, wali_base + word.v, FUTEX_WAKE, 1, NULL, NULL, 0);
    }
}

/* No guest code runs any more on this thread. */
static void end_thread(struct wali_thread *thread)
{
    const gaddr_t robust_list = gaddr(thread->robust_list);
    const gaddr_t word = gaddr(thread->clear_child_tid);
    signal_mask_set(~UINT64_C(0));
    signals_thread_end(thread);
    hand_back_signals(thread);
    seccomp_thread_end(thread);
    wali_self = NULL;
    destroy_locked(thread);
    one_less();
    thread->ending = thread->tid;
    end_for_guest(robust_list, word);
    stop_threads_leave(thread);
    held_signals_offer(NULL);
    thread_delete(thread);
}

void threads_name_alternate_stack(void)
{
    const stack_t stack = {.ss_sp = wali_base + GUEST_SPAN, .ss_size = ALTERNATE_STACK};
    KERNEL(sigaltstack, &stack, NULL);
}

static void *thread_main(void *given)
{
    struct start *start = given;
    const int32_t tid = (int32_t)KERNEL(gettid);
    wasmtime_val_raw_t args[2] = {{.i64 = tid}, {.i64 = start->argument}};
    wali_self = start->thread;
    __atomic_store_n(&wali_self->tid, tid, __ATOMIC_SEQ_CST);
    stop_threads_join(wali_self); /* until now nobody could tell it to */
    threads_name_alternate_stack();
    guest_mask_set(start->thread, start->mask);
    guest_call(start->thread, &start->function, args, 2);
    const bool is_first =
        start->thread->tid == KERNEL(getpid); /* of a process that was forked from a thread */
    end_thread(start->thread);
    if (is_first) {
        KERNEL(exit, 0);
    }
    await_let_go(start);
    free(start);
    return NULL;
}

/* The kernel's way to name the clock of a thread (clock_getcpuclockid(3)) has its
 * id in it; libc has no other way to tell before the thread has run. */
static int32_t tid_of(pthread_t handle)
{
    clockid_t clock;
    if (pthread_getcpuclockid(handle, &clock) != 0) {
        guest_abort("a thread without an id");
    }
    return ~(clock >> 3);
}

static int64_t launch(struct start *start)
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
    let_go(start);
    return tid;
}

/* glibc, when it first makes a thread, installs a handler of its own for a signal,
 * which it needs for setuid(3) of the host's, and opens the mask for it.  The signal
 * is the guest's, as all are, so libc is brought to that beforehand: by a thread that
 * cannot be made. */
#define LIBC_SIGNAL 33
#define IMPOSSIBLE_STACK ((size_t)1 << 62)

static void *nothing(void *unused)
{
    return unused;
}

static void settle_libc(void)
{
    static bool is_settled; /* under the lock */
    struct kernel_sigaction action = {0};
    pthread_attr_t attributes;
    pthread_t none;
    if (is_settled) {
        return;
    }
    is_settled = true;
    KERNEL(rt_sigaction, LIBC_SIGNAL, NULL, &action, SIGMASK_SIZE);
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, IMPOSSIBLE_STACK);
    pthread_create(&none, &attributes, nothing, NULL);
    pthread_attr_destroy(&attributes);
    KERNEL(rt_sigaction, LIBC_SIGNAL, &action, NULL, SIGMASK_SIZE);
    signal_mask_set(~UINT64_C(0));
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

/* With all signals blocked: the new thread must know itself before one finds it,
 * and this one must not run a handler on half a thread. */
static int64_t spawn(uint32_t function, int32_t argument, sigmask_t mask)
{
    settle_libc();
    struct start *start = malloc(sizeof *start);
    struct wali_thread *thread = make_thread();
    int64_t result = -EAGAIN;
    if (start != NULL && thread != NULL) {
        thread->signals.blocked_sync = mask & SYNC_SIGNALS;
        thread->signals.alternate.ss_flags = SS_DISABLE;
        *start = (struct start){.thread = thread, .argument = argument, .mask = mask, .hold = HELD};
        one_more();
        seccomp_thread_begin(wali_self, thread);
        result = find_start(thread, function, &start->function) ? launch(start) : -EINVAL;
        if (result < 0) {
            seccomp_thread_end(thread);
            one_less();
        }
    }
    if (result < 0) {
        if (thread != NULL) {
            destroy(thread);
            thread_delete(thread);
        }
        free(start);
    }
    return result;
}

wasm_trap_t *thread_spawn(void *env, wasmtime_caller_t *caller, wasmtime_val_raw_t *args, size_t count)
{
    (void)env, (void)caller, (void)count;
    struct wali_thread *self = wali_self;
    struct seccomp_data call = {.nr = SYS_clone, .arch = SECCOMP_ARCHITECTURE, .args = {FLAGS_OF_THREADS}};
    wasm_trap_t *trap = NULL;
    int64_t result;
    if (!seccomp_passes(self, &call, &result, &trap)) {
        args[0].i32 = (int32_t)result;
        return trap;
    }
    const sigmask_t mask = guest_mask_close(self);
    fork_lock_hold(&threads_lock);
    args[0].i32 = (int32_t)spawn((uint32_t)args[0].i32, args[1].i32, mask);
    fork_lock_release(&threads_lock);
    guest_mask_set(self, mask);
    return NULL;
}

int64_t thread_exit(int status)
{
    struct wali_thread *self = wali_self;
    if (KERNEL(gettid) == KERNEL(getpid)) {
        signal_mask_set(~UINT64_C(0));
        hand_back_signals(self);
        seccomp_thread_end(self);
        one_less();
        end_for_guest(gaddr(self->robust_list), gaddr(self->clear_child_tid));
        stop_threads_leave(self);
        held_signals_offer(NULL);
        KERNEL(exit, status);
    }
    self->leaving = true;
    last_exit_locate(self);
    return -RESTART;
}

FORK_TEXT _Noreturn void process_exit(int status)
{
    stop_threads_begin(wali_self, false);
    for (;;) {
        KERNEL(exit_group, status);
    }
}
