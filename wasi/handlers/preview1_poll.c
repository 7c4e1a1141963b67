/* Waiting for clocks and files. */
#define _GNU_SOURCE
#include "wali/native/base/kernel.h"
#include "wasi/_generated/preview1_handlers.h"
#include "wasi/_generated/unstable_handlers.h"
#include "wasi/descriptors.h"
#include "wasi/errors.h"
#include "wasi/preview1.h"

#include <poll.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#define NANOSECONDS UINT64_C(1000000000)
#define NEVER UINT64_MAX
/* A call with more subscriptions takes memory for them.  With more than MOST it is EINVAL, as for
 * poll(2) beyond RLIMIT_NOFILE. */
#define USUAL 32
#define MOST UINT32_C(65536)

/* What is waited for. */
struct wait {
    uint64_t userdata;
    uint8_t kind;                  /* EVENT_... */
    bool is_wall;                  /* a time of CLOCK_REALTIME, else of CLOCK_MONOTONIC */
    uint64_t due;                  /* the time, in nanoseconds */
    struct descriptor *descriptor; /* of a file, for descriptor_release() */
};

/* The host's descriptors come in the order of their waits.  The last one may be a timer of CLOCK_REALTIME,
 * which ends when that clock is set, as the timeout of ppoll(2) does not. */
struct waiting {
    uint32_t count;
    uint32_t files;
    struct wait *waits;
    struct pollfd *polled; /* has room for count + 1 */
    int timer;             /* -1: none */
};

static uint64_t now(clockid_t clock)
{
    struct timespec time;
    clock_gettime(clock, &time); /* the vDSO's: no system call */
    return (uint64_t)time.tv_sec * NANOSECONDS + (uint64_t)time.tv_nsec;
}

static struct timespec timespec_of(uint64_t time)
{
    return (struct timespec){(time_t)(time / NANOSECONDS), (long)(time % NANOSECONDS)};
}

/* Processes' time is none that sleeping brings nearer. */
static int64_t wait_for_clock(const struct wasi_subscription *subscription, struct wait *wait)
{
    const bool is_absolute = (subscription->clock.flags & CLOCK_ABSOLUTE) != 0;
    const uint64_t timeout = subscription->clock.timeout;
    if (subscription->clock.id > CLOCK_MONOTONIC || (subscription->clock.flags & ~CLOCK_ABSOLUTE) != 0) {
        return -EINVAL;
    }
    wait->is_wall = is_absolute && subscription->clock.id == CLOCK_REALTIME;
    wait->due = timeout;
    if (!is_absolute) {
        const uint64_t begin = now(CLOCK_MONOTONIC);
        wait->due = timeout < NEVER - begin ? begin + timeout : NEVER;
    }
    return 0;
}

static int64_t wait_for_file(const struct wasi_subscription *subscription, struct wait *wait,
                             struct pollfd *polled)
{
    const bool reads = subscription->kind == EVENT_FD_READ;
    struct descriptor *descriptor;
    const int64_t result = descriptor_get_keeping(subscription->fd, RIGHT_POLL_FD_READWRITE, &descriptor);
    if (result < 0) {
        return result;
    }
    if (descriptor->type == TYPE_DIRECTORY ||
        !descriptor_has(descriptor, reads ? RIGHT_FD_READ : RIGHT_FD_WRITE)) {
        descriptor_release(descriptor);
        return -EBADF;
    }
    wait->descriptor = descriptor;
    *polled = (struct pollfd){.fd = descriptor->host, .events = reads ? POLLIN : POLLOUT};
    return 0;
}

/* An unknown descriptor fails the whole call, for select(2) of libcs expects it. */
static int64_t add(struct waiting *waiting, const struct wasi_subscription *subscription)
{
    struct wait *const wait = &waiting->waits[waiting->count];
    int64_t result = -EINVAL;
    *wait = (struct wait){.userdata = subscription->userdata, .kind = subscription->kind};
    if (subscription->kind == EVENT_CLOCK) {
        result = wait_for_clock(subscription, wait);
    } else if (subscription->kind <= EVENT_FD_WRITE) {
        result = wait_for_file(subscription, wait, &waiting->polled[waiting->files]);
        waiting->files += result == 0;
    }
    waiting->count += result == 0;
    return result;
}

/* The earliest time of those of one clock. */
static uint64_t earliest(const struct waiting *waiting, bool of_wall)
{
    uint64_t due = NEVER;
    for (uint32_t i = 0; i < waiting->count; i++) {
        const struct wait *const wait = &waiting->waits[i];
        if (wait->kind == EVENT_CLOCK && wait->is_wall == of_wall && wait->due < due) {
            due = wait->due;
        }
    }
    return due;
}

static int64_t start_timer(struct waiting *waiting)
{
    const uint64_t due = earliest(waiting, true);
    if (due == NEVER) {
        return 0;
    }
    const int64_t timer = KERNEL(timerfd_create, CLOCK_REALTIME, TFD_CLOEXEC | TFD_NONBLOCK);
    if (timer < 0) {
        return timer;
    }
    waiting->timer = (int)timer;
    waiting->polled[waiting->files] = (struct pollfd){.fd = waiting->timer, .events = POLLIN};
    /* A time of 0 would be no timer. */
    const struct itimerspec spec = {.it_value = timespec_of(due == 0 ? 1 : due)};
    return KERNEL(timerfd_settime, timer, TFD_TIMER_ABSTIME, &spec, NULL);
}

/* The bytes that can be read, at least 1 if it is not known how many. */
static uint64_t bytes_to_read(const struct descriptor *descriptor)
{
    struct stat st;
    int bytes;
    if (descriptor->type == TYPE_REGULAR_FILE) {
        const int64_t at = KERNEL(lseek, descriptor->host, 0, SEEK_CUR);
        const int64_t result = KERNEL(fstat, descriptor->host, &st);
        return at >= 0 && result == 0 && st.st_size > at ? (uint64_t)(st.st_size - at) : 0;
    }
    return KERNEL(ioctl, descriptor->host, FIONREAD, &bytes) == 0 && bytes >= 0 ? (uint64_t)bytes : 1;
}

/* A pipe that nobody reads is in the state of an error, too; other errors are told by the next read or
 * write. */
static uint16_t error_of(const struct wait *wait, short state)
{
    if ((state & POLLNVAL) != 0) {
        return WASI_BADF;
    }
    if ((state & POLLERR) == 0) {
        return WASI_SUCCESS;
    }
    return wait->kind == EVENT_FD_WRITE && wait->descriptor->type == TYPE_UNKNOWN ? WASI_PIPE : WASI_IO;
}

static struct wasi_event file_event(const struct wait *wait, short state)
{
    struct wasi_event event = {.error = error_of(wait, state)};
    if (event.error == WASI_SUCCESS && wait->kind == EVENT_FD_READ) {
        event.bytes = (state & (POLLHUP | POLLIN)) == POLLHUP ? 0 : bytes_to_read(wait->descriptor);
    } else if (event.error == WASI_SUCCESS && (state & POLLOUT) != 0) {
        event.bytes = 1; /* at least */
    }
    event.flags = (state & POLLHUP) != 0 ? EVENT_HANGUP : 0;
    return event;
}

static bool is_due(const struct wait *wait, uint64_t monotonic, uint64_t wall)
{
    return wait->kind == EVENT_CLOCK && wait->due <= (wait->is_wall ? wall : monotonic);
}

/* The time of CLOCK_REALTIME.  Who has set it back since the timer ended does not undo that. */
static uint64_t wall_time(const struct waiting *waiting)
{
    const uint64_t time = now(CLOCK_REALTIME);
    const uint64_t due = earliest(waiting, true);
    const bool has_ended = waiting->timer >= 0 && waiting->polled[waiting->files].revents != 0;
    return has_ended && time < due ? due : time;
}

/* Writes the events of all that has happened, in the order of the subscriptions: their count, or
 * -EFAULT. */
static int64_t tell(const struct waiting *waiting, uint32_t out)
{
    const uint64_t monotonic = now(CLOCK_MONOTONIC), wall = wall_time(waiting);
    const struct pollfd *polled = waiting->polled;
    uint32_t count = 0;
    for (uint32_t i = 0; i < waiting->count; i++) {
        const struct wait *const wait = &waiting->waits[i];
        const short state = wait->kind == EVENT_CLOCK ? 0 : polled++->revents;
        if (state == 0 && !is_due(wait, monotonic, wall)) {
            continue;
        }
        struct wasi_event event = {0};
        if (state != 0) {
            event = file_event(wait, state);
        }
        event.userdata = wait->userdata;
        event.kind = wait->kind;
        const uint64_t to = (uint64_t)out + (uint64_t)count * sizeof event;
        if (to > UINT32_MAX || !wasi_copy_out((uint32_t)to, &event, sizeof event)) {
            return -EFAULT;
        }
        count++;
    }
    return count;
}

static int64_t wait_once(const struct waiting *waiting)
{
    const uint64_t due = earliest(waiting, false), time = now(CLOCK_MONOTONIC);
    struct timespec left = timespec_of(due > time ? due - time : 0);
    const uint32_t files = waiting->files + (waiting->timer >= 0);
    return KERNEL(ppoll, waiting->polled, files, due == NEVER ? NULL : &left, NULL, 0);
}

static int64_t wait_and_tell(struct waiting *waiting, uint32_t out)
{
    int64_t result = start_timer(waiting);
    while (result == 0) {
        result = wait_once(waiting);
        if (result >= 0 || result == -EINTR) {
            result = result == -EINTR ? 0 : tell(waiting, out);
        }
    }
    if (waiting->timer >= 0) {
        KERNEL(close, waiting->timer);
    }
    return result;
}

/* Of the two interfaces, which lay a subscription out differently. */
typedef bool read_subscription(struct wasi_subscription *to, uint32_t from, uint32_t index);

static int64_t poll_all(struct waiting *waiting, read_subscription *read, uint32_t in, uint32_t count,
                        uint32_t out)
{
    struct wasi_subscription subscription;
    int64_t result = 0;
    for (uint32_t i = 0; i < count && result == 0; i++) {
        result = read(&subscription, in, i) ? add(waiting, &subscription) : -EFAULT;
    }
    if (result == 0) {
        result = wait_and_tell(waiting, out);
    }
    for (uint32_t i = 0; i < waiting->count; i++) {
        if (waiting->waits[i].descriptor != NULL) {
            descriptor_release(waiting->waits[i].descriptor);
        }
    }
    return result;
}

static int64_t poll_with(read_subscription *read, uint32_t in, uint32_t out, uint32_t count,
                         uint32_t events_out)
{
    struct wait waits[USUAL];
    struct pollfd polled[USUAL + 1];
    struct waiting waiting = {.waits = waits, .polled = polled, .timer = -1};
    void *more = NULL;
    if (count == 0 || count > MOST) {
        return -EINVAL;
    }
    if (count > USUAL) {
        more = malloc(count * sizeof waits[0] + (count + 1) * sizeof polled[0]);
        if (more == NULL) {
            return -ENOMEM;
        }
        waiting.waits = more;
        waiting.polled = (struct pollfd *)(void *)(waiting.waits + count);
    }
    const int64_t result = poll_all(&waiting, read, in, count, out);
    free(more);
    return result < 0 ? result : wasi_answer_32(events_out, (uint32_t)result);
}

static bool read_element(void *to, uint32_t from, uint32_t index, uint32_t size)
{
    const uint64_t at = (uint64_t)from + (uint64_t)index * size;
    return at <= UINT32_MAX && wasi_copy_in(to, (uint32_t)at, size);
}

static bool read_preview1(struct wasi_subscription *to, uint32_t from, uint32_t index)
{
    return read_element(to, from, index, sizeof *to);
}

int64_t preview1_poll_oneoff(uint32_t in, uint32_t out, uint32_t nsubscriptions, uint32_t nevents)
{
    return poll_with(read_preview1, in, out, nsubscriptions, nevents);
}

/* A clock has an identifier of its own there, in front. */
static bool read_unstable(struct wasi_subscription *to, uint32_t from, uint32_t index)
{
    struct {
        uint64_t userdata;
        uint8_t kind;
        uint8_t unused[7];
        union {
            struct {
                uint64_t identifier;
                uint32_t id;
                uint64_t timeout;
                uint64_t precision;
                uint16_t flags;
            } clock;
            uint32_t fd;
        };
    } given;
    _Static_assert(sizeof given == 56, "subscription of wasi_unstable");
    if (!read_element(&given, from, index, sizeof given)) {
        return false;
    }
    *to = (struct wasi_subscription){.userdata = given.userdata, .kind = given.kind};
    if (given.kind == EVENT_CLOCK) {
        to->clock.id = given.clock.id;
        to->clock.timeout = given.clock.timeout;
        to->clock.precision = given.clock.precision;
        to->clock.flags = given.clock.flags;
    } else {
        to->fd = given.fd;
    }
    return true;
}

int64_t unstable_poll_oneoff(uint32_t in, uint32_t out, uint32_t nsubscriptions, uint32_t nevents)
{
    return poll_with(read_unstable, in, out, nsubscriptions, nevents);
}
