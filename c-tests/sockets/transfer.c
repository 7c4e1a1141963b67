/* CALLS: sendmsg, recvmsg, poll, setsockopt */
/* Eight megabytes through a TCP connection inside one process, in scattered pieces of odd sizes, both ends without
 * waiting; what arrives must be what was sent, byte for byte. */
#include "check.h"

#include "sockets/address.h"
#include <poll.h>
#include <sys/uio.h>

enum { TOTAL = 8 << 20, PIECES = 37 };

static unsigned char source[TOTAL], target[TOTAL];

/* Sets up to PIECES buffers from `at` on, of different sizes. */
static int scatter(struct iovec *parts, unsigned char *memory, size_t at, size_t step)
{
    int count = 0;
    for (; count < PIECES && at < TOTAL; count++) {
        size_t size = 1 + (at * 7 + step) % 5000;
        size = size < TOTAL - at ? size : TOTAL - at;
        parts[count] = (struct iovec){memory + at, size};
        at += size;
    }
    return count;
}

int main(void)
{
    int pair[2], short_calls = 0, calls = 0;
    tcp_pair(pair);
    OK(fcntl(pair[0], F_SETFL, O_NONBLOCK));
    OK(fcntl(pair[1], F_SETFL, O_NONBLOCK));
    for (size_t i = 0; i < TOTAL; i++) {
        source[i] = (unsigned char)(i * 2654435761u >> 13);
    }
    size_t sent = 0, received = 0;
    while (received < TOTAL) {
        struct pollfd fds[2] = {{pair[0], sent < TOTAL ? POLLOUT : 0, 0}, {pair[1], POLLIN, 0}};
        if (poll(fds, 2, 5000) <= 0) {
            check_failed(__FILE__, __LINE__, "stuck at %zu of %zu", received, sent);
            break;
        }
        struct iovec parts[PIECES];
        struct msghdr message = {.msg_iov = parts};
        if (fds[0].revents & POLLOUT) {
            message.msg_iovlen = (size_t)scatter(parts, source, sent, 11);
            ssize_t n = sendmsg(pair[0], &message, MSG_NOSIGNAL);
            sent += n > 0 ? (size_t)n : 0;
        }
        if (fds[1].revents & POLLIN) {
            message.msg_iovlen = (size_t)scatter(parts, target, received, 23);
            ssize_t n = recvmsg(pair[1], &message, 0);
            received += n > 0 ? (size_t)n : 0;
            short_calls += n <= 0;
            calls++;
        }
    }
    IS(received, TOTAL);
    IS(short_calls, 0);
    CHECK(calls > 1);
    IS(memcmp(source, target, TOTAL), 0);
    IS(shutdown(pair[0], SHUT_WR), 0);
    char byte;
    OK(fcntl(pair[1], F_SETFL, 0));
    IS(recv(pair[1], &byte, 1, 0), 0);
    return done();
}
