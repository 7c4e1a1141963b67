#define _GNU_SOURCE
#include "seccomp.h"

#include "actions.h"
#include "fault_text.h"
#include "kernel.h"
#include "redirect.h"
#include "seccomp_text.h"
#include "syscalls/rows.h"
#include "thread.h"
#include "thread_list.h"
#include "threads.h"
#include "together.h"
#include "trap.h"

#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>

/* The kernel's limit on all programs that judge a call, each but the newest counted
 * with some more (seccomp(2), ENOMEM). */
#define MOST_WEIGHT 32768
#define WEIGHT_OF_OLDER 4

struct seccomp_filter seccomp_strict;

struct fork_lock seccomp_lock WRITTEN_BY_FORKS;

static bool is_used;

bool seccomp_is_used(void)
{
    return __atomic_load_n(&is_used, __ATOMIC_SEQ_CST);
}

/* Judging. */

uint32_t seccomp_verdict(const struct seccomp_filter *newest, const struct seccomp_data *call)
{
    uint32_t verdict = SECCOMP_RET_ALLOW;
    for (const struct seccomp_filter *filter = newest; filter != NULL; filter = filter->older) {
        const uint32_t answer = seccomp_program_run(filter->program, call);
        if ((int32_t)(answer & SECCOMP_RET_ACTION_FULL) < (int32_t)(verdict & SECCOMP_RET_ACTION_FULL)) {
            verdict = answer;
        }
    }
    return verdict;
}

static _Noreturn void die(int signal)
{
    for (;;) { /* only init of a namespace survives its own signal */
        die_of_signal(signal);
        KERNEL(exit_group, 128 + signal);
    }
}

/* The last thread takes the process along. */
static void end_thread_by(int signal, int64_t *result, wasm_trap_t **trap)
{
    if (!threads_are_several()) {
        die(signal);
    }
    thread_exit(signal);
    *result = -EINTR; /* which nobody sees, but for a trace */
    *trap = leave_trap();
}

static bool is_handled(const struct wali_thread *self, int signo)
{
    struct wali_sigaction action;
    action_exchange(signo, NULL, &action);
    return action.handler != GUEST_SIG_DFL && action.handler != GUEST_SIG_IGN &&
           (guest_mask_get(self) & SIGMASK_OF(signo)) == 0;
}

/* SIGSYS, in the place of the call: the guest's handler runs before it returns, and
 * may say what it returns (signal_frame.c).  The kernel sends it, so that it comes as
 * any other; forced as it is, it kills where it could not be handled. */
static void raise_sigsys(struct wali_thread *self, const struct seccomp_data *call, int data, int64_t *result,
                         wasm_trap_t **trap)
{
    siginfo_t info = {.si_signo = SIGSYS, .si_errno = data, .si_code = SIGSYS_BY_FILTER};
    info.si_syscall = call->nr;
    info.si_arch = call->arch;
    if (!is_handled(self, SIGSYS)) {
        die(SIGSYS);
    }
    self->seccomp.trapped = *call;
    self->seccomp.trapped_result = call->nr; /* what the kernel leaves in the register */
    *result = 0;
    self->signals.in_entry = 1;
    KERNEL(rt_tgsigqueueinfo, KERNEL(getpid), KERNEL(gettid), SIGSYS, &info);
    self->signals.in_entry = 0;
    if (wali_pending != 0) {
        signals_deliver(self, result, trap);
    }
    *result = self->seccomp.trapped_result;
}

/* Most calls, under most filters. */
static bool is_always_allowed(const struct seccomp_filter *newest, int number)
{
    return number >= 0 && number < SECCOMP_NUMBERS &&
           (newest->allowed[number / 64] >> (number % 64) & 1) != 0;
}

static bool obey(struct wali_thread *self, const struct seccomp_data *call, uint32_t verdict, int64_t *result,
                 wasm_trap_t **trap)
{
    const int data = (int)(verdict & SECCOMP_RET_DATA);
    switch (verdict & SECCOMP_RET_ACTION_FULL) {
    case SECCOMP_RET_ALLOW:
    case SECCOMP_RET_LOG:
        return true;
    case SECCOMP_RET_ERRNO:
        *result = data > 4095 ? -4095 : -data;
        return false;
    case SECCOMP_RET_TRAP:
        raise_sigsys(self, call, data, result, trap);
        return false;
    case SECCOMP_RET_TRACE: /* there is no tracer, and nobody listens */
    case SECCOMP_RET_USER_NOTIF:
        *result = -ENOSYS;
        return false;
    case SECCOMP_RET_KILL_THREAD:
        end_thread_by(SIGSYS, result, trap);
        return false;
    default:
        die(SIGSYS);
    }
}

static bool is_strictly_allowed(int number)
{
    return number == SYS_read || number == SYS_write || number == SYS_exit || number == SYS_rt_sigreturn;
}

bool seccomp_passes(struct wali_thread *self, const struct seccomp_data *call, int64_t *result,
                    wasm_trap_t **trap)
{
    struct wali_seccomp *const seccomp = &self->seccomp;
    const struct seccomp_filter *const newest = __atomic_load_n(&seccomp->filter, __ATOMIC_SEQ_CST);
    seccomp->judged_by = newest;
    if (newest == NULL) {
        return true;
    }
    if (seccomp->drops_privileges) {
        seccomp->drops_privileges = false;
        KERNEL(prctl, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    }
    if (is_always_allowed(newest, call->nr)) {
        return true;
    }
    if (newest != &seccomp_strict) {
        return obey(self, call, seccomp_verdict(newest, call), result, trap);
    }
    if (!is_strictly_allowed(call->nr)) {
        end_thread_by(SIGKILL, result, trap);
        return false;
    }
    return true;
}

/* What libc tells the runtime is no call of Linux's; nor is what clone's flags do
 * natively, and so no filter has reason to allow: as a thread or a forked child begins,
 * and as a thread ends, libc names the word that others wait for. */
static bool is_for_runtime(const struct wali_row *row, const wasmtime_val_raw_t *args)
{
    return row->number == SYS_set_tid_address || (row->number == SYS_prctl && args[0].i32 == PR_WALI);
}

bool seccomp_passes_row(struct wali_thread *self, const struct wali_row *row, wasmtime_val_raw_t *args,
                        wasm_trap_t **trap)
{
    struct seccomp_data call = {.nr = row->number, .arch = SECCOMP_ARCHITECTURE};
    for (size_t i = 0; row->signature[i] != '\0'; i++) {
        call.args[i] = row->signature[i] == 'I' ? (uint64_t)args[i].i64 : (uint32_t)args[i].i32;
    }
    return is_for_runtime(row, args) || seccomp_passes(self, &call, &args[0].i64, trap);
}

static wasm_trap_t *judged_entry(void *env, wasmtime_caller_t *caller, wasmtime_val_raw_t *args, size_t count)
{
    const struct wali_row *row = env;
    wasm_trap_t *trap = NULL;
    return seccomp_passes_row(wali_self, row, args, &trap) ? entry_of(row)(NULL, caller, args, count) : trap;
}

/* Filters, and who has them: all of it under the lock. */

static size_t bytes_of(size_t length)
{
    return sizeof(struct seccomp_filter) + length * sizeof(struct sock_filter);
}

/* Not from malloc: a child of vfork(2) may not call it. */
static struct seccomp_filter *make_filter(const struct sock_filter *program, size_t length, uint32_t flags)
{
    struct seccomp_filter *filter =
        mmap(NULL, bytes_of(length), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (filter == MAP_FAILED) {
        return NULL;
    }
    filter->users = 1;
    filter->flags = flags & (uint32_t)(SECCOMP_FILTER_FLAG_LOG | SECCOMP_FILTER_FLAG_SPEC_ALLOW);
    filter->weight = (uint32_t)seccomp_program_weight(program, length);
    filter->length = (uint32_t)length;
    memcpy(filter->program, program, length * sizeof program[0]);
    for (uint32_t number = 0; number < SECCOMP_NUMBERS; number++) {
        if (seccomp_program_always_allows(program, number, SECCOMP_ARCHITECTURE)) {
            filter->allowed[number / 64] |= UINT64_C(1) << number % 64;
        }
    }
    return filter;
}

static void release(struct seccomp_filter *filter)
{
    while (filter != NULL && filter != &seccomp_strict && --filter->users == 0) {
        struct seccomp_filter *const older = filter->older;
        munmap(filter, bytes_of(filter->length));
        filter = older;
    }
}

static void set(struct wali_thread *thread, struct seccomp_filter *filter)
{
    __atomic_store_n(&thread->seccomp.filter, filter, __ATOMIC_SEQ_CST);
}

static bool is_same_or_older(const struct seccomp_filter *filter, const struct seccomp_filter *newest)
{
    while (newest != NULL && newest != filter) {
        newest = newest->older;
    }
    return newest == filter;
}

static struct wali_thread *next_other(const struct wali_thread *self, struct wali_thread *thread)
{
    while (thread != NULL && (thread == self || !thread->seccomp.takes_part)) {
        thread = thread->next;
    }
    return thread;
}

/* 0, or the first thread that has filters which this one has not. */
static int64_t find_apart(const struct wali_thread *self, uint32_t flags)
{
    for (struct wali_thread *other = next_other(self, thread_list()); other != NULL;
         other = next_other(self, other->next)) {
        if (!is_same_or_older(other->seccomp.filter, self->seccomp.filter)) {
            const int32_t tid = __atomic_load_n(&other->tid, __ATOMIC_SEQ_CST);
            return tid == 0 || (flags & SECCOMP_FILTER_FLAG_TSYNC_ESRCH) != 0 ? -ESRCH : tid;
        }
    }
    return 0;
}

static bool has_dropped_privileges(void)
{
    return KERNEL(prctl, PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1;
}

static void give_to_others(const struct wali_thread *self)
{
    const bool drops = has_dropped_privileges();
    for (struct wali_thread *other = next_other(self, thread_list()); other != NULL;
         other = next_other(self, other->next)) {
        struct seccomp_filter *const old = other->seccomp.filter;
        self->seccomp.filter->users++;
        other->seccomp.drops_privileges |= drops;
        set(other, self->seccomp.filter);
        release(old);
    }
}

static bool is_too_heavy(const struct wali_thread *self, const struct seccomp_filter *filter)
{
    uint32_t weight = filter->weight;
    for (const struct seccomp_filter *older = self->seccomp.filter; older != NULL; older = older->older) {
        weight += older->weight + WEIGHT_OF_OLDER;
    }
    return weight > MOST_WEIGHT;
}

static void put_on_top(struct seccomp_filter *filter, struct seccomp_filter *older)
{
    filter->older = older;
    for (size_t i = 0; older != NULL && i < SECCOMP_NUMBERS / 64; i++) {
        filter->allowed[i] &= older->allowed[i];
    }
}

/* From now on all calls come here first. */
static void use(void)
{
    if (!is_used) {
        redirect_calls(judged_entry);
        __atomic_store_n(&is_used, true, __ATOMIC_SEQ_CST);
    }
}

/* Those that the thread had are then the new one's. */
static int64_t add(struct wali_thread *self, struct seccomp_filter *filter, uint32_t flags)
{
    const bool for_all = (flags & SECCOMP_FILTER_FLAG_TSYNC) != 0;
    if (self->seccomp.filter == &seccomp_strict) {
        return -EINVAL;
    }
    if (is_too_heavy(self, filter)) {
        return -ENOMEM;
    }
    if (!redirect_learn(self)) {
        return -ENOSYS;
    }
    const int64_t apart = for_all ? find_apart(self, flags) : 0;
    if (apart == 0) {
        put_on_top(filter, self->seccomp.filter);
        use();
        set(self, filter);
        if (for_all) {
            give_to_others(self);
        }
    }
    return apart;
}

int64_t seccomp_add(struct wali_thread *self, const struct sock_filter *program, size_t length,
                    uint32_t flags)
{
    struct seccomp_filter *filter = make_filter(program, length, flags);
    if (filter == NULL) {
        return -ENOMEM;
    }
    fork_lock_hold(&seccomp_lock);
    const int64_t result = add(self, filter, flags);
    fork_lock_release(&seccomp_lock);
    if (result != 0) {
        munmap(filter, bytes_of(length));
    }
    return result;
}

int64_t seccomp_set_strict(struct wali_thread *self)
{
    int64_t result = -EINVAL;
    fork_lock_hold(&seccomp_lock);
    if (self->seccomp.filter == NULL) {
        result = redirect_learn(self) ? 0 : -ENOSYS;
    }
    if (result == 0) {
        use();
        set(self, &seccomp_strict);
    }
    fork_lock_release(&seccomp_lock);
    return result;
}

int seccomp_mode(const struct wali_thread *self)
{
    const struct seccomp_filter *filter = __atomic_load_n(&self->seccomp.filter, __ATOMIC_SEQ_CST);
    return filter == NULL              ? SECCOMP_MODE_DISABLED
           : filter == &seccomp_strict ? SECCOMP_MODE_STRICT
                                       : SECCOMP_MODE_FILTER;
}

/* Threads and processes. */

void seccomp_thread_begin(struct wali_thread *self, struct wali_thread *thread)
{
    fork_lock_hold(&seccomp_lock);
    struct seccomp_filter *const filter = self->seccomp.filter;
    if (filter != NULL) {
        filter->users++;
    }
    set(thread, filter);
    thread->seccomp.drops_privileges = self->seccomp.drops_privileges;
    thread->seccomp.takes_part = true;
    fork_lock_release(&seccomp_lock);
}

void seccomp_thread_end(struct wali_thread *thread)
{
    fork_lock_hold(&seccomp_lock);
    thread->seccomp.takes_part = false;
    release(thread->seccomp.filter);
    set(thread, NULL);
    fork_lock_release(&seccomp_lock);
}

RUN_BY_FORKS void seccomp_fork_child(struct wali_thread *self)
{
    if (is_used) {
        for (struct wali_thread *thread = thread_list(); thread != NULL; thread = thread->next) {
            thread->seccomp.takes_part = thread == self;
        }
    }
}

void seccomp_prepare_fork(struct wali_thread *self)
{
    fork_lock_hold(&seccomp_lock);
    redirect_learn(self);
    fork_lock_release(&seccomp_lock);
}

int seccomp_begin(struct wali_thread *first, const wali_config *config, wali_error *error)
{
    struct sock_filter program[SECCOMP_MOST_INSTRUCTIONS];
    first->seccomp.takes_part = true;
    for (int i = 0; i < config->seccomp_count; i++) {
        uint32_t flags;
        const size_t length = seccomp_text_read(config->seccomp[i], program, &flags);
        if (!seccomp_program_is_sound(program, length) || seccomp_add(first, program, length, flags) != 0) {
            return fault(error, WALI_FAULT_IO, 0, "the filters of seccomp(2) cannot be handed on");
        }
    }
    return 0;
}
