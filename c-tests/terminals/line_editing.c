/* CALLS: read, write, ioctl */
/* What the line discipline makes of input and output (termios(3)). */
#include "terminal.h"

static struct termios modes;

static void set(int slave, tcflag_t input, tcflag_t output, tcflag_t local)
{
    modes.c_iflag = input;
    modes.c_oflag = output;
    modes.c_lflag = local;
    OK(tcsetattr(slave, TCSANOW, &modes));
}

int main(void)
{
    int master = open_master(0), slave = open_slave(master, O_NOCTTY);
    OK(tcgetattr(slave, &modes));

    set(slave, 0, 0, ICANON);
    put(master, "one\ntwo\nthr");
    TEXT(shown(slave), "one^J");
    TEXT(shown(slave), "two^J");
    TEXT(shown(slave), "EAGAIN");
    put(master, "ee\n");
    TEXT(shown(slave), "three^J");

    put(master, "abc\177\177d\n"); /* erase */
    TEXT(shown(slave), "ad^J");
    put(master, "abc\025d\n"); /* kill */
    TEXT(shown(slave), "d^J");
    put(master, "two words\027x\n"); /* erase a word: only with IEXTEN */
    TEXT(shown(slave), "two words^Wx^J");
    set(slave, 0, 0, ICANON | IEXTEN);
    put(master, "two words\027x\n");
    TEXT(shown(slave), "two x^J");
    put(master, "a\026\025b\n"); /* literal next */
    TEXT(shown(slave), "a^Ub^J");
    put(master, "part\004"); /* end of file pushes, or ends */
    TEXT(shown(slave), "part");
    put(master, "\004");
    TEXT(shown(slave), "");

    set(slave, ICRNL, 0, ICANON);
    put(master, "cr\r");
    TEXT(shown(slave), "cr^J");
    set(slave, IGNCR | INLCR, 0, 0);
    put(master, "a\r\nb");
    TEXT(shown(slave), "a^Mb");
    set(slave, ISTRIP | IUCLC, 0, IEXTEN);
    put(master, "A\xc1");
    TEXT(shown(slave), "aa");

    set(slave, 0, OPOST | ONLCR, 0);
    put(slave, "a\n");
    TEXT(shown(master), "a^M^J");
    set(slave, 0, OPOST | OCRNL, 0);
    put(slave, "a\r");
    TEXT(shown(master), "a^J");
    set(slave, 0, ONLCR, 0); /* without OPOST nothing */
    put(slave, "a\n");
    TEXT(shown(master), "a^J");

    set(slave, 0, 0, ICANON | ECHO | ECHOE);
    put(master, "ab\177");
    TEXT(shown(master), "ab^H ^H");
    put(master, "\n");
    TEXT(shown(master), "^J");
    TEXT(shown(slave), "a^J");
    set(slave, 0, 0, ICANON | ECHO | ECHOCTL | IEXTEN);
    put(master, "\001\n");
    TEXT(shown(master), "^A^J");
    return done();
}
