/* CALLS: select, pselect6, pipe2 */
/* A row of fifty pipes: select finds which are readable, and every byte moves one pipe on until all have passed. */
#include "check.h"

#include <sys/select.h>

enum { PIPES = 50, BYTES = 200 };

static int pipes[PIPES][2], highest;
static char arrived[BYTES];
static int count, steps;

/* Moves what is readable one pipe on. */
static void move(const fd_set *ready)
{
    for (int i = 0; i < PIPES; i++) {
        char buffer[7]; /* small, so that the pipes stay busy */
        if (!FD_ISSET(pipes[i][0], ready)) {
            continue;
        }
        ssize_t n = read(pipes[i][0], buffer, sizeof buffer);
        if (n <= 0) {
            check_failed(__FILE__, __LINE__, "pipe %d is not readable", i);
        } else if (i + 1 < PIPES) {
            if (write(pipes[i + 1][1], buffer, (size_t)n) != n) {
                check_failed(__FILE__, __LINE__, "pipe %d does not take it", i + 1);
            }
        } else {
            memcpy(arrived + count, buffer, (size_t)n);
            count += (int)n;
        }
    }
}

int main(void)
{
    for (int i = 0; i < PIPES; i++) {
        if (pipe2(pipes[i], O_NONBLOCK) != 0) {
            check_failed(__FILE__, __LINE__, "pipe2: %s", errno_name(errno));
        }
        highest = pipes[i][1] > highest ? pipes[i][1] : highest;
    }
    char text[BYTES];
    for (int i = 0; i < BYTES; i++) {
        text[i] = (char)('a' + i % 26);
    }
    IS(write(pipes[0][1], text, BYTES), BYTES);
    for (; count < BYTES && steps < 100000; steps++) {
        fd_set reading;
        FD_ZERO(&reading);
        for (int i = 0; i < PIPES; i++) {
            FD_SET(pipes[i][0], &reading);
        }
        struct timespec limit = {5, 0};
        int ready = steps % 2 ? select(highest + 1, &reading, NULL, NULL, NULL)
                              : pselect(highest + 1, &reading, NULL, NULL, &limit, NULL);
        int marked = 0;
        for (int i = 0; i < PIPES; i++) {
            marked += FD_ISSET(pipes[i][0], &reading) != 0;
        }
        if (ready <= 0 || ready != marked) {
            check_failed(__FILE__, __LINE__, "%d ready, %d marked", ready, marked);
            break;
        }
        move(&reading);
    }
    IS(count, BYTES);
    CHECK(memcmp(text, arrived, BYTES) == 0);
    return done();
}
