/* CALLS: quotactl */
#include "check.h"

#define COMMAND(command, type) ((uint32_t)(command) << 8 | (type))
#define GETFMT 0x800004

int main(void)
{
    uint32_t format;
    become_ordinary_user();
    if (RAW(SYS_quotactl, COMMAND(GETFMT, 77), "/dev/null", 0, &format) < 0 && errno == ENOSYS) {
        skip("this kernel has no quotas");
    }
    ERR(RAW(SYS_quotactl, COMMAND(GETFMT, 77), "/dev/null", 0, &format), EINVAL);
    ERR(RAW(SYS_quotactl, COMMAND(GETFMT, 0), "missing", 0, &format), ENOENT);
    ERR(RAW(SYS_quotactl, COMMAND(GETFMT, 0), "/dev/null", 0, &format), ENOTBLK);
    ERR(RAW(SYS_quotactl, COMMAND(GETFMT, 0), bad_pointer(), 0, &format), EFAULT);
    return done();
}
