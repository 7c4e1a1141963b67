/* CALLS: prctl */
#include "check.h"

#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>

static long call(int option, unsigned long a, unsigned long b, unsigned long c, unsigned long d)
{
    return RAW(SYS_prctl, option, a, b, c, d);
}

/* The address as a register holds it. */
static unsigned long at(const void *address)
{
    return (unsigned long)(uintptr_t)address;
}

static void names(void)
{
    char name[17] = "untouched.......";
    IS(call(PR_SET_NAME, at("short"), 0, 0, 0), 0);
    IS(call(PR_GET_NAME, at(name), 0, 0, 0), 0);
    TEXT(name, "short");
    IS(call(PR_SET_NAME, at("a name that is much too long"), 0, 0, 0), 0);
    IS(call(PR_GET_NAME, at(name), 0, 0, 0), 0);
    TEXT(name, "a name that is ");
    TEXT(content_of("/proc/self/comm"), "a name that is \n");
    ERR(call(PR_SET_NAME, at(bad_pointer()), 0, 0, 0), EFAULT);
    ERR(call(PR_GET_NAME, at(bad_pointer()), 0, 0, 0), EFAULT);
}

static void process(void)
{
    int value = -1;
    IS(call(PR_SET_PDEATHSIG, SIGHUP, 0, 0, 0), 0);
    IS(call(PR_GET_PDEATHSIG, at(&value), 0, 0, 0), 0);
    IS(value, SIGHUP);
    IS(call(PR_SET_PDEATHSIG, 0, 0, 0, 0), 0);
    ERR(call(PR_SET_PDEATHSIG, 65, 0, 0, 0), EINVAL);
    ERR(call(PR_GET_PDEATHSIG, at(bad_pointer()), 0, 0, 0), EFAULT);

    IS(call(PR_GET_CHILD_SUBREAPER, at(&value), 0, 0, 0), 0);
    IS(value, 0);
    IS(call(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0), 0);
    IS(call(PR_GET_CHILD_SUBREAPER, at(&value), 0, 0, 0), 0);
    IS(value, 1);

    IS(call(PR_SET_DUMPABLE, 0, 0, 0, 0), 0);
    IS(call(PR_GET_DUMPABLE, 0, 0, 0, 0), 0);
    IS(call(PR_SET_DUMPABLE, 1, 0, 0, 0), 0);
    IS(call(PR_GET_DUMPABLE, 0, 0, 0, 0), 1);
    ERR(call(PR_SET_DUMPABLE, 2, 0, 0, 0), EINVAL);

    IS(call(PR_SET_TIMERSLACK, 12345, 0, 0, 0), 0);
    IS(call(PR_GET_TIMERSLACK, 0, 0, 0, 0), 12345);
    IS(call(PR_SET_KEEPCAPS, 1, 0, 0, 0), 0);
    IS(call(PR_GET_KEEPCAPS, 0, 0, 0, 0), 1);
    ERR(call(PR_SET_KEEPCAPS, 2, 0, 0, 0), EINVAL);
    IS(call(PR_CAPBSET_READ, 0, 0, 0, 0) >= 0, 1);
    ERR(call(PR_CAPBSET_READ, 9999, 0, 0, 0), EINVAL);
    IS(call(PR_GET_THP_DISABLE, 0, 0, 0, 0), 0);
    IS(call(PR_GET_SECCOMP, 0, 0, 0, 0), 0);

    IS(call(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0), 0);
    ERR(call(PR_SET_NO_NEW_PRIVS, 0, 0, 0, 0), EINVAL);
    ERR(call(PR_SET_NO_NEW_PRIVS, 1, 1, 0, 0), EINVAL);
    IS(call(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), 0);
    IS(call(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0), 1);
    IS(call(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0), 0);
    ERR(call(PR_CAP_AMBIENT, 99, 0, 0, 0), EINVAL);
    ERR(call(9999, 0, 0, 0, 0), EINVAL);
    ERR(call(-1, 0, 0, 0, 0), EINVAL);
}

int main(void)
{
    names();
    process();
    return done();
}
