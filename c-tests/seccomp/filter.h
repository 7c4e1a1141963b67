/* Filters, as programs write them. */
#ifndef FILTER_H
#define FILTER_H

#include "../check.h"

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

#define LOAD(field) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
/* The low half of an argument. */
#define LOAD_ARG(n) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args) + 8 * (n))
#define RETURN(value) BPF_STMT(BPF_RET | BPF_K, (value))
#define IF_EQUAL(value, yes, no) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (value), (yes), (no))

static inline long install_with(unsigned flags, const struct sock_filter *code, size_t length)
{
    struct sock_fprog program = {(unsigned short)length, (struct sock_filter *)code};
    return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &program);
}

/* A filter with one answer for one call; all others may pass, if they are ours. */
static inline long filter_call(unsigned flags, int number, unsigned answer)
{
    const struct sock_filter code[] = {
        LOAD(arch),           IF_EQUAL(AUDIT_ARCH_X86_64, 1, 0), RETURN(SECCOMP_RET_KILL_PROCESS),
        LOAD(nr),             IF_EQUAL((unsigned)number, 0, 1),  RETURN(answer),
        RETURN(SECCOMP_RET_ALLOW),
    };
    return install_with(flags, code, COUNT(code));
}

static inline void no_new_privileges(void)
{
    IS(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), 0);
}

/* Prints how a child has ended. */
static inline void say_end(const char *who, int pid)
{
    int status = -1;
    CHECK(waitpid(pid, &status, 0) == pid);
    if (WIFSIGNALED(status)) {
        say("%s: signal %d", who, WTERMSIG(status));
    } else {
        say("%s: exit %d", who, WEXITSTATUS(status));
    }
}

/* Runs a function in a child, which ends with what it answers. */
static inline void in_child(const char *who, int (*function)(void))
{
    fflush(stdout);
    const int pid = fork();
    if (pid == 0) {
        const struct rlimit no_core = {0, 0};
        setrlimit(RLIMIT_CORE, &no_core);
        const int status = function();
        fflush(stdout);
        _exit(status != 0 ? status : check_failures != 0);
    }
    say_end(who, pid);
}

#endif
