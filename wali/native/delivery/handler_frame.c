#include "wali/native/delivery/handler_frame.h"

#include "abi/guest.h"
#include "wali/native/base/fatal.h"
#include "wali/native/base/native_stack.h"
#include "wali/native/base/sigset.h"
#include "wali/native/engine/engine.h"
#include "wali/native/engine/internals/stack_limit.h"
#include "wali/native/memory/memory.h"
#include "wali/native/seccomp/state.h"
#include "wali/native/signals/actions.h"
#include "wali/native/signals/alternate_stack.h"
#include "wali/native/signals/guest_ucontext.h"
#include "wali/native/signals/held_signals.h"
#include "wali/native/signals/state.h"
#include "wali/native/thread/borrowed.h"
#include "wali/native/thread/guest_call.h"
#include "wali/native/thread/thread.h"

#include <string.h>

/* Compiled code may use this many bytes below __stack_pointer without moving it. */
#define RED_ZONE 128
#define FRAME_ALIGN UINT32_C(16)

/* signo, siginfo, ucontext */
#define HANDLER_ARGS 3

struct guest_frame {
    _Alignas(16) siginfo_t info;
    struct guest_ucontext context;
};

/* The fields of siginfo_t for a filter's SIGSYS, as the guest's libc declares them. */
struct guest_sigsys {
    uint32_t call_addr;
    int32_t syscall;
    uint32_t arch;
};

/* Indices into struct sigcontext of x86-64, in 64-bit words: the registers of a system call. */
enum { R8, R9, R10, RDI = 8, RSI, RDX = 12, RAX };

_Static_assert(sizeof(siginfo_t) == 128 && offsetof(struct guest_frame, context) == 128,
               "siginfo is 128 bytes");

/* Copies the kernel's siginfo, with guest addresses for host addresses. */
static void siginfo_out(siginfo_t *to, const struct signal_record *record)
{
    const int signo = record->info.si_signo;
    memcpy(to, &record->info, sizeof *to);
    if (record->info.si_code <= 0) {
        return; /* the signal was sent: the value is the guest's own */
    }
    if (signo == SIGSYS) {
        const struct guest_sigsys sigsys = {0, record->info.si_syscall, record->info.si_arch};
        memset(&to->si_addr, 0, sizeof(void *) + 2 * sizeof(uint32_t));
        memcpy(&to->si_addr, &sigsys, sizeof sigsys);
    }
    if ((SIGMASK_OF(signo) & SYNC_SIGNALS) != 0 || signo == SIGTRAP) {
        const uint64_t offset = (uint64_t)((uintptr_t)record->info.si_addr - (uintptr_t)wali_base);
        const bool memory = (signo == SIGSEGV || signo == SIGBUS) && offset < GUEST_SPAN;
        to->si_addr = (void *)(uintptr_t)(memory ? offset : 0);
        /* Pages that the guest has not mapped are mapped without access here, so the kernel reports
         * SEGV_ACCERR for them. */
        if (memory && signo == SIGSEGV && to->si_code == SEGV_ACCERR &&
            wali_memory_mapped_part(gaddr((uint32_t)offset & ~(GUEST_PAGE - 1)), 1) == 0) {
            to->si_code = SEGV_MAPERR;
        }
    }
}

static uint32_t frame_address(const struct wali_thread *self, const struct signal_record *record,
                              uint32_t stack)
{
    const struct wali_stack *alternate = &self->signals.alternate;
    if ((record->action.flags & GUEST_SA_ONSTACK) != 0 && alternate->ss_size != 0 &&
        !on_alternate_stack(self, stack)) {
        stack = alternate->ss_sp + alternate->ss_size;
    } else {
        stack -= RED_ZONE;
    }
    return (stack - (uint32_t)sizeof(struct guest_frame)) & ~(FRAME_ALIGN - 1);
}

/* Finds the handler, if the table's entry is a function that can be called as one.  The function's
 * own type decides, for a call with another would corrupt the host.  C programs have handlers with
 * no parameter, and with three but no SA_SIGINFO: both are accepted. */
static bool find_handler(const struct wali_thread *self, uint32_t index, wasmtime_func_t *function)
{
    static const struct function_shape shape = {0, HANDLER_ARGS, 1};
    return thread_function(self, index, function) && guest_function_fits(self, function, &shape);
}

static void prepare(uint32_t handler, const void *self)
{
    wasmtime_func_t function;
    find_handler(self, handler, &function);
}

void handlers_prepare(const struct wali_thread *self)
{
    actions_each_handler(prepare, self);
}

/* The synchronous signals to block when the handler has returned.  A call with a mask of its own
 * ends with the handler. */
static sigmask_t sync_to_return_to(struct wali_signals *signals)
{
    const sigmask_t sync = signals->has_sync_after ? signals->sync_after : signals->blocked_sync;
    signals->has_sync_after = false;
    return sync;
}

static bool is_trapped_call(const struct signal_record *record)
{
    return record->info.si_signo == SIGSYS && record->info.si_code == SIGSYS_BY_FILTER;
}

/* Shows the trapped call's registers to a handler that emulates the call. */
static void registers_out(uint64_t *machine, const struct wali_thread *self)
{
    static const uint8_t places[6] = {RDI, RSI, RDX, R10, R8, R9};
    for (size_t i = 0; i < 6; i++) {
        machine[places[i]] = self->seccomp.trapped.args[i];
    }
    machine[RAX] = (uint64_t)self->call.trapped_result;
}

bool handler_call(struct wali_thread *self, struct signal_record *record)
{
    const uint32_t stack = stack_pointer_get(self);
    const uint32_t call_index = call_index_get(self);
    const uint32_t at = frame_address(self, record, stack);
    const uint32_t context_at = at + (uint32_t)offsetof(struct guest_frame, context);
    const bool has_own_stack = on_alternate_stack(self, at) && !on_alternate_stack(self, stack);
    struct wali_stack alternate = self->signals.alternate;
    const sigmask_t sync = sync_to_return_to(&self->signals);
    struct guest_frame frame = {.context = {.stack = alternate, .mask = {record->after | sync}}};
    wasmtime_func_t function;
    siginfo_out(&frame.info, record);
    if (is_trapped_call(record)) {
        registers_out(frame.context.machine, self);
    }
    if (!find_handler(self, record->action.handler, &function)) {
        guest_segfault("a signal handler is not a function of its type");
    }
    if (!copy_out(gaddr(at), &frame, sizeof frame)) {
        guest_segfault("no room on the stack for a signal handler");
    }
    self->signals.blocked_sync |= record->action.mask & SYNC_SIGNALS; /* unblocks no held signal */
    if ((alternate.ss_flags & ALTERNATE_AUTODISARM) != 0) {
        self->signals.alternate = (struct wali_stack){.ss_flags = SS_DISABLE};
    }
    wasmtime_val_raw_t args[HANDLER_ARGS] = {
        {.i64 = record->info.si_signo}, {.i64 = (int64_t)at}, {.i64 = (int64_t)context_at}};
    stack_pointer_set(self, at);
    /* After an overflow the handler would overflow the native stack at once. */
    const uint64_t limit =
        has_own_stack ? stack_limit_set(self->engine.vm_store, native_stack_handler_end(&self->stack)) : 0;
    const bool leaves = guest_call(self, &function, args, HANDLER_ARGS);
    stack_limit_restore(self->engine.vm_store, limit);
    if (leaves) {
        return true;
    }
    stack_pointer_set(self, stack);
    call_index_set(self, call_index);
    if (is_trapped_call(record)) {
        const uint32_t rax_at = (uint32_t)offsetof(struct guest_ucontext, machine) + RAX * 8;
        copy_in(&self->call.trapped_result, gaddr(context_at + rax_at), sizeof(int64_t));
    }
    /* Restores the alternate stack from the frame, as the kernel's sigreturn does, whatever the
     * handler has set by sigaltstack(2). */
    copy_in(&alternate, gaddr(context_at + (uint32_t)offsetof(struct guest_ucontext, stack)),
            sizeof alternate);
    alternate_stack_set(self, &alternate, on_alternate_stack(self, at));
    /* The handler may have changed the mask to return to (sigaction(2)). */
    sigmask_t mask = frame.context.mask[0];
    copy_in(&mask, gaddr(context_at + (uint32_t)offsetof(struct guest_ucontext, mask)), sizeof mask);
    blocked_sync_set(self, mask);
    record->after = mask & ~SYNC_SIGNALS;
    return false;
}
