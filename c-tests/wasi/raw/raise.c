/* EXPECT: signal: 15 */
/* proc_raise: the numbers are WASI's own, and what is no signal is refused. */
#include "preview1.h"

int main(void)
{
    GIVES2(p1_proc_raise(0), W_SUCCESS, W_INVAL);
    UNKNOWN(p1_proc_raise(31));
    UNKNOWN(p1_proc_raise(0xffffffff));
    GIVES(p1_proc_raise(16), W_SUCCESS); /* chld, which nobody minds */
    if (check_failures == 0) {
        p1_proc_raise(15); /* term */
    }
    return 1;
}
