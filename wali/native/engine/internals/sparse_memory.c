/* The engine reserves the whole of guest memory by one mmap(2), which RLIMIT_AS would refuse, and it
 * enters the kernel by instructions of its own.  Syscall User Dispatch (prctl(2)) turns these calls
 * of this thread into SIGSYS for as long as the engine makes the memory, and the handler answers.
 *
 * Without a mapping nothing keeps the addresses but the kernel's way of choosing others: downwards
 * from the stack, or upwards from a third of the address space.  The place is chosen below that
 * third.  There the kernel comes when all above is full: 85 TiB, in a process that may have less
 * than 8 GiB. */
#define _GNU_SOURCE
#include "wali/native/engine/internals/sparse_memory.h"

#include "abi/guest.h"
#include "wali/native/base/host_maps.h"
#include "wali/native/base/kernel.h"
#include "wali/native/base/sigset.h"

#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <ucontext.h>

#ifndef PR_SET_SYSCALL_USER_DISPATCH
#define PR_SET_SYSCALL_USER_DISPATCH 59
#endif
enum { DISPATCH_OFF, DISPATCH_ON };
enum { LET_PASS, DISPATCH };
#define CODE_OF_DISPATCH 2 /* SYS_USER_DISPATCH, si_code */
#define KERNEL_SA_RESTORER 0x04000000

/* Above what sanitizers of the compiler take, below a third of 128 TiB. */
#define LOWEST UINT64_C(0x120000000000)
#define HIGHEST UINT64_C(0x280000000000)
/* The kernel aligns large mappings so, and docs/PROCESSES.md counts on it. */
#define ALIGNMENT (UINT64_C(2) << 20)

static struct {
    volatile char selector;
    uint64_t start, bytes; /* the place */
    bool taken;
    struct kernel_sigaction action; /* the process's, of SIGSYS */
    sigmask_t mask;
    siginfo_t other; /* a SIGSYS that was sent to the process meanwhile */
} sparse;

extern const char sparse_return[], sparse_return_end[];
__asm__(".text\n"
        "sparse_return:\n"
        "    movl $15, %eax\n" /* rt_sigreturn */
        "    syscall\n"
        "    ud2\n" /* the program counter of a call is behind it */
        "sparse_return_end:\n");

struct place {
    uint64_t start, end;
    bool is_free;
};

static bool visit(uint64_t start, uint64_t end, void *argument)
{
    struct place *place = argument;
    place->is_free = place->is_free && (end <= place->start || start >= place->end);
    return true;
}

/* A place of so many bytes where nothing is mapped; 0 if none is found. */
static uint64_t find_place(uint64_t bytes)
{
    for (int i = 0; i < 16; i++) {
        uint64_t random = 0;
        KERNEL(getrandom, &random, sizeof random, 0);
        const uint64_t start = LOWEST + random % ((HIGHEST - LOWEST - bytes) / ALIGNMENT) * ALIGNMENT;
        struct place place = {start, start + bytes, true};
        if (!host_maps_each(visit, &place)) {
            return 0;
        }
        if (place.is_free) {
            return start;
        }
    }
    return 0;
}

static int64_t answer(const greg_t *r)
{
    const uint64_t address = (uint64_t)r[REG_RDI], bytes = (uint64_t)r[REG_RSI];
    if (r[REG_RAX] == SYS_mmap && address == 0 && bytes > GUEST_SPAN && r[REG_RDX] == PROT_NONE &&
        !sparse.taken && (sparse.start = find_place(bytes)) != 0) {
        sparse.bytes = bytes;
        sparse.taken = true;
        return (int64_t)sparse.start;
    }
    if (r[REG_RAX] == SYS_mprotect && sparse.taken && address - sparse.start < sparse.bytes) {
        const int64_t result =
            KERNEL(mmap, address, bytes, r[REG_RDX], MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
        return result < 0 ? result : 0;
    }
    return KERNEL_NR(r[REG_RAX], r[REG_RDI], r[REG_RSI], r[REG_RDX], r[REG_R10], r[REG_R8], r[REG_R9]);
}

/* Whether the kernel has turned a call into the signal.  Whoever executed this program may have left
 * one pending that says the same (rt_sigqueueinfo(2)): it comes before any call is turned. */
static bool is_of_dispatch(const siginfo_t *info, const greg_t *r)
{
    return sparse.selector == DISPATCH && info->si_code == CODE_OF_DISPATCH &&
           info->si_syscall == r[REG_RAX] && (uint64_t)(uintptr_t)info->si_call_addr == (uint64_t)r[REG_RIP];
}

static void intercept(int signo, siginfo_t *info, void *context)
{
    greg_t *const registers = ((ucontext_t *)context)->uc_mcontext.gregs;
    const bool is_call = is_of_dispatch(info, registers);
    const char selector = sparse.selector;
    (void)signo;
    sparse.selector = LET_PASS;
    if (is_call) {
        registers[REG_RAX] = answer(registers);
    } else {
        sparse.other = *info;
    }
    sparse.selector = selector;
}

bool sparse_memory_begin(void)
{
    const struct kernel_sigaction action = {
        .handler = (uint64_t)(uintptr_t)intercept,
        .flags = SA_SIGINFO | KERNEL_SA_RESTORER,
        .restorer = (uint64_t)(uintptr_t)sparse_return,
        .mask = ALL_SIGNALS,
    };
    const sigmask_t only = SIGMASK_OF(SIGSYS);
    sparse.taken = false;
    sparse.selector = LET_PASS;
    if (find_place(GUEST_SPAN) == 0 || KERNEL(prctl, PR_SET_SYSCALL_USER_DISPATCH, DISPATCH_ON, sparse_return,
                                              sparse_return_end - sparse_return, &sparse.selector) < 0) {
        return false;
    }
    KERNEL(rt_sigaction, SIGSYS, &action, &sparse.action, SIGMASK_SIZE);
    KERNEL(rt_sigprocmask, SIG_UNBLOCK, &only, &sparse.mask, SIGMASK_SIZE);
    sparse.selector = DISPATCH;
    return true;
}

bool sparse_memory_end(void)
{
    sparse.selector = LET_PASS;
    KERNEL(prctl, PR_SET_SYSCALL_USER_DISPATCH, DISPATCH_OFF, 0, 0, 0);
    KERNEL(rt_sigaction, SIGSYS, &sparse.action, NULL, SIGMASK_SIZE);
    KERNEL(rt_sigprocmask, SIG_SETMASK, &sparse.mask, NULL, SIGMASK_SIZE);
    if (sparse.other.si_signo != 0) {
        requeue_to_process(&sparse.other);
    }
    return sparse.taken;
}
