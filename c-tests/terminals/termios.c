/* CALLS: ioctl */
/* TCGETS, TCSETS, TCSETSW, TCSETSF: the kernel's struct has 36 bytes. */
#include "terminal.h"

struct kernel_termios {
    uint32_t input, output, control, local;
    uint8_t line, characters[19];
};

enum { GET = 0x5401, SET = 0x5402, SET_WAIT = 0x5403, SET_FLUSH = 0x5404 };

static void defaults(int fd)
{
    struct kernel_termios modes;
    IS(ioctl(fd, GET, &modes), 0);
    say("%o %o %o %o %d", modes.input, modes.output, modes.control, modes.local, modes.line);
    for (int i = 0; i < 19; i++) {
        printf("%d ", modes.characters[i]);
    }
    say("%s", "");
}

int main(void)
{
    int master = open_master(0), slave = open_slave(master, O_NOCTTY);
    struct kernel_termios modes, again;
    unsigned char area[40];
    defaults(slave);
    defaults(master); /* the same terminal */

    memset(area, 0x77, sizeof area);
    IS(ioctl(slave, GET, area), 0);
    CHECK(area[36] == 0x77 && area[39] == 0x77);

    IS(ioctl(slave, GET, &modes), 0);
    modes.local &= ~(uint32_t)ECHO;
    modes.characters[VERASE] = '#';
    IS(ioctl(slave, SET, &modes), 0);
    IS(ioctl(master, GET, &again), 0);
    CHECK(memcmp(&modes, &again, sizeof modes) == 0);

    put(master, "ab#c\n");
    TEXT(shown(slave), "ac^J");
    TEXT(shown(master), "EAGAIN");

    /* With waiting for output, and with forgetting input. */
    put(master, "gone\n");
    IS(ioctl(slave, SET_WAIT, &modes), 0);
    modes.local |= ECHO;
    IS(ioctl(slave, SET_FLUSH, &modes), 0);
    TEXT(shown(slave), "EAGAIN");

    ERR(ioctl(slave, GET, bad_pointer()), EFAULT);
    ERR(ioctl(slave, SET, bad_pointer()), EFAULT);
    ERR(ioctl(slave, SET_FLUSH, bad_pointer()), EFAULT);

    /* termios2 has speeds of any value behind it. */
    struct {
        struct kernel_termios head;
        uint32_t in, out;
        uint32_t behind;
    } two = {.behind = 0x55555555};
    IS(ioctl(slave, (int)0x802c542a, &two), 0);
    IS(two.in, 38400);
    two.head.control = (two.head.control & ~0x100fu) | 0x1000; /* BOTHER */
    two.out = 12345;
    two.in = 12345;
    IS(ioctl(slave, 0x402c542b, &two), 0);
    two.out = 0;
    IS(ioctl(slave, (int)0x802c542a, &two), 0);
    IS(two.out, 12345);
    CHECK(two.behind == 0x55555555);
    ERR(ioctl(slave, (int)0x802c542a, bad_pointer()), EFAULT);

    /* The ancient termio of 18 bytes. */
    memset(area, 0x77, sizeof area);
    IS(ioctl(slave, 0x5405, area), 0);
    CHECK(area[17] != 0x77 || area[18] == 0x77);
    CHECK(area[18] == 0x77);
    return done();
}
