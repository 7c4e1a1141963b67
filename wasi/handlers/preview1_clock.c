/* Clocks, by libc: it asks the vDSO, without a system call. */
#define _GNU_SOURCE
#include "wasi/_generated/preview1_handlers.h"
#include "wasi/errors.h"
#include "wasi/guest_memory.h"

#include <errno.h>
#include <stdint.h>
#include <time.h>

#define NANOSECONDS UINT64_C(1000000000)

/* By clockid, which the entry has checked. */
static const clockid_t clocks[] = {CLOCK_REALTIME, CLOCK_MONOTONIC, CLOCK_PROCESS_CPUTIME_ID,
                                   CLOCK_THREAD_CPUTIME_ID};

/* The nanoseconds go to the guest.  A time before 1970 is none that a timestamp can tell. */
static int64_t put_time(const struct timespec *time, uint32_t at)
{
    const uint64_t nanoseconds = (uint64_t)time->tv_sec * NANOSECONDS + (uint64_t)time->tv_nsec;
    if (time->tv_sec < 0) {
        return -EOVERFLOW;
    }
    return wasi_copy_out(at, &nanoseconds, sizeof nanoseconds) ? 0 : -EFAULT;
}

int64_t preview1_clock_res_get(uint32_t id, uint32_t resolution)
{
    struct timespec time;
    return clock_getres(clocks[id], &time) == 0 ? put_time(&time, resolution) : -EINVAL;
}

int64_t preview1_clock_time_get(uint32_t id, uint64_t precision, uint32_t time_out)
{
    struct timespec time;
    (void)precision;
    return clock_gettime(clocks[id], &time) == 0 ? put_time(&time, time_out) : -EINVAL;
}
