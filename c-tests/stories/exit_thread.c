/* CALLS: exit */
/* EXPECT: status: 9 */
/* exit, the system call, ends the only thread and with it the process. */
#include "check.h"

int main(void)
{
    say("last words");
    RAW(SYS_exit, 9);
    say("not reached");
    return 1;
}
