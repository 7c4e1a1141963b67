/* CALLS: acct, swapon, swapoff, reboot, vhangup, iopl, ioperm, init_module, finit_module, delete_module */
/* What only an administrator may do: refused to an ordinary user, and with arguments that could do no harm.
 */
#include "check.h"

/* Calls that a kernel may be built without. */
static void refused(const char *name, long long result)
{
    bool right = result == -1 && (errno == EPERM || errno == ENOSYS);
    say("%s: %s", name, right ? "refused" : errno_name(errno));
    check_failures += !right;
}

int main(void)
{
    become_ordinary_user();
    refused("acct", RAW(SYS_acct, "missing"));
    refused("swapon", RAW(SYS_swapon, "missing", 0));
    refused("swapoff", RAW(SYS_swapoff, "missing"));
    refused("reboot", RAW(SYS_reboot, 0, 0, 0, 0));
    refused("vhangup", RAW(SYS_vhangup));
    refused("init_module", RAW(SYS_init_module, "", 0, ""));
    refused("finit_module", RAW(SYS_finit_module, -1, "", 0));
    refused("delete_module", RAW(SYS_delete_module, "missing", O_NONBLOCK));
    refused("iopl", RAW(SYS_iopl, 3));
    refused("ioperm", RAW(SYS_ioperm, 0x80, 1, 1));
    return done();
}
