/* CALLS: copy_file_range */
#include "check.h"

static long long copy(int in, void *in_at, int out, void *out_at, size_t length, unsigned flags)
{
    return RAW(SYS_copy_file_range, in, in_at, out, out_at, length, flags);
}

int main(void)
{
    int in = make_file("in", "0123456789"), out = make_file("out", "abcdefghij");
    IS(copy(in, 0, out, 0, 4, 0), 4);
    IS(lseek(in, 0, SEEK_CUR), 4);
    IS(lseek(out, 0, SEEK_CUR), 4);
    TEXT(content_of("out"), "0123efghij");

    int64_t from = 8, to = 20;
    IS(copy(in, &from, out, &to, 100, 0), 2);
    IS(from, 10);
    IS(to, 22);
    IS(lseek(in, 0, SEEK_CUR), 4);
    IS(lseek(out, 0, SEEK_END), 22);
    IS(copy(in, &from, out, &to, 100, 0), 0);
    IS(copy(in, 0, out, 0, 0, 0), 0);

    from = 0, to = 5;
    IS(copy(out, &from, out, &to, 3, 0), 3); /* within one file */
    TEXT(content_of("out"), "0123e012ij");
    from = 0, to = 2;
    ERR(copy(out, &from, out, &to, 3, 0), EINVAL); /* the ranges overlap */

    ERR(copy(in, 0, out, 0, 1, 1), EINVAL);
    ERR(copy(-1, 0, out, 0, 1, 0), EBADF);
    ERR(copy(in, 0, -1, 0, 1, 0), EBADF);
    ERR(copy(in, bad_pointer(), out, 0, 1, 0), EFAULT);
    ERR(copy(in, 0, out, bad_pointer(), 1, 0), EFAULT);
    from = -1;
    ERR2(copy(in, &from, out, 0, 1, 0), EOVERFLOW, EINVAL);
    ERR(copy(in, 0, (int)OK(open("out", O_RDONLY)), 0, 1, 0), EBADF);
    ERR(copy(in, 0, (int)OK(open("out", O_WRONLY | O_APPEND)), 0, 1, 0), EBADF);
    ERR(copy((int)OK(open(".", O_RDONLY)), 0, out, 0, 1, 0), EISDIR);
    int ends[2];
    OK(pipe(ends));
    ERR(copy(in, 0, ends[1], 0, 1, 0), EINVAL);
    return done();
}
