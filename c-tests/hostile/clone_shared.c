/* CALLS: clone */
/* What a child may not share with its parent here; and a stack, which is ignored. */
#include "check.h"

#include <linux/sched.h>

#include <sys/wait.h>

#define CLONE(flags, stack) RAW(SYS_clone, flags, stack, 0, 0, 0)

int main(void)
{
    char stack[64];
    int status, value = 1;
    ERR(CLONE(CLONE_VM | 17, 0), EINVAL);
    ERR(CLONE(CLONE_VM | CLONE_SIGHAND | CLONE_THREAD | 17, stack), EINVAL);
    ERR(CLONE(CLONE_FILES | 17, 0), EINVAL);

    long pid = CLONE(CLONE_VM | CLONE_VFORK | CLONE_SETTLS | 17, stack);
    if (pid == 0) {
        value = 2;
        _exit(value);
    }
    CHECK(waitpid((int)pid, &status, 0) == pid);
    IS(WEXITSTATUS(status), 2);
    IS(value, 1);
    return done();
}
