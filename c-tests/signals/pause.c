/* CALLS: pause, alarm */
/* EXPECT: signal: 14 */
#include "check.h"

#include <sys/time.h>

int main(void)
{
    struct itimerval soon = {.it_value = {0, 20000}};
    say("waiting"); /* before the clock runs: on a busy machine the signal may come at any time after that */
    RAW(SYS_setitimer, ITIMER_REAL, &soon, 0);
    RAW(SYS_pause);
    say("NOT REACHED");
    return done();
}
