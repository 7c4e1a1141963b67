/* poll_oneoff: clocks of both kinds, files, several at once, and what is wrong in a list. */
#include "preview1.h"

struct subscription {
    uint64_t userdata;
    uint8_t tag;             /* 0 a clock, 1 reading, 2 writing */
    _Alignas(8) uint32_t id; /* of the clock, or the descriptor */
    uint64_t timeout;
    uint64_t precision;
    uint16_t flags;
};

struct event {
    uint64_t userdata;
    uint16_t error;
    uint8_t type;
    uint64_t bytes;
    uint16_t flags;
};

_Static_assert(sizeof(struct subscription) == 48 && sizeof(struct event) == 32,
               "as the interface lays them out");

enum { REALTIME, MONOTONIC, CLOCK = 0, READ = 1, WRITE = 2, ABSOLUTE = 1, MS = 1000000 };

static struct event events[8];
static uint32_t count;

static struct subscription clock_in(uint64_t userdata, uint32_t id, uint64_t timeout, uint16_t flags)
{
    return (struct subscription){
        .userdata = userdata, .tag = CLOCK, .id = id, .timeout = timeout, .flags = flags};
}

static struct subscription file(uint64_t userdata, uint8_t tag, uint32_t fd)
{
    return (struct subscription){.userdata = userdata, .tag = tag, .id = fd};
}

static int poll(const struct subscription *in, uint32_t how_many)
{
    memset(events, 0xee, sizeof events);
    count = 0xeeeeeeee;
    return p1_poll_oneoff(in, events, how_many, &count);
}

static uint64_t now(uint32_t clock)
{
    uint64_t time = 0;
    p1_clock_time_get(clock, 0, &time);
    return time;
}

/* The event of this userdata, or NULL. */
static const struct event *event_of(uint64_t userdata)
{
    for (uint32_t i = 0; i < count && i < 8; i++) {
        if (events[i].userdata == userdata) {
            return &events[i];
        }
    }
    return NULL;
}

static void clocks(void)
{
    uint64_t before = now(MONOTONIC);
    struct subscription wait = clock_in(0x1234567812345678, MONOTONIC, 20 * MS, 0);
    GIVES(poll(&wait, 1), W_SUCCESS);
    CHECK(now(MONOTONIC) - before >= 20 * MS);
    IS(count, 1);
    CHECK(events[0].userdata == 0x1234567812345678 && events[0].error == 0 && events[0].type == CLOCK);
    CHECK(events[1].userdata == 0xeeeeeeeeeeeeeeee); /* nothing beyond it */
    uint64_t due = now(MONOTONIC) + 10 * MS;
    wait = clock_in(1, MONOTONIC, due, ABSOLUTE);
    GIVES(poll(&wait, 1), W_SUCCESS);
    CHECK(now(MONOTONIC) >= due);
    wait = clock_in(1, MONOTONIC, 1, ABSOLUTE); /* long over */
    GIVES(poll(&wait, 1), W_SUCCESS);
    IS(count, 1);
    due = now(REALTIME) + 10 * MS;
    wait = clock_in(1, REALTIME, due, ABSOLUTE);
    GIVES(poll(&wait, 1), W_SUCCESS);
    CHECK(now(REALTIME) >= due);
    wait = clock_in(1, REALTIME, 5 * MS, 0);
    GIVES(poll(&wait, 1), W_SUCCESS);

    struct subscription several[] = {clock_in(1, MONOTONIC, 3600000ULL * MS, 0),
                                     clock_in(2, MONOTONIC, 5 * MS, 0),
                                     clock_in(3, REALTIME, 3600000ULL * MS, 0)};
    GIVES(poll(several, 3), W_SUCCESS); /* the nearest alone */
    IS(count, 1);
    CHECK(event_of(2) != NULL);
    wait = clock_in(1, 77, MS, 0);
    int code = poll(&wait, 1);
    CHECK(code == W_INVAL || (code == 0 && count == 1 && events[0].error == W_INVAL));
}

static void files(void)
{
    uint32_t fd = created("file", "0123456789");
    uint64_t position;
    p1_fd_seek(fd, 3, 0, &position);
    struct subscription both[] = {file(10, READ, fd), file(11, WRITE, fd),
                                  clock_in(12, MONOTONIC, 3600000ULL * MS, 0)};
    GIVES(poll(both, 3), W_SUCCESS);
    IS(count, 2);
    const struct event *readable = event_of(10), *writable = event_of(11);
    CHECK(readable && readable->error == 0 && readable->type == READ);
    CHECK(readable && readable->bytes >= 1 && readable->bytes <= 7); /* a hint: what is left, or one */
    CHECK(writable && writable->error == 0 && writable->type == WRITE);
    struct subscription output = file(1, WRITE, 1);
    GIVES(poll(&output, 1), W_SUCCESS);
    CHECK(count == 1 && events[0].type == WRITE && events[0].error == 0);
    struct subscription input = file(1, READ, 0); /* at its end */
    GIVES(poll(&input, 1), W_SUCCESS);
    CHECK(count == 1 && events[0].type == READ && events[0].error == 0);
}

static void wrong(void)
{
    struct subscription one = file(1, READ, 99);
    int code = poll(&one, 1); /* of the call, or of the event */
    CHECK(code == W_BADF || (code == 0 && count == 1 && events[0].error == W_BADF));
    GIVES(p1_poll_oneoff(&one, events, 0, &count), W_INVAL);
    one = clock_in(1, MONOTONIC, 0, 0);
    FAULTS(p1_poll_oneoff(last(47), events, 1, &count));
    FAULTS(p1_poll_oneoff((void *)0xfffffff0, events, 1, &count));
    FAULTS_OR(p1_poll_oneoff(&one, events, 0x10000000, &count), W_INVAL); /* times 48 beyond 2^32 */
    FAULTS_OR(p1_poll_oneoff(&one, events, 0xffffffff, &count), W_INVAL);
    FAULTS(p1_poll_oneoff(&one, last(31), 1, &count));
    FAULTS(p1_poll_oneoff(&one, events, 1, last(3)));
    GIVES(p1_poll_oneoff(&one, last(32), 1, &count), W_SUCCESS);
    struct event event;
    memcpy(&event, last(32), sizeof event);
    CHECK(event.userdata == 1 && event.type == CLOCK);
}

/* As many as a program may have: each gets its answer. */
static void many(void)
{
    enum { MANY = 2000 };
    static struct subscription in[MANY];
    static struct event out[MANY];
    uint32_t fd = opened("file", 0, 0);
    for (uint32_t i = 0; i < MANY; i++) {
        in[i] = file(i, i % 2 ? READ : WRITE, fd);
    }
    GIVES(p1_poll_oneoff(in, out, MANY, &count), W_SUCCESS);
    IS(count, MANY);
    static bool seen[MANY];
    bool right = true;
    for (uint32_t i = 0; i < MANY && i < count; i++) {
        right = right && out[i].userdata < MANY && !seen[out[i].userdata] && out[i].error == 0;
        right = right && out[i].type == (out[i].userdata % 2 ? READ : WRITE);
        seen[out[i].userdata % MANY] = true;
    }
    CHECK(right);
}

int main(void)
{
    clocks();
    files();
    wrong();
    many();
    return done();
}
