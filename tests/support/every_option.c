/* Sets and gets every option of the table, and every number that it lacks, on every kind of socket that this
 * machine has, with values of many lengths.  Prints what the kernel answers.  `every_option.h` is made from
 * the rows by tests/core/test_socket_options.py.  The argument says what of an option without a row is asked
 * for: "itself", or "nothing" that any level has.  In a network namespace of its own. */
#define _GNU_SOURCE
#include "every_option.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MOST_NUMBER = 215, MOST_OF_OTHERS = 32 };

static const struct kind {
    const char *name;
    int domain, type, protocol, level; /* -1: all levels */
} kinds[] = {
    {"unix", AF_UNIX, SOCK_STREAM, 0, 1},
    {"tcp", AF_INET, SOCK_STREAM, 0, -1},
    {"tcp6", AF_INET6, SOCK_STREAM, 0, -1},
    {"udp", AF_INET, SOCK_DGRAM, 0, -1},
    {"udp6", AF_INET6, SOCK_DGRAM, 0, -1},
    {"udplite", AF_INET, SOCK_DGRAM, 136, 136},
    {"ping", AF_INET, SOCK_DGRAM, 1, -1},
    {"raw", AF_INET, SOCK_RAW, 255, -1},
    {"icmp", AF_INET, SOCK_RAW, 1, -1},
    {"igmp", AF_INET, SOCK_RAW, 2, 0},
    {"icmp6", AF_INET6, SOCK_RAW, 58, -1},
    {"raw6", AF_INET6, SOCK_RAW, 255, -1},
    {"netlink", AF_NETLINK, SOCK_RAW, 0, 270},
    {"packet", AF_PACKET, SOCK_RAW, 0, 263},
    {"vsock", 40, SOCK_STREAM, 0, 40},
    {"mptcp", AF_INET, SOCK_STREAM, 262, -1},
    {"xdp", 44, SOCK_RAW, 0, 283},
    {"alg", 38, SOCK_SEQPACKET, 0, 279},
    {"kcm", 41, SOCK_SEQPACKET, 0, 281},
    {"sctp", AF_INET, SOCK_STREAM, 132, 132},
    {"can", 29, SOCK_RAW, 1, 101},
    {"tipc", 30, SOCK_STREAM, 0, 271},
    {"rxrpc", 33, SOCK_DGRAM, 2, 272},
    {"smc", 43, SOCK_STREAM, 0, 286},
};

static unsigned char value[8192];

static const struct row *row_of(int level, int number)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (rows[i].level == level && rows[i].number == number) {
            return &rows[i];
        }
    }
    return NULL;
}

static int socket_of(const struct kind *kind)
{
    return socket(kind->domain, kind->type, kind->protocol);
}

/* Prints the answer: an errno, or the length with what was got where every run gets the same. */
static void ask(int fd, int level, int number, bool get, int size, bool shown)
{
    socklen_t length = (socklen_t)size;
    memset(value, 0, sizeof value);
    value[0] = 1;
    const int result =
        get ? getsockopt(fd, level, number, value, &length) : setsockopt(fd, level, number, value, length);
    if (result < 0) {
        printf(" %d", errno);
    } else if (get) {
        printf(shown ? " +%d:%d.%d" : " +%d", (int)length, value[0], value[1]);
    } else {
        printf(" ok");
    }
}

/* An option with a row, each time on a socket of its own. */
static void known(const struct kind *kind, const struct row *row, bool get)
{
    const int most = row->most > 0 ? row->most : 24;
    const int sizes[] = {-1, 0, 1, 2, 3, 4, 5, 8, 16, most - 1, most, most + 1, most + 8, 600};
    printf("%s %d %d %s:", kind->name, row->level, row->number, get ? "get" : "set");
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        const int fd = socket_of(kind);
        ask(fd, row->level, row->number, get, sizes[i], row->shown);
        close(fd);
    }
    printf("\n");
}

/* A number without a row. */
static void unknown(const struct kind *kind, int fd, int level, int number, bool itself)
{
    const int sizes[] = {-1, 0, 4, 24, 600};
    for (int get = 0; get < 2; get++) {
        printf("%s %d %d %s:", kind->name, level, number, get ? "get" : "set");
        for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
            ask(fd, level, itself ? number : -1, get, sizes[i], false);
        }
        printf("\n");
    }
}

static void of_level(const struct kind *kind, int fd, int level, bool itself)
{
    const int end = level < 256 || kind->level == level ? MOST_NUMBER : MOST_OF_OTHERS;
    for (int number = 0; number < end; number++) {
        const struct row *row = row_of(level, number);
        if (row == NULL) {
            unknown(kind, fd, level, number, itself);
            continue;
        }
        if (!row->skip_set) {
            known(kind, row, false);
        }
        if (!row->skip_get) {
            known(kind, row, true);
        }
    }
}

static void of_kind(const struct kind *kind, bool itself)
{
    const int fd = socket_of(kind);
    for (size_t i = 0; fd >= 0 && i < sizeof levels / sizeof levels[0]; i++) {
        if (kind->level < 0 || kind->level == levels[i]) {
            of_level(kind, fd, levels[i], itself);
        }
    }
    close(fd);
}

int main(int argc, char **argv)
{
    const bool itself = argc > 1 && strcmp(argv[1], "itself") == 0;
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        of_kind(&kinds[i], itself);
    }
    return fflush(stdout) != 0;
}
