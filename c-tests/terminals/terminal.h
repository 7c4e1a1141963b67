/* A pseudoterminal pair, by requests alone: libc's openpt and ptsname differ. */
#ifndef TERMINAL_H
#define TERMINAL_H

#include "check.h"

#include <poll.h>
#include <sys/ioctl.h>
#include <termios.h>

/* The two ends opened last. */
static int terminal_ends[2] = {-1, -1};

static inline int open_master(int flags)
{
    int unlock = 0, master = open("/dev/ptmx", O_RDWR | O_NOCTTY | flags);
    if (master < 0 || ioctl(master, TIOCSPTLCK, &unlock) != 0) {
        skip("no pseudoterminals here");
    }
    return master;
}

static inline int open_slave(int master, int flags)
{
    char name[32];
    int number = -1;
    if (ioctl(master, (int)TIOCGPTN, &number) != 0) {
        skip("no pseudoterminals here");
    }
    snprintf(name, sizeof name, "/dev/pts/%d", number);
    int slave = open(name, O_RDWR | flags);
    if (slave < 0) {
        skip("no /dev/pts here");
    }
    terminal_ends[0] = slave;
    terminal_ends[1] = master;
    return slave;
}

/* Nothing is interpreted in either direction. */
static inline void make_raw(int fd)
{
    struct termios modes;
    tcgetattr(fd, &modes);
    modes.c_iflag = 0;
    modes.c_oflag = 0;
    modes.c_lflag = 0;
    modes.c_cc[VMIN] = 1;
    modes.c_cc[VTIME] = 0;
    tcsetattr(fd, TCSANOW, &modes);
}

/* What can be read at once, with control characters as ^X. */
static inline const char *shown(int fd)
{
    static char text[512];
    char raw[128];
    size_t end = 0;
    int flags = fcntl(fd, F_GETFL);
    fcntl(fd, F_SETFL, flags | O_NONBLOCK);
    ssize_t n = read(fd, raw, sizeof raw);
    fcntl(fd, F_SETFL, flags);
    if (n < 0) {
        return errno_name(errno);
    }
    for (ssize_t i = 0; i < n; i++) {
        if ((unsigned char)raw[i] < ' ') {
            text[end++] = '^';
            text[end++] = (char)(raw[i] + '@');
        } else {
            text[end++] = raw[i];
        }
    }
    text[end] = 0;
    return text;
}

/* The kernel carries bytes from one end to the other in the background; poll waits for that, of input first
 * and of its echo then. */
static inline void settle(void)
{
    for (int i = 0; i < 2; i++) {
        struct pollfd end = {.fd = terminal_ends[i], .events = POLLIN};
        poll(&end, 1, 0);
    }
}

static inline void put(int fd, const char *text)
{
    ssize_t length = (ssize_t)strlen(text);
    if (write(fd, text, (size_t)length) != length) {
        check_failed(__FILE__, __LINE__, "write: %s", errno_name(errno));
    }
    settle();
}

#endif
