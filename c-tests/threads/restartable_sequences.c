/* libc may have registered one already; else none can be had. Either way nothing breaks. */
/* CALLS: gettid */
#include "together.h"

static void *ask(void *unused)
{
    ERR2(RAW(SYS_rseq, 0, 0, 0, 0), EINVAL, ENOSYS);
    return unused;
}

int main(void)
{
    ask(NULL);
    joined(start(ask, NULL));
    return done();
}
