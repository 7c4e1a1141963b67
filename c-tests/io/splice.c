/* CALLS: splice */
#include "check.h"

static long long move(int in, void *in_at, int out, void *out_at, size_t length, unsigned flags)
{
    return RAW(SYS_splice, in, in_at, out, out_at, length, flags);
}

int main(void)
{
    int in = make_file("in", "0123456789"), out = make_file("out", "");
    int ends[2], others[2];
    OK(pipe2(ends, O_NONBLOCK));
    OK(pipe2(others, O_NONBLOCK));

    IS(move(in, 0, ends[1], 0, 4, 0), 4);
    IS(lseek(in, 0, SEEK_CUR), 4);
    int64_t from = 8, to = 3;
    IS(move(in, &from, ends[1], 0, 100, 0), 2);
    IS(from, 10);
    IS(move(ends[0], 0, out, &to, 5, 0), 5);
    IS(to, 8);
    IS(lseek(out, 0, SEEK_END), 8);
    IS(move(ends[0], 0, others[1], 0, 100, 0), 1); /* pipe to pipe */
    char buffer[8] = {0};
    IS(read(others[0], buffer, 8), 1);
    TEXT(buffer, "9");
    ERR(move(ends[0], 0, out, 0, 1, 2), EAGAIN);
    IS(move(in, 0, ends[1], 0, 0, 0), 0);

    ERR(move(in, 0, out, 0, 1, 0), EINVAL); /* neither is a pipe */
    ERR(move(ends[0], 0, ends[1], 0, 1, 0), EINVAL);
    ERR(move(-1, 0, ends[1], 0, 1, 0), EBADF);
    ERR(move(in, 0, -1, 0, 1, 0), EBADF);
    ERR(move(in, 0, ends[0], 0, 1, 0), EBADF);
    ERR(move(in, 0, ends[1], 0, 1, 1 << 20), EINVAL);
    ERR(move(in, bad_pointer(), ends[1], 0, 1, 0), EFAULT);
    ERR(move(ends[0], &from, out, 0, 1, 0), ESPIPE);
    ERR(move(in, 0, ends[1], &to, 1, 0), ESPIPE);
    OK(write(ends[1], "x", 1));
    ERR(move(ends[0], 0, (int)OK(open("out", O_WRONLY | O_APPEND)), 0, 1, 0), EINVAL);
    return done();
}
