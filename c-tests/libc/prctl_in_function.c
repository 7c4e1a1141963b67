/* CALLS: prctl */
#include "check.h"

/* Programs include <sys/prctl.h> in the middle of a function (zsh does), where declarations may stand and no
 * definitions. */

static void names(void)
{
#include <sys/prctl.h>
    char name[17] = "";
    IS(prctl(PR_SET_NAME, "in between"), 0);
    IS(prctl(PR_GET_NAME, name), 0);
    TEXT(name, "in between");
    IS(prctl(PR_SET_NAME, (unsigned long)"a number", 0L, 0, 0), 0);
    IS(prctl(PR_GET_NAME, name, 0, 0, 0), 0);
    TEXT(name, "a number");

    int (*call)(int, ...) = prctl;
    IS(call(PR_SET_NAME, "by a pointer"), 0);
    IS(prctl(PR_GET_NAME, name, 0L), 0);
    TEXT(name, "by a pointer");
    ERR(prctl(PR_SET_DUMPABLE, (1UL << 40) + 1), EINVAL); // which a number of 32 bits would hide
}

int main(void)
{
    names();
    return done();
}
