/* CALLS: ioctl */
/* Requests that a file does not know: ENOTTY, whatever the argument. */
#include "check.h"

#include <sys/ioctl.h>
#include <sys/socket.h>

static const unsigned requests[] = {
    0,          0x1234,     0x12345678, 0x80047aff, 0x40087aff, 0xc0107aff,
    0xffffffff, 0x7fffffff, 0x5401,     0x5413,     0x540e,     0x80045430, /* terminals */
    0x8912,     0x8933,     0x890b,                                         /* sockets */
    0x1260,     0x80081272, 0x80041272, 0x80041270,                         /* block devices */
    0x80045200, 0x40045201,                                                 /* random numbers */
    0x4b3a,     0x5600,     0x5603,                                         /* consoles */
    0x400454ca, 0x4c00,     0x80804505, 0x80247009,                         /* TUN, loop, input, RTC */
    0xc018aa3f, 0xae00,     0x2285,     0xc0605666, /* userfaultfd, KVM, SG_IO, V4L2 */
};

static void try_all(const char *name, int fd)
{
    static char area[65536];
    for (size_t i = 0; i < sizeof requests / sizeof *requests; i++) {
        long long result = RAW(SYS_ioctl, fd, requests[i], area);
        int code = result < 0 ? errno : 0;
        long long bad = RAW(SYS_ioctl, fd, requests[i], bad_pointer());
        say("%s %#x: %s, %s", name, requests[i], errno_name(code), errno_name(bad < 0 ? errno : 0));
        if (result != -1 || bad != -1 || code != errno) {
            check_failures++;
        }
    }
}

int main(void)
{
    int pipes[2];
    OK(pipe(pipes));
    try_all("bad descriptor", -1);
    try_all("place", (int)OK(open(".", O_PATH)));
    try_all("file", make_file("file", "abc"));
    try_all("directory", (int)OK(open(".", O_RDONLY)));
    try_all("null", (int)OK(open("/dev/null", O_RDWR)));
    try_all("pipe", pipes[0]);
    return done();
}
