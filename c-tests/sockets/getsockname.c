/* CALLS: getsockname, getpeername */
#include "check.h"

#include "sockets/address.h"

int main(void)
{
    int pair[2];
    tcp_pair(pair);
    struct sockaddr_in mine, theirs;
    socklen_t size = sizeof mine;
    OK(getsockname(pair[0], (struct sockaddr *)&mine, &size));
    size = sizeof theirs;
    OK(getpeername(pair[1], (struct sockaddr *)&theirs, &size));
    IS(size, 16);
    CHECK(memcmp(&mine, &theirs, 8) == 0);

    /* A short buffer gets the beginning, and the size that there would have been. */
    char short_buffer[5] = "....";
    size = 4;
    OK(getpeername(pair[1], (struct sockaddr *)short_buffer, &size));
    IS(size, 16);
    IS(short_buffer[0], AF_INET);
    IS(short_buffer[4], 0);
    size = 0;
    OK(getsockname(pair[1], (struct sockaddr *)short_buffer, &size));
    IS(size, 16);
    size = 1000;
    char long_buffer[1000];
    OK(getsockname(pair[1], (struct sockaddr *)long_buffer, &size));
    IS(size, 16);

    size = (socklen_t)-1;
    ERR(getsockname(pair[0], (struct sockaddr *)&mine, &size), EINVAL);
    ERR(getpeername(pair[0], (struct sockaddr *)&mine, &size), EINVAL);
    size = sizeof mine;
    ERR(RAW(SYS_getsockname, pair[0], bad_pointer(), &size), EFAULT);
    ERR(RAW(SYS_getsockname, pair[0], &mine, bad_pointer()), EFAULT);
    ERR(RAW(SYS_getpeername, pair[0], bad_pointer(), &size), EFAULT);
    ERR(RAW(SYS_getpeername, pair[0], &mine, bad_pointer()), EFAULT);
    ERR(getsockname(-1, (struct sockaddr *)&mine, &size), EBADF);
    ERR(getpeername(-1, (struct sockaddr *)&mine, &size), EBADF);
    int file = make_file("file", "");
    ERR(getsockname(file, (struct sockaddr *)&mine, &size), ENOTSOCK);
    ERR(getpeername(file, (struct sockaddr *)&mine, &size), ENOTSOCK);
    int lonely = (int)OK(socket(AF_INET, SOCK_STREAM, 0));
    size = sizeof mine;
    ERR(getpeername(lonely, (struct sockaddr *)&mine, &size), ENOTCONN);
    return done();
}
