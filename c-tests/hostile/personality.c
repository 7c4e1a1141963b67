/* What would change the rights of pages, or map the first one, is refused. */
#include "check.h"

#include <sys/personality.h>

int main(void)
{
    ERR(RAW(SYS_personality, READ_IMPLIES_EXEC), EINVAL);
    ERR(RAW(SYS_personality, MMAP_PAGE_ZERO), EINVAL);
    ERR(RAW(SYS_personality, PER_SVR4), EINVAL);
    ERR(RAW(SYS_personality, PER_BSD), EINVAL);
    IS(RAW(SYS_personality, 0xffffffff), PER_LINUX);
    return done();
}
