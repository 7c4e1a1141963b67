/* clock_res_get and clock_time_get: which clocks there are, and that they run. */
#include "preview1.h"

static uint64_t now(uint32_t clock)
{
    uint64_t time = 0;
    return p1_clock_time_get(clock, 0, &time) == 0 ? time : 0;
}

int main(void)
{
    uint64_t time = 0;
    for (uint32_t clock = 0; clock < 2; clock++) {
        GIVES(p1_clock_res_get(clock, &time), W_SUCCESS);
        CHECK(time > 0 && time <= 1000000000);
        GIVES(p1_clock_time_get(clock, 1000, &time), W_SUCCESS);
        CHECK(time > 0);
        CHECK(now(clock) >= time);
    }
    CHECK(now(0) > 1700000000000000000);           /* realtime since 1970 */
    for (uint32_t clock = 2; clock < 4; clock++) { /* processor time, which an engine need not have */
        int code = p1_clock_time_get(clock, 0, &time);
        CHECK(code == W_SUCCESS || code == W_BADF);
        CHECK(p1_clock_res_get(clock, &time) == code);
    }
    UNKNOWN(p1_clock_res_get(4, &time));
    UNKNOWN(p1_clock_time_get(4, 0, &time));
    UNKNOWN(p1_clock_res_get(0xffffffff, &time));
    FAULTS(p1_clock_time_get(0, 0, last(7)));
    FAULTS(p1_clock_res_get(0, (void *)0xfffffff9));
    GIVES(p1_clock_time_get(1, 0, last(8)), W_SUCCESS);
    memcpy(&time, last(8), 8);
    CHECK(time > 0);

    uint64_t *zero = NULL; /* address 0 is memory like any other */
    __asm__("" : "+r"(zero));
    uint64_t kept;
    memcpy(&kept, zero, 8);
    GIVES(p1_clock_time_get(1, 0, zero), W_SUCCESS);
    uint64_t got;
    memcpy(&got, zero, 8);
    CHECK(got >= time);
    memcpy(zero, &kept, 8);
    return done();
}
