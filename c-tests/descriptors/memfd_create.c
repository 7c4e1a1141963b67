/* CALLS: memfd_create */
#include "check.h"

#include <sys/mman.h>

#define CLOEXEC 1
#define ALLOW_SEALING 2

int main(void)
{
    int fd = (int)OK(RAW(SYS_memfd_create, "name", 0));
    IS(fcntl(fd, F_GETFD), 0);
    IS(write(fd, "abc", 3), 3);
    char buffer[4] = {0};
    IS(pread(fd, buffer, 3, 0), 3);
    TEXT(buffer, "abc");
    ERR(fcntl(fd, F_ADD_SEALS, F_SEAL_GROW), EPERM);
    struct stat status;
    OK(fstat(fd, &status));
    IS(status.st_nlink, 0);
    IS(status.st_mode, S_IFREG | 0777);

    char link[64], target[64] = {0};
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    OK(readlink(link, target, sizeof target - 1));
    TEXT(target, "/memfd:name (deleted)");

    int sealed = (int)OK(RAW(SYS_memfd_create, "", CLOEXEC | ALLOW_SEALING));
    IS(fcntl(sealed, F_GETFD), FD_CLOEXEC);
    IS(write(sealed, "abc", 3), 3);
    OK(fcntl(sealed, F_ADD_SEALS, F_SEAL_GROW | F_SEAL_SHRINK));
    ERR(write(sealed, "d", 1), EPERM);
    ERR(ftruncate(sealed, 0), EPERM);
    IS(pwrite(sealed, "A", 1, 0), 1);
    OK(fcntl(sealed, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_SEAL));
    ERR(pwrite(sealed, "B", 1, 0), EPERM);
    IS(fcntl(sealed, F_GET_SEALS), 15);
    ERR(fcntl(sealed, F_ADD_SEALS, F_SEAL_WRITE), EPERM);

    ERR(RAW(SYS_memfd_create, "name", 1u << 20), EINVAL);
    ERR(RAW(SYS_memfd_create, bad_pointer(), 0), EFAULT);
    OK(RAW(SYS_memfd_create, long_name(249), 0));
    ERR(RAW(SYS_memfd_create, long_name(250), 0), EINVAL);
    return done();
}
