/* CALLS: sendfile */
#include "check.h"

#include <sys/sendfile.h>

int main(void)
{
    int in = make_file("in", "0123456789"), out = make_file("out", "");
    IS(sendfile(out, in, NULL, 4), 4);
    IS(lseek(in, 0, SEEK_CUR), 4);
    off_t at = 8;
    IS(sendfile(out, in, &at, 100), 2);
    IS(at, 10);
    IS(lseek(in, 0, SEEK_CUR), 4);
    IS(sendfile(out, in, &at, 100), 0);
    IS(sendfile(out, in, NULL, 0), 0);
    TEXT(content_of("out"), "012389");

    int ends[2];
    OK(pipe(ends));
    IS(sendfile(ends[1], in, NULL, 100), 6);
    char buffer[8] = {0};
    IS(read(ends[0], buffer, 7), 6);
    TEXT(buffer, "456789");

    ERR(sendfile(-1, in, NULL, 1), EBADF);
    ERR(sendfile(out, -1, NULL, 1), EBADF);
    ERR(sendfile((int)OK(open("out", O_RDONLY)), in, NULL, 1), EBADF);
    ERR(sendfile((int)OK(open("out", O_WRONLY | O_APPEND)), in, NULL, 1), EINVAL);
    ERR(RAW(SYS_sendfile, out, in, bad_pointer(), 1), EFAULT);
    at = -1;
    ERR(sendfile(out, in, &at, 1), EINVAL);
    ERR(sendfile(out, ends[0], &at, 1), ESPIPE);
    ERR(sendfile(out, (int)OK(open(".", O_RDONLY)), NULL, 1), EINVAL);
    return done();
}
