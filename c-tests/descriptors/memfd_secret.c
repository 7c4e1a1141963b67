/* CALLS: memfd_secret */
/* A memory file that only mappings reach. */
#include "check.h"

#include <sys/mman.h>

#ifndef SYS_memfd_secret
#define SYS_memfd_secret 447
#endif

int main(void)
{
    int fd = (int)RAW(SYS_memfd_secret, O_CLOEXEC);
    if (fd < 0) {
        skip("this kernel has no secret memory");
    }
    char buffer[4];
    IS(fcntl(fd, F_GETFD), FD_CLOEXEC);
    OK(ftruncate(fd, 8192));
    ERR2(read(fd, buffer, 1), EINVAL, EBADF);
    ERR2(write(fd, "x", 1), EINVAL, EBADF);
    char *memory = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    CHECK(memory != MAP_FAILED);
    memory[8191] = 'x';
    CHECK(memory[8191] == 'x' && memory[0] == 0);
    CHECK(mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, fd, 0) == MAP_FAILED && errno == EINVAL);
    OK(munmap(memory, 8192));
    ERR(RAW(SYS_memfd_secret, 1), EINVAL);
    return done();
}
