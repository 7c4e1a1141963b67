/* Standard input is a pipe whose writer takes its time: polling says when there is something, and when it
 * ends. */
#include "preview1.h"

struct subscription {
    uint64_t userdata;
    uint64_t tag;
    uint64_t id;
    uint64_t timeout;
    uint64_t precision;
    uint64_t flags;
};

struct event {
    uint64_t userdata;
    uint16_t error;
    uint8_t type;
    uint64_t bytes;
    uint16_t flags;
};

int main(void)
{
    char buffer[64];
    struct iov room = iov(buffer, sizeof buffer);
    uint32_t size = 0, count = 0;
    struct event events[2];
    struct subscription wait[] = {{.userdata = 1, .tag = 1, .id = 0},
                                  {.userdata = 2, .id = 1, .timeout = 1000000}};
    GIVES(p1_poll_oneoff(wait, events, 2, &count), W_SUCCESS); /* nothing is there yet: the clock */
    CHECK(count == 1 && events[0].userdata == 2);
    say("waiting");
    wait[1].timeout = 60000000000;
    GIVES(p1_poll_oneoff(wait, events, 2, &count), W_SUCCESS);
    CHECK(count == 1 && events[0].userdata == 1 && events[0].error == 0 && events[0].bytes == 5);
    CHECK((events[0].flags & 1) == 0);
    GIVES(p1_fd_read(0, &room, 1, &size), W_SUCCESS);
    CHECK(size == 5 && memcmp(buffer, "first", 5) == 0);
    say("reading");
    GIVES(p1_fd_read(0, &room, 1, &size), W_SUCCESS); /* waits by itself */
    CHECK(size == 6 && memcmp(buffer, "second", 6) == 0);
    say("ending");
    GIVES(p1_poll_oneoff(wait, events, 2, &count), W_SUCCESS);
    CHECK(count == 1 && events[0].userdata == 1 && events[0].type == 1);
    CHECK((events[0].flags & 1) != 0); /* hung up */
    GIVES(p1_fd_read(0, &room, 1, &size), W_SUCCESS);
    IS(size, 0);
    return done();
}
