/* The last page of the 4 GiB, mapped: everything up to its end works, nothing beyond. */
#include "check.h"

#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <time.h>

#define TOP 0xfffff000u
#define END(bytes) (0xffffffffu - (bytes) + 1)

int main(void)
{
    char *top =
        mmap((void *)TOP, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
    CHECK(top == (void *)TOP);
    memset(top, 'x', 4096);
    int fd = make_file("file", "abcdef");

    IS(RAW(SYS_pread64, fd, END(1), 1, 0), 1);
    IS(RAW(SYS_pwrite64, fd, END(4096), 4096, 0), 4096);
    ERR(RAW(SYS_pread64, fd, END(1), 2, 0), EFAULT);
    ERR(RAW(SYS_pwrite64, fd, END(4096), 4097, 0), EFAULT);

    OK(RAW(SYS_clock_gettime, CLOCK_MONOTONIC, END(16)));
    ERR(RAW(SYS_clock_gettime, CLOCK_MONOTONIC, END(12)), EFAULT);
    OK(RAW(SYS_fstat, fd, END(144)));
    ERR(RAW(SYS_fstat, fd, END(140)), EFAULT);

    memset(top, 'x', 4096);
    ERR(RAW(SYS_open, END(100), O_RDONLY, 0), EFAULT); /* no end of the text before the end of memory */
    ERR(RAW(SYS_open, TOP, O_RDONLY, 0), ENAMETOOLONG);
    memcpy((void *)END(5), "file", 5);
    OK(RAW(SYS_open, END(5), O_RDONLY, 0));
    ERR(RAW(SYS_unlink, END(3000), 0, 0), ENAMETOOLONG);

    struct iovec io = {(void *)TOP, 4096};
    memcpy((void *)END(8), &io, 8); /* an iovec in the last eight bytes */
    IS(RAW(SYS_writev, fd, END(8), 1), 4096);
    ERR(RAW(SYS_writev, fd, END(8), 2), EFAULT);
    ERR(RAW(SYS_writev, fd, END(4), 1), EFAULT);

    int pair[2];
    OK(socketpair(AF_UNIX, SOCK_DGRAM, 0, pair));
    struct msghdr message = {.msg_iov = &io, .msg_iovlen = 1};
    memcpy((void *)END(sizeof message), &message, sizeof message);
    IS(RAW(SYS_sendmsg, pair[0], END(sizeof message), MSG_DONTWAIT), 4096);
    ERR(RAW(SYS_sendmsg, pair[0], END(sizeof message - 4), MSG_DONTWAIT), EFAULT);
    IS(RAW(SYS_recvfrom, pair[1], TOP, 4096, MSG_DONTWAIT, 0, 0), 4096);
    ERR(RAW(SYS_recvfrom, pair[1], TOP, 4097, MSG_DONTWAIT, 0, 0), EFAULT);
    IS(top[0], 'x');
    return done();
}
