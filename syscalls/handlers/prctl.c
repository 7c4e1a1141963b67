/* prctl(2): the option says which arguments are numbers and which addresses. */
#include "syscalls/_generated/handlers.h"
#include "syscalls/handlers/host_pointer.h"
#include "syscalls/handlers/seccomp_call.h"
#include "wali/native/base/kernel.h"
#include "wali/native/process/first_stack.h"
#include "wali/native/process/proc_view.h"
#include "wali/native/signals/cancel_word.h"
#include "wali/native/thread/borrowed.h"
#include "wali/native/thread/guest_backtrace.h"
#include "wali/native/thread/stack_depth.h"
#include "wali/native/thread/thread.h"
#include "wali/native/thread/thread_list.h"
#include "wali/native/thread/trap_report.h"

#include <linux/prctl.h>

#ifndef PR_GET_MEMORY_MERGE
#define PR_SET_MEMORY_MERGE 67
#define PR_GET_MEMORY_MERGE 68
#endif
#ifndef PR_GET_MDWE
#define PR_GET_MDWE 66
#endif

#define THREAD_NAME_SIZE 16

/* Options that take numbers only, and concern the process as the kernel sees it: the guest's
 * process is the host's. */
static bool takes_numbers(int32_t option)
{
    switch (option) {
    case PR_SET_PDEATHSIG:
    case PR_GET_DUMPABLE:
    case PR_SET_DUMPABLE:
    case PR_GET_KEEPCAPS:
    case PR_SET_KEEPCAPS:
    case PR_GET_TIMING:
    case PR_SET_TIMING:
    case PR_CAPBSET_READ:
    case PR_CAPBSET_DROP:
    case PR_GET_SECUREBITS:
    case PR_SET_SECUREBITS:
    case PR_SET_TIMERSLACK:
    case PR_GET_TIMERSLACK:
    case PR_MCE_KILL:
    case PR_MCE_KILL_GET:
    case PR_SET_CHILD_SUBREAPER:
    case PR_SET_NO_NEW_PRIVS:
    case PR_GET_NO_NEW_PRIVS:
    case PR_SET_THP_DISABLE:
    case PR_GET_THP_DISABLE:
    case PR_CAP_AMBIENT:
    case PR_GET_SPECULATION_CTRL:
    case PR_SET_SPECULATION_CTRL:
    case PR_SET_IO_FLUSHER:
    case PR_GET_IO_FLUSHER:
    case PR_GET_MDWE:
    case PR_SET_MEMORY_MERGE:
    case PR_GET_MEMORY_MERGE:
    case PR_SET_PTRACER:
        return true;
    default:
        return false;
    }
}

/* How many arguments behind the option mean something.  The kernel wants some of the others to be 0.
 * To it, all that are not 0 are 1: a later kernel might find an address there. */
static int numbers_of(int32_t option)
{
    switch (option) {
    case PR_MCE_KILL:
    case PR_CAP_AMBIENT:
    case PR_SET_SPECULATION_CTRL:
    case PR_SET_THP_DISABLE:
        return 2;
    default:
        return 1;
    }
}

static int64_t pass_numbers(int32_t option, uint64_t arg2, uint64_t arg3, uint64_t arg4, uint64_t arg5)
{
    return KERNEL(prctl, option, arg2, numbers_of(option) > 1 ? arg3 : (uint64_t)(arg3 != 0),
                  (uint64_t)(arg4 != 0), (uint64_t)(arg5 != 0));
}

/* The bytes behind the second argument, if that is an address; else 0. */
static uint64_t bytes_behind(int32_t option)
{
    switch (option) {
    case PR_SET_NAME: /* a string: the kernel stops at its end */
        return 1;
    case PR_GET_NAME:
        return THREAD_NAME_SIZE;
    case PR_GET_PDEATHSIG:
    case PR_GET_CHILD_SUBREAPER:
    case PR_GET_TSC:
        return sizeof(int);
    default:
        return 0;
    }
}

/* The kernel would answer with the word of the host's libc.  The guest's pointer has 4 bytes. */
static int64_t get_tid_address(uint64_t to)
{
    if (to >= GUEST_SPAN) {
        return -EFAULT;
    }
    uint32_t word = wali_self->clear_child_tid;
    return copy_out(gaddr((uint32_t)to), &word, sizeof word) ? 0 : -EFAULT;
}

/* Names a range of anonymous memory (PR_SET_VMA(2const)). */
static int64_t name_range(uint64_t attribute, uint64_t start, uint64_t size, uint64_t name)
{
    if (attribute != PR_SET_VMA_ANON_NAME || start >= GUEST_SPAN || size > GUEST_SPAN - start) {
        return -EINVAL;
    }
    return KERNEL(prctl, PR_SET_VMA, attribute, wali_base + start, size, wide_host_pointer(name, 1));
}

/* The operations of PR_WALI: two for libc's cancellation points, two for its start-up code, which
 * tells where it has put argv and environment, and the stack, one for backtrace(3), and one for
 * C++'s library, which has told of the exception that nothing caught (docs/SDK.md). */
enum {
    PR_WALI_CANCEL_PROBE,
    PR_WALI_CANCEL_WORD,
    PR_WALI_STRINGS,
    PR_WALI_STACK,
    PR_WALI_BACKTRACE,
    PR_WALI_TELL_THROW,
};

/* Setting the memory map sets the host's break as well, which another thread could move
 * meanwhile. */
static int64_t show_strings(uint64_t arguments, uint64_t environment, uint64_t end)
{
    if (arguments > environment || environment > end || end > GUEST_SPAN || thread_borrows(wali_self) ||
        !thread_is_only_one()) {
        return -EINVAL;
    }
    const uintptr_t base = (uintptr_t)wali_base;
    return proc_view_set_strings(base + arguments, base + environment, base + end) ? 0 : -EINVAL;
}

static int64_t tell_stack(uint64_t low, uint64_t high)
{
    if (low >= high || high > UINT32_MAX) {
        return -EINVAL;
    }
    wali_self->guest_stack = (struct guest_stack){(uint32_t)low, (uint32_t)high};
    stack_depth_begin(wali_self);
    return (int64_t)first_stack_size();
}

/* The backtrace of the throw. */
static int64_t tell_throw(void)
{
    if (wali_self->uncaught == NULL) {
        return -EINVAL;
    }
    trap_say_backtrace(wali_self->uncaught);
    return 0;
}

static int64_t prctl_wali(uint64_t what, uint64_t arg3, uint64_t arg4, uint64_t arg5)
{
    switch (what) {
    case PR_WALI_CANCEL_PROBE:
        return 0;
    case PR_WALI_CANCEL_WORD:
        if (arg3 >= GUEST_SPAN) {
            return -EINVAL;
        }
        wali_self->signals.cancel_word = (uint32_t)arg3;
        return 0;
    case PR_WALI_STRINGS:
        return show_strings(arg3, arg4, arg5);
    case PR_WALI_STACK:
        return tell_stack(arg3, arg4);
    case PR_WALI_BACKTRACE:
        if (arg3 >= GUEST_SPAN || arg4 > UINT32_MAX || arg5 > UINT32_MAX) {
            return -EINVAL;
        }
        return guest_backtrace(gaddr((uint32_t)arg3), (uint32_t)arg4, (uint32_t)arg5);
    case PR_WALI_TELL_THROW:
        return tell_throw();
    default:
        return -EINVAL;
    }
}

/* An option that is not listed gets EINVAL, as one that the kernel does not know.  PR_SET_MM
 * changes the kernel's idea of the host's image.  PR_GET_AUXV shows addresses of the host.
 * PR_SET_SYSCALL_USER_DISPATCH would trap the runtime's own calls, PR_SET_TSC the engine's and the
 * vDSO's reading of the counter.  PR_SET_MDWE would forbid compiled code.  The shadow stack options
 * change the host's stack.  The rest is not for x86-64. */
int64_t sys_prctl(int32_t option, uint64_t arg2, uint64_t arg3, uint64_t arg4, uint64_t arg5)
{
    if (takes_numbers(option)) {
        return pass_numbers(option, arg2, arg3, arg4, arg5);
    }
    uint64_t size = bytes_behind(option);
    if (size != 0) {
        return KERNEL(prctl, option, wide_host_pointer(arg2, size), (uint64_t)(arg3 != 0),
                      (uint64_t)(arg4 != 0), (uint64_t)(arg5 != 0));
    }
    switch (option) {
    case PR_WALI:
        return prctl_wali(arg2, arg3, arg4, arg5);
    case PR_SET_SECCOMP:
        return seccomp_prctl_set(arg2, arg3);
    case PR_GET_SECCOMP:
        return seccomp_prctl_get();
    case PR_GET_TID_ADDRESS:
        return get_tid_address(arg2);
    case PR_SET_VMA:
        return name_range(arg2, arg3, arg4, arg5);
    default:
        return -EINVAL;
    }
}
