#define _GNU_SOURCE
#include "wasi/waiting.h"

#include "wali/native/base/fatal.h"
#include "wali/native/base/kernel.h"
#include "wasi/canonical.h"
#include "wasi/resources.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <time.h>

#define NANOSECONDS UINT64_C(1000000000)
#define NEVER UINT64_MAX
/* A call with more pollables takes memory for them. */
#define USUAL 32

/* What is waited for; the descriptors have the order of the pollables, and those of clocks are -1, without
 * events. */
struct waiting {
    uint32_t count;
    struct pollable **pollables;
    struct pollfd *polled;
    uint32_t *ready; /* the indexes of those that are */
};

/* What it waits for at this time; 0 for its time, which is 0 of a socket that waits for nothing. */
static short events_of(const struct pollable *pollable)
{
    if (pollable->file == NULL || pollable->events != 0) {
        return pollable->file == NULL ? 0 : pollable->events;
    }
    return atomic_load_explicit(&pollable->file->awaits, memory_order_relaxed);
}

static uint64_t now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time); /* the vDSO's: no system call */
    return (uint64_t)time.tv_sec * NANOSECONDS + (uint64_t)time.tv_nsec;
}

/* The number of those that are ready, of which the indexes are kept. */
static uint32_t find_ready(const struct waiting *waiting)
{
    const uint64_t time = now();
    uint32_t count = 0;
    for (uint32_t i = 0; i < waiting->count; i++) {
        const struct pollfd *const polled = &waiting->polled[i];
        if (polled->events == 0 ? waiting->pollables[i]->due <= time : polled->revents != 0) {
            waiting->ready[count++] = i;
        }
    }
    return count;
}

static uint64_t earliest(const struct waiting *waiting)
{
    uint64_t due = NEVER;
    for (uint32_t i = 0; i < waiting->count; i++) {
        const uint64_t own = waiting->polled[i].events == 0 ? waiting->pollables[i]->due : NEVER;
        due = own < due ? own : due;
    }
    return due;
}

/* Waits until the earliest time at most; without `waits` not at all. */
static void wait_once(const struct waiting *waiting, bool waits)
{
    const uint64_t due = waits ? earliest(waiting) : 0, time = now();
    const uint64_t left = due > time ? due - time : 0;
    struct timespec timeout = {(time_t)(left / NANOSECONDS), (long)(left % NANOSECONDS)};
    int64_t result;
    do {
        result = KERNEL(ppoll, waiting->polled, waiting->count, due == NEVER ? NULL : &timeout, NULL, 0);
    } while (result == -EINTR && due == NEVER);
    if (result < 0 && result != -EINTR) {
        wit_trap("a call of WASI polls %u pollables, which the kernel refuses", waiting->count);
    }
    for (uint32_t i = 0; result < 0 && i < waiting->count; i++) {
        waiting->polled[i].revents = 0;
    }
}

static uint32_t wait_for(const struct waiting *waiting, bool waits)
{
    uint32_t count;
    for (uint32_t i = 0; i < waiting->count; i++) {
        const struct pollable *const pollable = waiting->pollables[i];
        const short events = events_of(pollable);
        waiting->polled[i] = (struct pollfd){.fd = events == 0 ? -1 : pollable->file->host, .events = events};
    }
    do {
        wait_once(waiting, waits);
        count = find_ready(waiting);
    } while (waits && count == 0);
    return count;
}

bool pollable_wait(uint32_t handle, bool waits)
{
    struct pollable *pollable = &resource_get(handle, RESOURCE_POLLABLE)->pollable;
    struct pollfd polled;
    uint32_t ready;
    const struct waiting waiting = {1, &pollable, &polled, &ready};
    const uint32_t count = wait_for(&waiting, waits);
    resource_release((union resource_content *)pollable);
    return count > 0;
}

/* The handles are copied one by one, for another thread may change them. */
static void take(const struct waiting *waiting, uint32_t from)
{
    for (uint32_t i = 0; i < waiting->count; i++) {
        uint32_t handle = 0;
        wasi_copy_in(&handle, from + i * (uint32_t)sizeof handle, sizeof handle);
        waiting->pollables[i] = &resource_get(handle, RESOURCE_POLLABLE)->pollable;
    }
}

static void poll_all(const struct waiting *waiting, uint32_t from,
                     void (*answer)(const uint32_t *ready, uint32_t count, void *to), void *to)
{
    take(waiting, from);
    const uint32_t count = wait_for(waiting, true);
    for (uint32_t i = 0; i < waiting->count; i++) {
        resource_release((union resource_content *)waiting->pollables[i]);
    }
    answer(waiting->ready, count, to);
}

void pollables_wait(struct wasi_list in, void (*answer)(const uint32_t *ready, uint32_t count, void *to),
                    void *to)
{
    struct pollable *pollables[USUAL];
    struct pollfd polled[USUAL];
    uint32_t ready[USUAL];
    struct waiting waiting = {in.count, pollables, polled, ready};
    if (in.count == 0 || in.count > MOST_POLLABLES) {
        wit_trap("a call of WASI polls %u pollables", in.count);
    }
    void *more = NULL;
    if (in.count > USUAL) {
        more = malloc(in.count * (sizeof pollables[0] + sizeof polled[0] + sizeof ready[0]));
        if (more == NULL) {
            guest_abort("no memory for pollables");
        }
        waiting.pollables = more;
        waiting.polled = (struct pollfd *)(void *)(waiting.pollables + in.count);
        waiting.ready = (uint32_t *)(void *)(waiting.polled + in.count);
    }
    poll_all(&waiting, in.at, answer, to);
    free(more);
}
