/* Addresses that the kernel would follow later, on its own: at the end of a thread, or on a signal. */
#include "check.h"

int main(void)
{
    OK(RAW(SYS_set_tid_address, 0xffffffff));
    OK(RAW(SYS_set_tid_address, 0xfffff001));
    OK(RAW(SYS_set_robust_list, 0xfffffff0, 24));
    OK(RAW(SYS_set_robust_list, 0x7ffff003, 24));
    ERR(RAW(SYS_set_robust_list, 0x10000, 23), EINVAL);
    ERR(RAW(SYS_futex, 0xffffffff, 0, 0, 0, 0, 0), EFAULT);
    ERR(RAW(SYS_futex, 0xfffffffc, 1, 1, 0, 0, 0), EFAULT);
    return done(); /* ends with all of them set */
}
