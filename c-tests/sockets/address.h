/* Addresses for the tests of sockets. Include after check.h. */
#ifndef ADDRESS_H
#define ADDRESS_H

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/un.h>

static inline struct sockaddr_un unix_path(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    strncpy(address.sun_path, path, sizeof address.sun_path - 1);
    return address;
}

/* The length of an address in the abstract namespace: its name begins with NUL and has no end but the length. */
static inline socklen_t abstract_name(struct sockaddr_un *address, const char *tag)
{
    *address = (struct sockaddr_un){.sun_family = AF_UNIX};
    int n = snprintf(address->sun_path + 1, sizeof address->sun_path - 1, "wali-%d-%s", (int)getpid(), tag);
    return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + (size_t)n);
}

static inline struct sockaddr_in loopback(uint16_t port)
{
    return (struct sockaddr_in){
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
}

/* A socket of this type, bound to a free port of the loopback; *address is where. */
static inline int bound_socket(int type, struct sockaddr_in *address)
{
    socklen_t size = sizeof *address;
    int fd = socket(AF_INET, type, 0);
    *address = loopback(0);
    if (fd < 0 || bind(fd, (struct sockaddr *)address, size) != 0 ||
        getsockname(fd, (struct sockaddr *)address, &size) != 0) {
        check_failed(__FILE__, __LINE__, "bound_socket: %s", errno_name(errno));
    }
    return fd;
}

static inline int listening_socket(struct sockaddr_in *address)
{
    int fd = bound_socket(SOCK_STREAM, address);
    if (listen(fd, 128) != 0) {
        check_failed(__FILE__, __LINE__, "listening_socket: %s", errno_name(errno));
    }
    return fd;
}

/* A connected pair of TCP sockets. */
static inline void tcp_pair(int pair[2])
{
    struct sockaddr_in address;
    int listener = listening_socket(&address);
    pair[0] = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(pair[0], (struct sockaddr *)&address, sizeof address) != 0) {
        check_failed(__FILE__, __LINE__, "tcp_pair: %s", errno_name(errno));
    }
    pair[1] = accept(listener, NULL, NULL);
    close(listener);
}

#endif
