/* CALLS: pause, alarm */
/* EXPECT: signal: 14 */
#include "check.h"

#include <sys/time.h>

int main(void)
{
    struct itimerval soon = {.it_value = {0, 20000}};
    OK(RAW(SYS_setitimer, ITIMER_REAL, &soon, 0));
    say("waiting");
    RAW(SYS_pause);
    say("NOT REACHED");
    return done();
}
