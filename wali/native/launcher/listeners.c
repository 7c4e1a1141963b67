#define _GNU_SOURCE
#include "wali/native/launcher/listeners.h"

#include "wali/native/files/private_fd.h"
#include "wali/native/launcher/message.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <netdb.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#define FIRST_INHERITED 3
#define BACKLOG 128
#define ADDRESS_HINT "write it as 127.0.0.1:8080, [::1]:8080 or localhost:8080"
#define NAME_LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_"

/* A number of decimal digits, at most `most`; -1 if the text is something else. */
static long read_number(const char *text, long most)
{
    char *end;
    errno = 0;
    const long number = text == NULL || !isdigit((unsigned char)text[0]) ? -1 : strtol(text, &end, 10);
    return number >= 0 && number <= most && errno == 0 && *end == '\0' ? number : -1;
}

/* Whether LISTEN_PID means this process.  With --stats that is the child of the one that was started. */
static bool is_meant(const struct launch *launch)
{
    const long pid = read_number(getenv("LISTEN_PID"), INT_MAX);
    return pid == getpid() || (launch->config.stats_fd >= 0 && pid == getppid());
}

int listeners_inherited(const struct launch *launch)
{
    if (!launch->listenfd || !is_meant(launch)) {
        return 0;
    }
    const long count = read_number(getenv("LISTEN_FDS"), INT_MAX - FIRST_INHERITED);
    return count < 0 ? 0 : (int)count;
}

/* Where to listen, as it is typed. */
struct place {
    char host[NI_MAXHOST];
    long port;
    bool is_v6; /* it stood in brackets */
};

/* Parts host and port; false if the text is something else.  What has colons stands in brackets. */
static bool read_place(const char *text, struct place *place)
{
    const char *colon = strrchr(text, ':');
    size_t length = colon == NULL ? 0 : (size_t)(colon - text);
    place->port = colon == NULL ? -1 : read_number(colon + 1, UINT16_MAX);
    place->is_v6 = length > 2 && text[0] == '[' && text[length - 1] == ']';
    if (place->is_v6) {
        text++;
        length -= 2;
    }
    if (place->port < 0 || length == 0 || length >= sizeof place->host) {
        return false;
    }
    memcpy(place->host, text, length);
    place->host[length] = '\0';
    return place->is_v6 || strspn(place->host, NAME_LETTERS) == length;
}

/* A socket that listens there, out of the way of stdin, stdout and stderr, which may be closed; or -errno. */
static int listen_at(const struct addrinfo *address)
{
    const int yes = 1;
    const int fd = socket(address->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) {
        return -errno;
    }
    int64_t result;
    if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) == 0 &&
        bind(fd, address->ai_addr, address->ai_addrlen) == 0 && listen(fd, BACKLOG) == 0) {
        result = wali_private_fd(fd);
    } else {
        result = -errno;
    }
    close(fd);
    return (int)result;
}

/* At the first address that can be had, of IPv4 before any of IPv6: whoever connects to a name tries all of
 * its addresses, and others use 127.0.0.1.  The socket or -errno. */
static int listen_at_one(const struct addrinfo *addresses)
{
    static const int families[] = {AF_INET, AF_INET6};
    int fd = -EADDRNOTAVAIL;
    for (size_t i = 0; i < 2 && fd < 0; i++) {
        for (const struct addrinfo *one = addresses; one != NULL && fd < 0; one = one->ai_next) {
            fd = one->ai_family == families[i] ? listen_at(one) : fd;
        }
    }
    return fd;
}

/* 0, or the exit status of an error that has been told.  Names are the host's to resolve. */
static int listen_by_option(const char *text, int *fd)
{
    struct place place;
    char port[8];
    struct addrinfo *addresses;
    if (!read_place(text, &place)) {
        return message(2, "--tcplisten %s: no address and port; %s", text, ADDRESS_HINT);
    }
    const struct addrinfo wanted = {.ai_family = place.is_v6 ? AF_INET6 : AF_UNSPEC,
                                    .ai_socktype = SOCK_STREAM,
                                    .ai_flags = AI_NUMERICSERV | (place.is_v6 ? AI_NUMERICHOST : 0)};
    snprintf(port, sizeof port, "%ld", place.port);
    const int failure = getaddrinfo(place.host, port, &wanted, &addresses);
    if (failure != 0) {
        return message(2, "--tcplisten %s: %s; %s", text,
                       failure == EAI_SYSTEM ? strerror(errno) : gai_strerror(failure), ADDRESS_HINT);
    }
    *fd = listen_at_one(addresses);
    freeaddrinfo(addresses);
    return *fd < 0 ? message(2, "--tcplisten %s: %s", text, strerror(-*fd)) : 0;
}

static bool is_socket(int fd)
{
    struct stat st;
    return fstat(fd, &st) == 0 && S_ISSOCK(st.st_mode) && fcntl(fd, F_SETFD, FD_CLOEXEC) == 0;
}

int listeners_begin(struct launch *launch)
{
    const int inherited = listeners_inherited(launch);
    for (int i = 0; i < inherited; i++) {
        if (!is_socket(FIRST_INHERITED + i)) {
            return message(2, "-S listenfd: LISTEN_FDS says %d, but descriptor %d is no socket", inherited,
                           FIRST_INHERITED + i);
        }
    }
    const int count = inherited + launch->tcplisten_count;
    int *fds = count == 0 ? NULL : malloc((size_t)count * sizeof *fds);
    if (count > 0 && fds == NULL) {
        return message(126, "out of memory");
    }
    for (int i = 0; i < inherited; i++) {
        fds[i] = FIRST_INHERITED + i;
    }
    for (int i = 0; i < launch->tcplisten_count; i++) {
        const int status = listen_by_option(launch->tcplisten[i], &fds[inherited + i]);
        if (status != 0) {
            return status;
        }
    }
    launch->config.listener = fds;
    launch->config.listener_count = count;
    return 0;
}
