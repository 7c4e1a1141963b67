/* CALLS: seccomp, prctl */
#include "filter.h"

#define OF(...)                                                                                              \
    (struct sock_filter[]){__VA_ARGS__}, sizeof((struct sock_filter[]){__VA_ARGS__}) / sizeof(struct sock_filter)

static void arguments(void)
{
    const struct sock_filter allow = RETURN(SECCOMP_RET_ALLOW);
    struct sock_fprog program = {1, (struct sock_filter *)&allow};
    ERR(RAW(SYS_seccomp, 77, 0, 0), EINVAL);
    ERR(RAW(SYS_seccomp, SECCOMP_SET_MODE_STRICT, 1, 0), EINVAL);
    ERR(RAW(SYS_seccomp, SECCOMP_SET_MODE_STRICT, 0, &program), EINVAL);
    ERR(RAW(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 1 << 20, &program), EINVAL);
    ERR(RAW(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 1 << 20, bad_pointer()), EINVAL);
    ERR(RAW(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, bad_pointer()), EFAULT);
    ERR(RAW(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, 0), EFAULT);
    program.len = 0;
    ERR(RAW(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program), EINVAL);
    program.len = 4097;
    ERR(RAW(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program), EINVAL);
    program.len = 1;
    program.filter = NULL;
    ERR(RAW(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program), EINVAL);
    program.filter = bad_pointer();
    ERR(RAW(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program), EFAULT);
    ERR(prctl(PR_SET_SECCOMP, 0, &program), EINVAL);
    ERR(prctl(PR_SET_SECCOMP, 3, &program), EINVAL);
    ERR(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, bad_pointer()), EFAULT);
}

static void programs(void)
{
    const struct sock_filter end = RETURN(SECCOMP_RET_ALLOW);
    ERR(install_with(0, OF(LOAD(nr))), EINVAL);                                    /* no end */
    ERR(install_with(0, OF(BPF_STMT(BPF_RET | BPF_X, 0))), EINVAL);
    ERR(install_with(0, OF(BPF_STMT(0xffff, 0), end)), EINVAL);
    ERR(install_with(0, OF(BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 2), end)), EINVAL);  /* not aligned */
    ERR(install_with(0, OF(BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 64), end)), EINVAL); /* beyond the end */
    ERR(install_with(0, OF(BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 0), end)), EINVAL);
    ERR(install_with(0, OF(BPF_STMT(BPF_LD | BPF_W | BPF_IND, 0), end)), EINVAL);
    ERR(install_with(0, OF(BPF_STMT(BPF_LDX | BPF_B | BPF_MSH, 0), end)), EINVAL);
    ERR(install_with(0, OF(BPF_STMT(BPF_ALU | BPF_DIV | BPF_K, 0), end)), EINVAL);
    ERR(install_with(0, OF(BPF_STMT(BPF_ALU | BPF_MOD | BPF_K, 3), end)), EINVAL);
    ERR(install_with(0, OF(BPF_STMT(BPF_ALU | BPF_LSH | BPF_K, 32), end)), EINVAL);
    ERR(install_with(0, OF(BPF_STMT(BPF_ST, 16), end)), EINVAL);
    ERR(install_with(0, OF(BPF_STMT(BPF_LD | BPF_MEM, 3), end)), EINVAL); /* never written */
    ERR(install_with(0, OF(BPF_STMT(BPF_JMP | BPF_JA, 1), end)), EINVAL);
    ERR(install_with(0, OF(BPF_STMT(BPF_JMP | BPF_JA, 0xffffffff), end)), EINVAL);
    ERR(install_with(0, OF(IF_EQUAL(1, 0, 1), end)), EINVAL);
    ERR(install_with(0, OF(IF_EQUAL(1, 255, 0), end)), EINVAL);
    /* Written on one way only. */
    ERR(install_with(0, OF(IF_EQUAL(1, 0, 1), BPF_STMT(BPF_ST, 1), BPF_STMT(BPF_LD | BPF_MEM, 1), end)), EINVAL);
    /* On both. */
    IS(install_with(0, OF(IF_EQUAL(1, 0, 2), BPF_STMT(BPF_ST, 1), BPF_STMT(BPF_JMP | BPF_JA, 1),
                          BPF_STMT(BPF_STX, 1), BPF_STMT(BPF_LD | BPF_MEM, 1), end)),
       0);
}

static int without_rights(void)
{
    become_ordinary_user();
    ERR(filter_call(0, SYS_getppid, SECCOMP_RET_ERRNO | EDOM), EACCES);
    struct sock_fprog program = {1, NULL};
    ERR(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program), EACCES);
    ERR(RAW(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, bad_pointer()), EFAULT);
    OK(getppid());
    IS(prctl(PR_GET_SECCOMP), 0);
    no_new_privileges();
    IS(filter_call(0, SYS_getppid, SECCOMP_RET_ERRNO | EDOM), 0);
    ERR(RAW(SYS_getppid), EDOM);
    IS(prctl(PR_GET_SECCOMP), 2);
    ERR(RAW(SYS_seccomp, SECCOMP_SET_MODE_STRICT, 0, 0), EINVAL); /* there is no way back */
    ERR(prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT), EINVAL);
    return 0;
}

static void inquiries(void)
{
    static const unsigned known[] = {SECCOMP_RET_KILL_PROCESS, SECCOMP_RET_KILL_THREAD, SECCOMP_RET_TRAP,
                                     SECCOMP_RET_ERRNO,        SECCOMP_RET_TRACE,       SECCOMP_RET_LOG,
                                     SECCOMP_RET_ALLOW};
    unsigned action;
    unsigned short sizes[3];
    for (size_t i = 0; i < COUNT(known); i++) {
        action = known[i];
        IS(RAW(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action), 0);
    }
    action = SECCOMP_RET_ERRNO | 1;
    ERR(RAW(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action), EOPNOTSUPP);
    action = 0x12340000;
    ERR(RAW(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action), EOPNOTSUPP);
    ERR(RAW(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 1, &action), EINVAL);
    ERR(RAW(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, bad_pointer()), EFAULT);
    IS(RAW(SYS_seccomp, SECCOMP_GET_NOTIF_SIZES, 0, sizes), 0);
    say("%u %u %u", sizes[0], sizes[1], sizes[2]);
    ERR(RAW(SYS_seccomp, SECCOMP_GET_NOTIF_SIZES, 1, sizes), EINVAL);
    ERR(RAW(SYS_seccomp, SECCOMP_GET_NOTIF_SIZES, 0, bad_pointer()), EFAULT);
}

/* As many as the kernel takes, of programs that it translates in different ways. */
static int most(const struct sock_filter *code, size_t length)
{
    static struct sock_filter program[4096];
    int count = 0;
    for (size_t i = 0; i + 1 < COUNT(program); i++) {
        program[i] = code[i % length];
    }
    program[COUNT(program) - 1] = (struct sock_filter)RETURN(SECCOMP_RET_ALLOW);
    while (install_with(0, program, COUNT(program)) == 0) {
        count++;
    }
    say("%d filters of 4096 instructions, then errno %d", count, errno);
    for (size_t length_left = COUNT(program) / 2; length_left > 0; length_left /= 2) {
        while (install_with(0, program + COUNT(program) - length_left, length_left) == 0) {
            count++;
        }
    }
    say("%d filters with smaller ones", count);
    return 0;
}

static int most_loads(void)
{
    return most(OF(LOAD(nr)));
}

static int most_of_others(void)
{
    return most(OF(IF_EQUAL(1, 0, 0), IF_EQUAL(0x80000000, 0, 0), BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, 1, 0, 0),
                   BPF_STMT(BPF_LDX | BPF_IMM, 5), BPF_STMT(BPF_ALU | BPF_DIV | BPF_X, 0), LOAD(arch),
                   BPF_STMT(BPF_MISC | BPF_TAX, 0), BPF_STMT(BPF_ALU | BPF_NEG, 0)));
}

static int most_of_jumps(void)
{
    const struct sock_filter both = BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, 7, 1, 1);
    const struct sock_filter opposite = BPF_JUMP(BPF_JMP | BPF_JGT | BPF_K, 7, 0, 1);
    const struct sock_filter none = BPF_JUMP(BPF_JMP | BPF_JSET | BPF_X, 7, 0, 1);
    const struct sock_filter nothing = BPF_STMT(BPF_JMP | BPF_JA, 0);
    static struct sock_filter program[4096];
    int count = 0;
    for (size_t i = 0; i + 4 < COUNT(program); i += 4) {
        program[i] = both;
        program[i + 1] = opposite;
        program[i + 2] = none;
        program[i + 3] = nothing;
    }
    for (size_t i = COUNT(program) - 4; i < COUNT(program); i++) {
        program[i] = (struct sock_filter)RETURN(SECCOMP_RET_ALLOW);
    }
    while (install_with(0, program, COUNT(program)) == 0) {
        count++;
    }
    say("%d filters of jumps, then errno %d", count, errno);
    return 0;
}

int main(void)
{
    inquiries();
    in_child("without rights", without_rights);
    no_new_privileges();
    arguments();
    programs();
    in_child("loads", most_loads);
    in_child("others", most_of_others);
    in_child("jumps", most_of_jumps);
    return done();
}
