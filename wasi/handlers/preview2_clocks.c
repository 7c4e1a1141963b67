/* wasi:clocks, by libc: it asks the vDSO, without a system call. */
#define _GNU_SOURCE
#include "wasi/_generated/preview2_handlers.h"
#include "wasi/canonical.h"
#include "wasi/handlers/preview2_stat.h"
#include "wasi/resources.h"

#include <stdint.h>
#include <time.h>

#define NANOSECONDS UINT64_C(1000000000)

static uint64_t nanoseconds(const struct timespec *time)
{
    return (uint64_t)time->tv_sec * NANOSECONDS + (uint64_t)time->tv_nsec;
}

uint64_t preview2_monotonic_clock_now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return nanoseconds(&time);
}

uint64_t preview2_monotonic_clock_resolution(void)
{
    struct timespec time;
    clock_getres(CLOCK_MONOTONIC, &time);
    return nanoseconds(&time);
}

uint32_t preview2_monotonic_clock_subscribe_instant(uint64_t when)
{
    const union resource_content content = {.pollable = {.due = when}};
    return resource_new(RESOURCE_POLLABLE, &content);
}

uint32_t preview2_monotonic_clock_subscribe_duration(uint64_t when)
{
    const uint64_t begin = preview2_monotonic_clock_now();
    return preview2_monotonic_clock_subscribe_instant(when < UINT64_MAX - begin ? begin + when : UINT64_MAX);
}

/* Where a program is is none of its business: the text allows UTC where there is no timezone. */
void preview2_timezone_display(const struct wit_datetime *when, struct wit_timezone_display *answer)
{
    static const char name[] = "UTC";
    (void)when;
    answer->utc_offset = 0;
    answer->name = wit_bytes_out(name, sizeof name - 1);
    answer->in_daylight_saving_time = 0;
}

uint32_t preview2_timezone_utc_offset(const struct wit_datetime *when)
{
    (void)when;
    return 0;
}

void preview2_wall_clock_now(struct wit_datetime *answer)
{
    struct timespec time;
    clock_gettime(CLOCK_REALTIME, &time);
    wit_put_time(&time, answer);
}

void preview2_wall_clock_resolution(struct wit_datetime *answer)
{
    struct timespec time;
    clock_getres(CLOCK_REALTIME, &time);
    wit_put_time(&time, answer);
}
