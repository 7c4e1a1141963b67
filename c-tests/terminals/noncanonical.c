/* CALLS: read, ioctl */
/* VMIN and VTIME: when a read without lines ends. */
#include "terminal.h"

#include <time.h>

static void set(int fd, cc_t minimum, cc_t tenths)
{
    struct termios modes;
    tcgetattr(fd, &modes);
    modes.c_cc[VMIN] = minimum;
    modes.c_cc[VTIME] = tenths;
    OK(tcsetattr(fd, TCSANOW, &modes));
}

static long long now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

int main(void)
{
    char buffer[16];
    int master = open_master(0), slave = open_slave(master, O_NOCTTY);
    make_raw(slave);

    set(slave, 0, 0); /* never waits */
    IS(read(slave, buffer, sizeof buffer), 0);
    put(master, "abc");
    IS(read(slave, buffer, 2), 2);
    IS(read(slave, buffer, sizeof buffer), 1);

    set(slave, 3, 0);
    put(master, "abcd");
    IS(read(slave, buffer, sizeof buffer), 4);

    set(slave, 0, 2); /* waits for the first byte only so long */
    long long start = now();
    IS(read(slave, buffer, sizeof buffer), 0);
    CHECK(now() - start >= 150);
    put(master, "x");
    IS(read(slave, buffer, sizeof buffer), 1);

    set(slave, 5, 1); /* the time between bytes */
    put(master, "yz");
    start = now();
    IS(read(slave, buffer, sizeof buffer), 2);
    CHECK(now() - start >= 50);

    set(slave, 5, 0);
    put(master, "ab");
    fcntl(slave, F_SETFL, O_NONBLOCK);
    IS(read(slave, buffer, sizeof buffer), 2);
    ERR(read(slave, buffer, sizeof buffer), EAGAIN);
    return done();
}
