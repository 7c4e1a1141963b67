#define _GNU_SOURCE
#include "wali/native/sandbox/host_filter.h"

#include "wali/native/base/kernel.h"
#include "wali/native/confine/filter_writer.h"
#include "wali/native/sandbox/filter_set.h"

#include <netinet/in.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#define CLONE3 435
#define TIME_NAMESPACE 0x80 /* CLONE_NEWTIME */
#define NEW_NAMESPACES                                                                                       \
    (CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID |            \
     CLONE_NEWNET)
#define CONSOLE_REQUEST 0x541c /* TIOCLINUX: pastes into the terminal, as TIOCSTI does */
/* They change a file that is open to be read, and Landlock judges them only for devices. */
#define SET_FLAGS 0x40086602
#define SET_FLAGS_32 0x40046602
#define SET_VERSION 0x40087602
#define SET_XATTR 0x401c5820 /* FS_IOC_FSSETXATTR */
#define XDP 44               /* AF_XDP */
#define KIND_OF_SOCKET 0xf   /* beside SOCK_NONBLOCK and SOCK_CLOEXEC */
#define FAST_OPEN 0x20000000 /* MSG_FASTOPEN */

static const uint32_t denied = SECCOMP_RET_ERRNO | EPERM;
static const uint32_t no_access = SECCOMP_RET_ERRNO | EACCES;

static void if_equal(struct filter_program *block, uint32_t value, uint32_t answer)
{
    filter_call(block, value, answer); /* compares whatever is loaded */
}

/* Goes on behind the next answer if what is loaded is one of the two. */
static void put_either(struct filter_program *block, uint32_t a, uint32_t b)
{
    filter_put(block, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, a, 2, 0));
    filter_put(block, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, b, 1, 0));
}

static void load_kind(struct filter_program *block)
{
    filter_load_argument(block, 1, false);
    filter_put(block, (struct sock_filter)BPF_STMT(BPF_ALU | BPF_AND | BPF_K, KIND_OF_SOCKET));
}

/* Only TCP, which alone Landlock judges: MPTCP and SCTP are streams, too. */
static void only_tcp(struct filter_program *block)
{
    load_kind(block);
    put_either(block, SOCK_STREAM, SOCK_STREAM);
    filter_answer(block, no_access);
    filter_load_argument(block, 2, false);
    put_either(block, 0, IPPROTO_TCP);
    filter_answer(block, no_access);
    filter_answer(block, SECCOMP_RET_ALLOW);
}

static void no_raw(struct filter_program *block)
{
    load_kind(block);
    if_equal(block, SOCK_RAW, denied);
    if_equal(block, SOCK_PACKET, denied);
    filter_answer(block, SECCOMP_RET_ALLOW);
}

/* socket(2).  Families that no one has thought of are refused in a sandbox: AF_VSOCK leads to the host of
 * a virtual machine from any network namespace, and AF_ALG into the kernel. */
static void judge_socket(struct filter_program *program, const struct sandbox_plan *plan)
{
    struct filter_program block = {.length = 0};
    const bool is_sandbox = plan->form != SANDBOX_NONE;
    /* Landlock does not judge who connects to a socket that is a file. */
    const bool has_local = plan->form != SANDBOX_PROCESS || plan->net == NET_HOST;
    const bool has_internet = plan->form != SANDBOX_PROCESS || plan->net != NET_NONE;
    filter_load_argument(&block, 0, false);
    if_equal(&block, AF_UNIX, has_local ? SECCOMP_RET_ALLOW : no_access);
    if_equal(&block, AF_NETLINK, has_local && plan->net != NET_PORTS ? SECCOMP_RET_ALLOW : no_access);
    if_equal(&block, AF_PACKET, denied);
    if_equal(&block, XDP, denied);
    if (has_internet) {
        put_either(&block, AF_INET, AF_INET6);
    }
    filter_answer(&block, is_sandbox ? no_access : SECCOMP_RET_ALLOW);
    if (has_internet && plan->net == NET_PORTS) {
        only_tcp(&block);
    } else if (has_internet) {
        no_raw(&block);
    }
    filter_block(program, SYS_socket, &block);
    if (!has_local) { /* what can be connected anew leads to any socket that is a file */
        filter_call_if(program, SYS_socketpair, 1, KIND_OF_SOCKET, SOCK_DGRAM, no_access);
        filter_call_if(program, SYS_socketpair, 1, KIND_OF_SOCKET, SOCK_RAW, no_access); /* the same there */
    }
    if (plan->net == NET_PORTS) { /* connects without a look of Landlock's */
        filter_call_if_any(program, SYS_sendto, 3, FAST_OPEN, SECCOMP_RET_ERRNO | EOPNOTSUPP);
        filter_call_if_any(program, SYS_sendmsg, 2, FAST_OPEN, SECCOMP_RET_ERRNO | EOPNOTSUPP);
        filter_call_if_any(program, SYS_sendmmsg, 3, FAST_OPEN, SECCOMP_RET_ERRNO | EOPNOTSUPP);
    }
}

/* Limits of other processes of the user's: their id and new limits at once. */
static void judge_limits(struct filter_program *program)
{
    struct filter_program block = {.length = 0};
    filter_load_argument(&block, 0, false);
    if_equal(&block, 0, SECCOMP_RET_ALLOW);
    for (int half = 0; half < 2; half++) {
        filter_load_argument(&block, 2, half != 0);
        put_either(&block, 0, 0);
        filter_answer(&block, denied);
    }
    filter_answer(&block, SECCOMP_RET_ALLOW);
    filter_block(program, SYS_prlimit64, &block);
}

static void judge_arguments(struct filter_program *program, const struct sandbox_plan *plan)
{
    filter_call_if(program, SYS_ioctl, 1, UINT32_MAX, TIOCSTI, denied);
    filter_call_if(program, SYS_ioctl, 1, UINT32_MAX, CONSOLE_REQUEST, denied);
    if (plan->form == SANDBOX_PROCESS) {
        static const uint32_t requests[] = {SET_FLAGS, SET_FLAGS_32, SET_VERSION, SET_XATTR};
        for (size_t i = 0; i < sizeof requests / sizeof requests[0]; i++) {
            filter_call_if(program, SYS_ioctl, 1, UINT32_MAX, requests[i], denied);
        }
    }
    judge_socket(program, plan);
    if (plan->form != SANDBOX_NONE) {
        judge_limits(program);
    }
    filter_call_if_any(program, SYS_clone, 0, NEW_NAMESPACES, denied);
    filter_call(program, CLONE3, SECCOMP_RET_ERRNO | ENOSYS); /* its flags lie in memory */
    filter_call_if_any(program, SYS_unshare, 0, NEW_NAMESPACES | TIME_NAMESPACE, denied);
}

static void judge_numbers(struct filter_program *program, const struct sandbox_plan *plan)
{
    struct call_set open = calls_known, closed = calls_ways_out;
    if (plan->form != SANDBOX_NONE) {
        call_set_add(&closed, &calls_machine);
    }
    if (plan->form == SANDBOX_PROCESS) {
        call_set_add(&closed, &calls_unjudged);
    }
    call_set_remove(&open, &closed);
    filter_call_set(program, &open, SECCOMP_RET_ALLOW);
    filter_call_set(program, &closed, denied);
    filter_answer(program, SECCOMP_RET_ERRNO | ENOSYS);
}

bool host_filter_apply(const struct sandbox_plan *plan)
{
    struct filter_program program;
    if (!plan->is_confined && plan->may_execute) {
        return true;
    }
    filter_begin(&program);
    if (!plan->may_execute) { /* the errno of a file that may not be executed, which shells know */
        filter_call(&program, SYS_execve, no_access);
        filter_call(&program, SYS_execveat, no_access);
    }
    if (plan->is_confined) {
        judge_arguments(&program, plan);
        judge_numbers(&program, plan);
    } else {
        filter_answer(&program, SECCOMP_RET_ALLOW);
    }
    return filter_install(&program);
}
