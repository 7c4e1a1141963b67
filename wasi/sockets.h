/* Sockets of preview2: addresses, errors, and what several of its interfaces share. */
#ifndef WALI_WASI_SOCKETS_H
#define WALI_WASI_SOCKETS_H

#include "wasi/_generated/preview2_types.h"
#include "wasi/resources.h"

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

/* `ip-address-family`, and the cases of `ip-socket-address`. */
enum socket_family { FAMILY_IPV4, FAMILY_IPV6 };

/* What a handler returns for a code of wasi:sockets that no errno stands for. */
#define SOCKET_ERROR(code) (WASI_ERROR(0x1000) - (code))

/* `error-code` of wasi:sockets/network, in its order. */
enum socket_code {
    SOCKET_UNKNOWN,
    SOCKET_ACCESS_DENIED,
    SOCKET_NOT_SUPPORTED,
    SOCKET_INVALID_ARGUMENT,
    SOCKET_OUT_OF_MEMORY,
    SOCKET_TIMEOUT,
    SOCKET_CONCURRENCY_CONFLICT,
    SOCKET_NOT_IN_PROGRESS,
    SOCKET_WOULD_BLOCK,
    SOCKET_INVALID_STATE,
    SOCKET_NEW_SOCKET_LIMIT,
    SOCKET_ADDRESS_NOT_BINDABLE,
    SOCKET_ADDRESS_IN_USE,
    SOCKET_REMOTE_UNREACHABLE,
    SOCKET_CONNECTION_REFUSED,
    SOCKET_CONNECTION_RESET,
    SOCKET_CONNECTION_ABORTED,
    SOCKET_DATAGRAM_TOO_LARGE,
    SOCKET_NAME_UNRESOLVABLE,
    SOCKET_TEMPORARY_RESOLVER_FAILURE,
    SOCKET_PERMANENT_RESOLVER_FAILURE,
    /* What preview2 tells in one word, and the draft in several. */
    SOCKET_FINER_CODES,
    SOCKET_IN_PROGRESS = SOCKET_FINER_CODES,
    SOCKET_ALREADY_BOUND,
    SOCKET_ALREADY_CONNECTED,
    SOCKET_ALREADY_LISTENING,
    SOCKET_NOT_BOUND,
    SOCKET_NOT_CONNECTED,
    SOCKET_NOT_LISTENING,
    SOCKET_FAMILY_NOT_SUPPORTED,
    SOCKET_FAMILY_MISMATCH,
    SOCKET_INVALID_REMOTE_ADDRESS,
    SOCKET_IPV6_ONLY_OPERATION,
    SOCKET_PORTS_EXHAUSTED,
    SOCKET_INVALID_NAME,
    SOCKET_OTHER_PEER, /* than the one that it is connected to */
};

/* What has been done with a socket. */
enum tcp_state {
    TCP_IDLE,
    TCP_BINDING,
    TCP_BOUND,
    TCP_STARTS_LISTENING,
    TCP_LISTENS,
    TCP_CONNECTING,
    TCP_CONNECTED,
    TCP_FAILED, /* to connect: nothing is left but to drop it */
};
enum udp_state { UDP_IDLE, UDP_BINDING, UDP_BOUND };

#define USUAL_BACKLOG 128

/* Takes a step: a pollable of the socket waits for the next one, whenever it was made. */
void tcp_set_state(struct tcp_socket *socket, enum tcp_state state) __attribute__((visibility("hidden")));

union socket_address {
    struct sockaddr any;
    struct sockaddr_in ipv4;
    struct sockaddr_in6 ipv6;
};

/* The kernel's address: 0, or an error if it is not of the family, or is one of IPv4 in a socket of IPv6
 * that is not `is_dual`.  *size becomes its size. */
int64_t socket_address_in(union socket_address *to, socklen_t *size, uint8_t family, bool is_dual,
                          const struct wit_ip_socket_address *from) __attribute__((visibility("hidden")));
/* The same of an address to send to. */
int64_t socket_remote_in(union socket_address *to, socklen_t *size, uint8_t family, bool is_dual,
                         const struct wit_ip_socket_address *from) __attribute__((visibility("hidden")));
bool socket_address_is_unicast(const union socket_address *address) __attribute__((visibility("hidden")));
void socket_address_out(struct wit_ip_socket_address *to, const union socket_address *from)
    __attribute__((visibility("hidden")));

/* A new socket of the kernel's, which does not wait, as a resource; 0, or what a handler returns.  One of
 * IPv6 `is_dual`, or of IPv6 alone. */
int64_t socket_make(enum resource_kind kind, uint32_t family, bool is_dual, uint32_t *handle)
    __attribute__((visibility("hidden")));
/* A descriptor of a socket, which is closed on failure. */
int64_t socket_keep(int64_t host, struct descriptor **file) __attribute__((visibility("hidden")));

/* getsockname(2) or getpeername(2). */
int64_t socket_name(const struct descriptor *file, bool of_peer, struct wit_ip_socket_address *answer)
    __attribute__((visibility("hidden")));

/* Options that are numbers. */
int64_t socket_option(const struct descriptor *file, int level, int name, int *value)
    __attribute__((visibility("hidden")));
int64_t socket_set_option(const struct descriptor *file, int level, int name, int value)
    __attribute__((visibility("hidden")));

/* What a handle of either kind of socket is asked, and told.  The hops that a packet may take: 0 is no
 * number of them. */
uint32_t socket_family(uint32_t handle, enum resource_kind kind) __attribute__((visibility("hidden")));
int64_t socket_hops(uint32_t handle, enum resource_kind kind, uint8_t *answer)
    __attribute__((visibility("hidden")));
int64_t socket_set_hops(uint32_t handle, enum resource_kind kind, uint32_t value)
    __attribute__((visibility("hidden")));
/* An option that is true or false. */
int64_t socket_flag(uint32_t handle, enum resource_kind kind, int level, int name, uint8_t *answer)
    __attribute__((visibility("hidden")));
int64_t socket_set_flag(uint32_t handle, enum resource_kind kind, int level, int name, uint32_t value)
    __attribute__((visibility("hidden")));
/* The size of a buffer, SO_RCVBUF or SO_SNDBUF, without what the kernel adds for itself. */
int64_t socket_buffer(uint32_t handle, enum resource_kind kind, int name, uint64_t *answer)
    __attribute__((visibility("hidden")));
int64_t socket_set_buffer(uint32_t handle, enum resource_kind kind, int name, uint64_t value)
    __attribute__((visibility("hidden")));

/* 0, or `access-denied` if the user gives none of that kind of socket. */
int64_t socket_protocol(enum resource_kind kind) __attribute__((visibility("hidden")));
/* Ends the guest unless it is the handle of a network; 0, or `access-denied` if the user gives none for that
 * kind of socket. */
int64_t socket_network(uint32_t handle, enum resource_kind kind) __attribute__((visibility("hidden")));

/* Begins to listen.  One that is not bound gets a port if it `binds`, and is an error else. */
int64_t socket_start_listening(uint32_t handle, bool binds) __attribute__((visibility("hidden")));

/* A new pollable for events of poll(2), a child of the resource that has the file; without a file it is
 * ready at once. */
uint32_t socket_subscribe(union resource_content *parent, struct descriptor *file, short events)
    __attribute__((visibility("hidden")));

#endif
