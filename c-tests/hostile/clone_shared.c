/* CALLS: clone */
/* What a child may not share with its parent here; and a stack, which is for libc to set. */
#include "check.h"

#include <sched.h>
#include <signal.h>
#include <sys/wait.h>

#define CLONE(flags, stack) RAW(SYS_clone, flags, stack, 0, 0, 0)

static volatile int value = 1;

static int nothing(void *unused)
{
    (void)unused;
    return 0;
}

/* The same by libc's clone, which passes its flags on. */
static void by_libc(void)
{
    static char stack[4096];
    char *const top = stack + sizeof stack;
    ERR(clone(nothing, top, CLONE_VM | SIGCHLD, NULL), EINVAL);
    ERR(clone(nothing, top, CLONE_VM | CLONE_VFORK | CLONE_FILES | SIGCHLD, NULL), EINVAL);
    ERR(clone(nothing, top, CLONE_VM | CLONE_VFORK | CLONE_SIGHAND | SIGCHLD, NULL), EINVAL);
    ERR(clone(nothing, top, CLONE_VM | CLONE_THREAD | CLONE_SIGHAND, NULL), EINVAL);
    ERR(clone(nothing, top, CLONE_SETTLS | SIGCHLD, NULL), EINVAL);
}

int main(void)
{
    char stack[64];
    int status;
    ERR(CLONE(CLONE_VM | 17, 0), EINVAL);
    ERR(CLONE(CLONE_VM | CLONE_SIGHAND | CLONE_THREAD | 17, stack), EINVAL);
    ERR(CLONE(CLONE_FILES | 17, 0), EINVAL);
    ERR(CLONE(CLONE_VM | CLONE_VFORK | CLONE_FILES | 17, 0), EINVAL);
    ERR(CLONE(CLONE_VM | CLONE_VFORK | CLONE_SETTLS | 17, stack), EINVAL);
    ERR(CLONE(CLONE_SETTLS | 17, 0), EINVAL);

    by_libc();
    long pid = CLONE(CLONE_VM | CLONE_VFORK | 17, stack);
    if (pid == 0) {
        value = 2;
        _exit(value);
    }
    CHECK(waitpid((int)pid, &status, 0) == pid);
    IS(WEXITSTATUS(status), 2);
    IS(value, 2);
    return done();
}
