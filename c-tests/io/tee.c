/* CALLS: tee */
#include "check.h"

int main(void)
{
    int ends[2], others[2];
    OK(pipe2(ends, O_NONBLOCK));
    OK(pipe2(others, O_NONBLOCK));
    char buffer[8] = {0};
    OK(write(ends[1], "hello", 5));
    IS(tee(ends[0], others[1], 3, 0), 3);
    IS(read(others[0], buffer, 8), 3);
    TEXT(buffer, "hel");
    IS(read(ends[0], buffer, 8), 5); /* nothing was consumed */
    TEXT(buffer, "hello");
    ERR(tee(ends[0], others[1], 3, 2), EAGAIN);
    IS(tee(ends[0], others[1], 0, 0), 0);

    ERR(tee(ends[0], ends[1], 1, 0), EINVAL);
    ERR(tee(make_file("file", "abc"), others[1], 1, 0), EINVAL);
    ERR(tee(-1, others[1], 1, 0), EBADF);
    ERR(tee(ends[0], -1, 1, 0), EBADF);
    ERR(tee(ends[0], others[1], 1, 1 << 20), EINVAL);
    return done();
}
