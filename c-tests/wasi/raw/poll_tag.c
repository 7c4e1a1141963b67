/* poll_oneoff: a kind of subscription that there is none of. */
#include "preview1.h"

int main(void)
{
    uint64_t subscription[6] = {1, 3, 0, 0, 0, 0}, events[4];
    uint32_t count = 0;
    UNKNOWN(p1_poll_oneoff(subscription, events, 1, &count));
    subscription[1] = 0xff;
    UNKNOWN(p1_poll_oneoff(subscription, events, 1, &count));
    return done();
}
