/* CALLS: fcntl */
/* Write life time hints: 64-bit values behind a pointer. */
#include "check.h"

#ifndef F_GET_RW_HINT
#define F_GET_RW_HINT 1035
#define F_SET_RW_HINT 1036
#endif

int main(void)
{
    int fd = make_file("file", "");
    uint64_t hint[2] = {99, 77};
    IS(fcntl(fd, F_GET_RW_HINT, hint), 0);
    IS((long long)hint[0], 0);
    IS((long long)hint[1], 77);
    hint[0] = 3;
    IS(fcntl(fd, F_SET_RW_HINT, hint), 0);
    hint[0] = 0;
    IS(fcntl(open("file", O_RDONLY), F_GET_RW_HINT, hint), 0);
    IS((long long)hint[0], 3);
    hint[0] = 99;
    ERR(fcntl(fd, F_SET_RW_HINT, hint), EINVAL);
    hint[0] = UINT64_C(0x100000003);
    ERR(fcntl(fd, F_SET_RW_HINT, hint), EINVAL);
    ERR(fcntl(fd, F_GET_RW_HINT, bad_pointer()), EFAULT);
    ERR(fcntl(fd, F_SET_RW_HINT, bad_pointer()), EFAULT);
    ERR(fcntl(-1, F_SET_RW_HINT, bad_pointer()), EBADF);
    return done();
}
