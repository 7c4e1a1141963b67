/* What handlers hand to the kernel, whose calls are replaced by ones that only remember: an argument that a
 * later kernel might take for an address is none of the guest's choosing. tests/core/test_reaches_kernel.py
 * runs it. */
#define _GNU_SOURCE
#include "abi/_generated/guest_structs.h"
#include "syscalls/_generated/handlers.h"
#include "syscalls/handlers/host_pointer.h"
#include "syscalls/handlers/seccomp_call.h"
#include "wali/native/base/kernel.h"
#include "wali/native/process/first_stack.h"
#include "wali/native/process/proc_view.h"
#include "wali/native/thread/stack_depth.h"
#include "wali/native/thread/thread.h"
#include "wali/native/thread/thread_list.h"

#include <linux/futex.h>
#include <linux/prctl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sem.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

enum { GUESS = 0x400000 };

static _Alignas(4096) uint8_t memory[8 << 20];
uint8_t *wali_base = memory;

static int64_t last[7];
static struct stat file_shown;
static uint32_t size_seen; /* that a structure in the host's memory begins with; else 0 */

static uint32_t size_at(int64_t address)
{
    const void *const given = (const void *)address;
    return given == NOWHERE || given == NULL || is_guest_address(given) ? 0 : *(const uint32_t *)given;
}

int64_t wali_syscall(int64_t nr, int64_t a, int64_t b, int64_t c, int64_t d, int64_t e, int64_t f)
{
    if (nr == SYS_fstat) {
        memcpy((void *)b, &file_shown, sizeof file_shown);
        return 0;
    }
    if (nr == SYS_fcntl || nr == SYS_fstatfs) {
        return 0;
    }
    if (nr == SYS_sched_setattr || nr == 457 || nr == 458 || nr == 470) { /* statmount, listmount, listns */
        size_seen = size_at(nr == SYS_sched_setattr ? b : a);
    }
    memcpy(last, (int64_t[]){nr, a, b, c, d, e, f}, sizeof last);
    return 0;
}

int64_t wali_syscall_wait(int64_t nr, int64_t a, int64_t b, int64_t c, int64_t d, int64_t e, int64_t f)
{
    return wali_syscall(nr, a, b, c, d, e, f);
}

bool copy_in(void *host, gaddr_t from, size_t n)
{
    memcpy(host, memory + from.v, n);
    return from.v != 0;
}

bool copy_out(gaddr_t to, const void *host, size_t n)
{
    memcpy(memory + to.v, host, n);
    return to.v != 0;
}

/* What prctl's own options need; no test gets there. */

__thread struct wali_thread *wali_self;

bool thread_is_only_one(void)
{
    abort();
}

bool proc_view_set_strings(uintptr_t arguments, uintptr_t environment, uintptr_t end)
{
    (void)arguments;
    (void)environment;
    (void)end;
    abort();
}

int64_t seccomp_prctl_set(uint64_t mode, uint64_t filter)
{
    (void)mode;
    (void)filter;
    abort();
}

void stack_depth_begin(struct wali_thread *thread)
{
    (void)thread;
    abort();
}

uint64_t first_stack_size(void)
{
    abort();
}

int64_t guest_backtrace(gaddr_t to, uint32_t most, uint32_t skip)
{
    (void)to;
    (void)most;
    (void)skip;
    abort();
}

void trap_say_backtrace(const wasm_trap_t *trap)
{
    (void)trap;
    abort();
}

int64_t seccomp_prctl_get(void)
{
    abort();
}

static void expect(const char *what, int argument, int64_t value)
{
    if (last[argument] != value) {
        printf("%s: argument %d is %#llx\n", what, argument, (unsigned long long)last[argument]);
    }
}

static void nothing(const char *what)
{
    expect(what, 0, -1);
}

static void forget(void)
{
    last[0] = -1;
}

static int64_t host(uint32_t guest)
{
    return (int64_t)(wali_base + guest);
}

static void semaphores_and_futexes(void)
{
    sys_semctl(1, 2, 77, GUESS);
    expect("semctl, no command", 3, -1);
    expect("semctl, no command", 4, 0);
    sys_semctl(1, 2, SETVAL, GUESS);
    expect("semctl SETVAL", 4, GUESS);
    sys_semctl(1, 2, IPC_STAT, GUESS);
    expect("semctl IPC_STAT", 4, host(GUESS));
    sys_futex(gaddr(4096), 99, 0, gaddr(GUESS), gaddr(0), 0);
    expect("futex, no operation", 4, host(GUESS));
    sys_futex(gaddr(4096), FUTEX_REQUEUE_PRIVATE, 0, gaddr(7), gaddr(0), 0);
    expect("futex, a number", 4, 7);
}

static void processes(void)
{
    const uint64_t guess = 0x7fff00000000;
    sys_prctl(PR_GET_DUMPABLE, 0, guess, guess, guess);
    for (int i = 3; i < 6; i++) {
        expect("prctl, without arguments", i, 1);
    }
    sys_prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, 21, 0, guess);
    expect("prctl, two arguments", 3, 21);
    expect("prctl, two arguments", 4, 0);
    expect("prctl, two arguments", 5, 1);
    sys_prctl(PR_GET_NAME, GUESS, guess, 0, 0);
    expect("prctl, an address", 2, host(GUESS));
    expect("prctl, an address", 3, 1);
    forget();
    sys_prctl(9999, guess, guess, guess, guess);
    nothing("prctl, no option");
}

static void requests(void)
{
    sys_ioctl(3, 0x40045436, GUESS);
    expect("ioctl TIOCSIG", 3, 65);
    sys_ioctl(3, 0x40045436, 9);
    expect("ioctl TIOCSIG", 3, 9);
    sys_ioctl(3, 0xC0045877, GUESS);
    expect("ioctl FIFREEZE", 3, 0);
    sys_ioctl(3, 0x80045705, GUESS);
    expect("ioctl WDIOC_KEEPALIVE", 3, 0);
    sys_ioctl(3, 0x400454CC, 1000);
    expect("ioctl TUNSETOWNER", 3, 1000);
    forget();
    sys_ioctl(3, 0x400454CC, GUESS);
    nothing("ioctl TUNSETOWNER of another file");
    sys_ioctl(3, 0x8004B706, GUESS);
    nothing("ioctl NS_GET_PID_FROM_PIDNS of another file");
    sys_ioctl(3, 0x12345678, GUESS);
    nothing("ioctl, no request");
    file_shown = (struct stat){.st_mode = S_IFCHR, .st_rdev = makedev(10, 200)};
    sys_ioctl(3, 0x400454CC, GUESS);
    expect("ioctl TUNSETOWNER of its file", 3, GUESS);
    sys_ioctl(3, 0xC100FF0B, GUESS);
    expect("ioctl PIDFD_GET_INFO, longer", 2, 0xC050FF0B);
    sys_ioctl(3, 0xC040FF0B, GUESS);
    expect("ioctl PIDFD_GET_INFO", 2, 0xC040FF0B);
    expect("ioctl PIDFD_GET_INFO", 3, host(GUESS));
}

static void options(void)
{
    sys_setsockopt(3, SOL_SOCKET, SO_KEEPALIVE, gaddr(GUESS), 4096);
    expect("SO_KEEPALIVE, longer", 4, host(GUESS));
    expect("SO_KEEPALIVE, longer", 5, 4);
    sys_setsockopt(3, SOL_SOCKET, 61, gaddr(GUESS), 4096); /* SO_TXTIME */
    expect("SO_TXTIME, longer", 5, 7);
    sys_setsockopt(3, 0, 4, gaddr(GUESS), 4096); /* IP_OPTIONS */
    expect("IP_OPTIONS, longer", 4, (int64_t)(uintptr_t)NOWHERE);
    sys_setsockopt(3, SOL_SOCKET, 4000, gaddr(GUESS), 4);
    expect("no option", 3, -1);
    sys_setsockopt(3, 6, 35, gaddr(GUESS), 64);
    expect("TCP_ZEROCOPY_RECEIVE", 3, -1);
    sys_setsockopt(3, 263, 22, gaddr(GUESS), 16);
    expect("PACKET_FANOUT_DATA, the host's", 4, (int64_t)(uintptr_t)NOWHERE);
    memcpy(memory + 4096, &(struct wali_sock_fprog){.len = 1, .filter = GUESS},
           sizeof(struct wali_sock_fprog));
    sys_setsockopt(3, 263, 22, gaddr(4096), 8);
    expect("PACKET_FANOUT_DATA", 5, 16);
    memcpy(memory + 4096, &(int32_t){4096}, 4);
    sys_getsockopt(3, 284, 4, gaddr(GUESS), gaddr(4096)); /* MPTCP_FULL_INFO */
    expect("MPTCP_FULL_INFO", 3, -1);
}

static void size_is(const char *what, uint32_t size)
{
    if (size_seen != size) {
        printf("%s: %u bytes\n", what, size_seen);
    }
}

/* Structures that are longer than known, first with zeros behind, then with something. */
static void growing(void)
{
    for (int i = 0; i < 2; i++) {
        memset(memory + GUESS, 0, 256);
        memset(memory + GUESS, 64, 1); /* sizes within: 64 bytes */
        memory[GUESS + 60] = (uint8_t)i;
        forget();
        sys_mount_setattr(3, gaddr(4096), 0, gaddr(GUESS), 64);
        expect("mount_setattr", i == 0 ? 5 : 0, i == 0 ? 32 : -1);
        sys_open_tree_attr(3, gaddr(4096), 0, gaddr(GUESS), 64);
        expect("open_tree_attr", i == 0 ? 5 : 0, i == 0 ? 32 : -1);
        sys_file_setattr(3, gaddr(4096), gaddr(GUESS), 64, 0);
        expect("file_setattr", i == 0 ? 4 : 0, i == 0 ? 24 : -1);
        sys_landlock_create_ruleset(gaddr(GUESS), 64, 0);
        expect("landlock_create_ruleset", i == 0 ? 2 : 0, i == 0 ? 24 : -1);
        if (i == 0) {
            sys_statmount(gaddr(GUESS), gaddr(8192), 16, 0);
            size_is("statmount", 32);
            sys_listmount(gaddr(GUESS), gaddr(8192), 2, 0);
            size_is("listmount", 32);
            sys_listns(gaddr(GUESS), gaddr(8192), 2, 0);
            size_is("listns", 32);
            sys_sched_setattr(0, gaddr(GUESS), 0);
            size_is("sched_setattr", 56);
        } else if (sys_statmount(gaddr(GUESS), gaddr(8192), 16, 0) != -E2BIG ||
                   sys_sched_setattr(0, gaddr(GUESS), 0) != -E2BIG || memory[GUESS] != 56) {
            printf("longer than known: taken\n");
        }
    }
    sys_landlock_add_rule(3, 1, gaddr(GUESS), 0);
    expect("landlock_add_rule", 3, host(GUESS));
    sys_landlock_add_rule(3, 9, gaddr(GUESS), 0);
    expect("landlock_add_rule, of no kind", 3, (int64_t)(uintptr_t)NOWHERE);
}

int main(void)
{
    growing();
    semaphores_and_futexes();
    processes();
    requests();
    options();
    return 0;
}
