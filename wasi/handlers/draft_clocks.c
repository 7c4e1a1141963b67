/* wasi:clocks of the draft, and wasi:poll. */
#define _GNU_SOURCE
#include "wasi/_generated/draft_handlers.h"
#include "wasi/_generated/preview2_handlers.h"
#include "wasi/canonical.h"
#include "wasi/resources.h"
#include "wasi/waiting.h"

#include <string.h>

uint32_t draft_monotonic_clock_subscribe(uint64_t when, uint32_t absolute)
{
    return absolute ? preview2_monotonic_clock_subscribe_instant(when)
                    : preview2_monotonic_clock_subscribe_duration(when);
}

/* A handle of a timezone is always a wrong one, for no function gives one out: this ends the guest. */
static void no_timezone(uint32_t handle)
{
    resource_release(resource_get(handle, RESOURCE_TIMEZONE));
}

void draft_timezone_display(uint32_t this, const struct wit_datetime *when,
                            struct wit_timezone_display *answer)
{
    (void)when, (void)answer;
    no_timezone(this);
}

uint32_t draft_timezone_utc_offset(uint32_t this, const struct wit_datetime *when)
{
    (void)when;
    no_timezone(this);
    return 0;
}

/* A byte for each pollable: all of the list, of which those that are ready are set. */
static void answer_bytes(const uint32_t *ready, uint32_t count, void *to)
{
    struct wasi_list *const answer = to;
    char bytes[MOST_POLLABLES];
    memset(bytes, 0, answer->count);
    for (uint32_t i = 0; i < count; i++) {
        bytes[ready[i]] = 1;
    }
    *answer = wit_bytes_out(bytes, answer->count);
}

void draft_poll_oneoff(struct wasi_list in, struct wasi_list *answer)
{
    *answer = (struct wasi_list){1, in.count};
    if (in.count > 0) {
        pollables_wait(in, answer_bytes, answer);
    }
}
