/* CALLS: seccomp */
#include "filter.h"

#include <sched.h>

static int killed_process(void)
{
    IS(filter_call(0, SYS_getppid, SECCOMP_RET_KILL_PROCESS), 0);
    fflush(stdout);
    RAW(SYS_getppid);
    return 0;
}

static int killed_thread(void)
{
    IS(filter_call(0, SYS_getppid, SECCOMP_RET_KILL_THREAD), 0);
    fflush(stdout);
    RAW(SYS_getppid);
    return 0;
}

static int killed_by_unknown(void)
{
    IS(filter_call(0, SYS_getppid, 0x00010000), 0);
    fflush(stdout);
    RAW(SYS_getppid);
    return 0;
}

static int trapped(void)
{
    IS(filter_call(0, SYS_getppid, SECCOMP_RET_TRAP), 0);
    fflush(stdout);
    RAW(SYS_getppid);
    return 0;
}

static int errors(void)
{
    const long parent = RAW(SYS_getppid);
    IS(filter_call(0, SYS_getppid, SECCOMP_RET_LOG), 0);
    CHECK(RAW(SYS_getppid) == parent);
    IS(filter_call(SECCOMP_FILTER_FLAG_LOG, SYS_getpgrp, SECCOMP_RET_ERRNO | 4095), 0);
    errno = 0;
    IS(RAW(SYS_getpgrp), -1);
    say("%d", errno);
    IS(filter_call(SECCOMP_FILTER_FLAG_SPEC_ALLOW, SYS_getsid, SECCOMP_RET_ERRNO | 5000), 0);
    IS(RAW(SYS_getsid, 0), -1);
    say("%d", errno);
    IS(filter_call(0, SYS_getuid, SECCOMP_RET_ERRNO | 0), 0);
    IS(RAW(SYS_getuid), 0);
    IS(filter_call(0, SYS_sched_yield, SECCOMP_RET_TRACE | 7), 0);
    ERR(sched_yield(), ENOSYS);
    IS(filter_call(0, SYS_getgid, 0x7fc00000), 0); /* SECCOMP_RET_USER_NOTIF, and nobody listens */
    ERR(RAW(SYS_getgid), ENOSYS);
    return 0;
}

/* The strictest answer counts, and of equal ones the newest. */
static int several(void)
{
    IS(filter_call(0, SYS_getppid, SECCOMP_RET_ERRNO | EDOM), 0);
    ERR(RAW(SYS_getppid), EDOM);
    IS(filter_call(0, SYS_getppid, SECCOMP_RET_ERRNO | EXDEV), 0);
    ERR(RAW(SYS_getppid), EXDEV);
    IS(filter_call(0, SYS_getppid, SECCOMP_RET_ALLOW), 0);
    IS(filter_call(0, SYS_getppid, SECCOMP_RET_LOG), 0);
    IS(filter_call(0, SYS_getppid, SECCOMP_RET_TRACE), 0);
    ERR(RAW(SYS_getppid), EXDEV);
    IS(filter_call(0, SYS_getppid, SECCOMP_RET_KILL_THREAD), 0);
    IS(filter_call(0, SYS_getppid, SECCOMP_RET_ERRNO | EPERM), 0);
    fflush(stdout);
    RAW(SYS_getppid);
    return 0;
}

/* What the program calculates with, and what it sees of a call. */
static int calculates(void)
{
    const struct sock_filter code[] = {
        LOAD(nr),
        IF_EQUAL(SYS_lseek, 1, 0),
        RETURN(SECCOMP_RET_ALLOW),
        LOAD_ARG(0),
        IF_EQUAL(12345, 1, 0),
        RETURN(SECCOMP_RET_ALLOW),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args) + 12), /* high half of the offset */
        BPF_STMT(BPF_ST, 3),
        LOAD_ARG(1),
        BPF_STMT(BPF_MISC | BPF_TAX, 0),
        BPF_STMT(BPF_LD | BPF_MEM, 3),
        BPF_STMT(BPF_ALU | BPF_ADD | BPF_X, 0),
        BPF_STMT(BPF_ALU | BPF_MUL | BPF_K, 3),
        BPF_STMT(BPF_ALU | BPF_SUB | BPF_K, 7),
        BPF_STMT(BPF_LDX | BPF_W | BPF_LEN, 0),
        BPF_STMT(BPF_ALU | BPF_DIV | BPF_X, 0),
        BPF_STMT(BPF_ALU | BPF_NEG, 0),
        BPF_STMT(BPF_ALU | BPF_XOR | BPF_K, 0xffffffff),
        BPF_STMT(BPF_LDX | BPF_IMM, 35),
        BPF_STMT(BPF_ALU | BPF_LSH | BPF_X, 0),
        BPF_STMT(BPF_STX, 5),
        BPF_STMT(BPF_LDX | BPF_MEM, 5),
        BPF_STMT(BPF_ALU | BPF_OR | BPF_X, 0),
        BPF_STMT(BPF_ALU | BPF_RSH | BPF_K, 1),
        BPF_STMT(BPF_ALU | BPF_AND | BPF_K, 0xffff),
        BPF_STMT(BPF_ALU | BPF_OR | BPF_K, SECCOMP_RET_ERRNO),
        BPF_STMT(BPF_RET | BPF_A, 0),
    };
    static const long long offsets[] = {0, 1, 1000, 0x100000001, 0x7fffffffffff, -1};
    IS(install_with(0, code, COUNT(code)), 0);
    ERR(RAW(SYS_lseek, -1, 0, 0), EBADF);
    for (size_t i = 0; i < COUNT(offsets); i++) {
        IS(RAW(SYS_lseek, 12345, offsets[i], 0), -1);
        say("%d", errno);
    }
    return 0;
}

static int jumps(void)
{
    const struct sock_filter code[] = {
        LOAD(nr),
        BPF_JUMP(BPF_JMP | BPF_JGT | BPF_K, SYS_close, 0, 1),
        BPF_JUMP(BPF_JMP | BPF_JA, 1, 0, 0),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
        IF_EQUAL(SYS_dup, 1, 0),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
        LOAD_ARG(0),
        BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, 1 << 20, 5, 0),
        BPF_STMT(BPF_LDX | BPF_IMM, 2000),
        BPF_JUMP(BPF_JMP | BPF_JGE | BPF_X, 0, 0, 1),
        RETURN(SECCOMP_RET_ERRNO | EDOM),
        BPF_STMT(BPF_LDX | BPF_IMM, 0),
        BPF_STMT(BPF_ALU | BPF_DIV | BPF_X, 0), /* by zero: the same as 0, which kills */
        RETURN(SECCOMP_RET_ERRNO | EXDEV),
    };
    IS(install_with(0, code, COUNT(code)), 0);
    ERR(RAW(SYS_dup, 3000), EDOM);
    ERR(RAW(SYS_dup, 2000), EDOM);
    ERR(RAW(SYS_dup, 1 << 20), EXDEV);
    fflush(stdout);
    RAW(SYS_dup, 1000);
    return 0;
}

int main(void)
{
    no_new_privileges();
    in_child("KILL_PROCESS", killed_process);
    in_child("KILL_THREAD", killed_thread);
    in_child("an unknown action", killed_by_unknown);
    in_child("TRAP without a handler", trapped);
    in_child("errors", errors);
    in_child("several", several);
    in_child("calculates", calculates);
    in_child("jumps", jumps);
    return done();
}
