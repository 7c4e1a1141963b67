#define _GNU_SOURCE
#include "wali/native/calls/gate.h"

#include "syscalls/rows.h"
#include "wali/native/base/fatal.h"
#include "wali/native/base/kernel.h"
#include "wali/native/base/sigset.h"
#include "wali/native/delivery/delivery.h"
#include "wali/native/engine/engine.h"
#include "wali/native/process/exit.h"
#include "wali/native/seccomp/filters.h"
#include "wali/native/seccomp/state.h"
#include "wali/native/seccomp/verdict.h"
#include "wali/native/signals/actions.h"
#include "wali/native/signals/cancel_word.h"
#include "wali/native/signals/mask.h"
#include "wali/native/thread/leave.h"
#include "wali/native/thread/thread.h"

#include <signal.h>
#include <stddef.h>
#include <sys/prctl.h>

/* Ends the calling thread, as a filter or strict mode wants it.  The last thread ends the process,
 * by the signal. */
static void kill_thread(int signal, int64_t *result, wasm_trap_t **trap)
{
    if (!threads_are_several()) {
        die_by_signal(signal);
    }
    thread_exit(signal);
    *result = -EINTR; /* seen by the trace alone */
    *trap = leave_trap();
}

static bool is_handled(const struct wali_thread *self, int signo)
{
    struct wali_sigaction action;
    action_exchange(signo, NULL, &action);
    return action.handler != GUEST_SIG_DFL && action.handler != GUEST_SIG_IGN &&
           (guest_mask_get(self) & SIGMASK_OF(signo)) == 0;
}

/* SIGSYS in place of the call (SECCOMP_RET_TRAP, seccomp(2)).  The guest's handler runs before the
 * call returns, and may set the call's result (handler_frame.c).  The signal is sent through the
 * kernel, so that it is delivered like any other.  The kernel forces SIGSYS: a guest that blocks
 * it, or has no handler, dies. */
static void raise_sigsys(struct wali_thread *self, const struct seccomp_data *call, int data, int64_t *result,
                         wasm_trap_t **trap)
{
    siginfo_t info = {.si_signo = SIGSYS, .si_errno = data, .si_code = SIGSYS_BY_FILTER};
    info.si_syscall = call->nr;
    info.si_arch = call->arch;
    if (!is_handled(self, SIGSYS)) {
        die_by_signal(SIGSYS);
    }
    self->seccomp.trapped = *call;
    self->call.trapped_result = call->nr; /* the value that the kernel leaves in rax */
    *result = 0;
    self->signals.entry_will_deliver = 1;
    requeue_to_thread(&info);
    self->signals.entry_will_deliver = 0;
    if (wali_pending != 0) {
        signals_deliver(self, result, trap);
    }
    *result = self->call.trapped_result;
}

static bool apply_verdict(struct wali_thread *self, const struct seccomp_data *call, uint32_t verdict,
                          int64_t *result, wasm_trap_t **trap)
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
    case SECCOMP_RET_TRACE: /* no tracer and no listener exist for a guest's filters */
    case SECCOMP_RET_USER_NOTIF:
        *result = -ENOSYS;
        return false;
    case SECCOMP_RET_KILL_THREAD:
        kill_thread(SIGSYS, result, trap);
        return false;
    default:
        die_by_signal(SIGSYS);
    }
}

bool gate_passes(struct wali_thread *self, const struct seccomp_data *call, int64_t *result,
                 wasm_trap_t **trap)
{
    struct wali_seccomp *const seccomp = &self->seccomp;
    const struct seccomp_filter *const newest = __atomic_load_n(&seccomp->filter, __ATOMIC_SEQ_CST);
    self->call.judged_by = newest;
    if (newest == NULL) {
        return true;
    }
    if (seccomp->must_set_no_new_privs) {
        seccomp->must_set_no_new_privs = false;
        KERNEL(prctl, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    }
    if (is_always_allowed(newest, call->nr)) {
        return true;
    }
    if (newest != &seccomp_strict) {
        return apply_verdict(self, call, seccomp_verdict(newest, call), result, trap);
    }
    if (!is_strictly_allowed(call->nr)) {
        kill_thread(SIGKILL, result, trap);
        return false;
    }
    return true;
}

/* Calls that filters do not judge.  PR_WALI is no call of Linux's.  set_tid_address(2) does what
 * flags of clone(2) do natively: libc names the word that others wait for, when a thread or a
 * forked child begins and when a thread ends.  A filter has no reason to allow either. */
static bool is_for_runtime(const struct wali_row *row, const wasmtime_val_raw_t *args)
{
    return row->number == SYS_set_tid_address || (row->number == SYS_prctl && args[0].i32 == PR_WALI);
}

bool gate_passes_row(struct wali_thread *self, const struct wali_row *row, wasmtime_val_raw_t *args,
                     wasm_trap_t **trap)
{
    struct seccomp_data call = {.nr = row->number, .arch = SECCOMP_ARCHITECTURE};
    for (size_t i = 0; row->signature[i] != '\0'; i++) {
        call.args[i] = row->signature[i] == 'I' ? (uint64_t)args[i].i64 : (uint32_t)args[i].i32;
    }
    return is_for_runtime(row, args) || gate_passes(self, &call, &args[0].i64, trap);
}

wasm_trap_t *gate_entry(void *env, wasmtime_caller_t *caller, wasmtime_val_raw_t *args, size_t count)
{
    const struct wali_row *row = env;
    wasm_trap_t *trap = NULL;
    return gate_passes_row(wali_self, row, args, &trap) ? row_bound_to(row)(env, caller, args, count) : trap;
}
