#define _GNU_SOURCE
#include "wasi/sockets.h"

#include "wali/native/base/kernel.h"
#include "wali/native/process/settings.h"
#include "wasi/canonical.h"
#include "wasi/preview1.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>

static uint32_t bytes_of(const struct wit_ipv4_address *address)
{
    return (uint32_t)address->a << 24 | (uint32_t)address->b << 16 | (uint32_t)address->c << 8 | address->d;
}

static void ipv6_in(struct in6_addr *to, const struct wit_ipv6_address *from)
{
    const uint16_t words[8] = {htons(from->a), htons(from->b), htons(from->c), htons(from->d),
                               htons(from->e), htons(from->f), htons(from->g), htons(from->h)};
    memcpy(to, words, sizeof *to);
}

/* The interface has an address of IPv4 for what is one. */
int64_t socket_address_in(union socket_address *to, socklen_t *size, uint8_t family, bool is_dual,
                          const struct wit_ip_socket_address *from)
{
    memset(to, 0, sizeof *to);
    if (from->tag != family) {
        return SOCKET_ERROR(SOCKET_FAMILY_MISMATCH);
    }
    if (family == FAMILY_IPV4) {
        to->ipv4.sin_family = AF_INET;
        to->ipv4.sin_port = htons(from->ipv4.port);
        to->ipv4.sin_addr.s_addr = htonl(bytes_of(&from->ipv4.address));
        *size = sizeof to->ipv4;
        return 0;
    }
    to->ipv6.sin6_family = AF_INET6;
    to->ipv6.sin6_port = htons(from->ipv6.port);
    to->ipv6.sin6_flowinfo = htonl(from->ipv6.flow_info);
    to->ipv6.sin6_scope_id = from->ipv6.scope_id;
    ipv6_in(&to->ipv6.sin6_addr, &from->ipv6.address);
    *size = sizeof to->ipv6;
    const bool is_ipv4 = IN6_IS_ADDR_V4MAPPED(&to->ipv6.sin6_addr);
    return is_ipv4 && !is_dual ? SOCKET_ERROR(SOCKET_FAMILY_MISMATCH) : 0;
}

/* Whether an address has no host, or no port. */
static bool is_partial(const union socket_address *address)
{
    if (address->any.sa_family == AF_INET) {
        return address->ipv4.sin_port == 0 || address->ipv4.sin_addr.s_addr == INADDR_ANY;
    }
    const struct in6_addr *const host = &address->ipv6.sin6_addr;
    const bool is_any = IN6_IS_ADDR_V4MAPPED(host) && memcmp(&host->s6_addr[12], "\0\0\0", 4) == 0;
    return address->ipv6.sin6_port == 0 || IN6_IS_ADDR_UNSPECIFIED(host) || is_any;
}

int64_t socket_remote_in(union socket_address *to, socklen_t *size, uint8_t family, bool is_dual,
                         const struct wit_ip_socket_address *from)
{
    const int64_t result = socket_address_in(to, size, family, is_dual, from);
    return result == 0 && is_partial(to) ? SOCKET_ERROR(SOCKET_INVALID_REMOTE_ADDRESS) : result;
}

/* A host's own address, as connections have two of: the kernel binds to others, too. */
bool socket_address_is_unicast(const union socket_address *address)
{
    if (address->any.sa_family == AF_INET) {
        const uint32_t host = ntohl(address->ipv4.sin_addr.s_addr);
        return !IN_MULTICAST(host) && host != INADDR_BROADCAST;
    }
    const struct in6_addr *const host = &address->ipv6.sin6_addr;
    const bool is_ipv4 = IN6_IS_ADDR_V4MAPPED(host);
    uint32_t inside;
    memcpy(&inside, &host->s6_addr[12], sizeof inside);
    inside = ntohl(inside);
    return !IN6_IS_ADDR_MULTICAST(host) && !(is_ipv4 && (IN_MULTICAST(inside) || inside == INADDR_BROADCAST));
}

void socket_address_out(struct wit_ip_socket_address *to, const union socket_address *from)
{
    memset(to, 0, sizeof *to);
    if (from->any.sa_family == AF_INET) {
        const uint32_t address = ntohl(from->ipv4.sin_addr.s_addr);
        to->tag = FAMILY_IPV4;
        to->ipv4.port = ntohs(from->ipv4.sin_port);
        to->ipv4.address = (struct wit_ipv4_address){(uint8_t)(address >> 24), (uint8_t)(address >> 16),
                                                     (uint8_t)(address >> 8), (uint8_t)address};
        return;
    }
    uint16_t words[8];
    memcpy(words, &from->ipv6.sin6_addr, sizeof words);
    to->tag = FAMILY_IPV6;
    to->ipv6.port = ntohs(from->ipv6.sin6_port);
    to->ipv6.flow_info = ntohl(from->ipv6.sin6_flowinfo);
    to->ipv6.scope_id = from->ipv6.sin6_scope_id;
    to->ipv6.address =
        (struct wit_ipv6_address){ntohs(words[0]), ntohs(words[1]), ntohs(words[2]), ntohs(words[3]),
                                  ntohs(words[4]), ntohs(words[5]), ntohs(words[6]), ntohs(words[7])};
}

int64_t socket_keep(int64_t host, struct descriptor **file)
{
    struct stat st;
    const int64_t result = KERNEL(fstat, host, &st);
    if (result < 0) {
        KERNEL(close, host);
        return result;
    }
    const struct descriptor_plan plan = {.host = (int)host, .base = UINT64_MAX, .flags = FLAG_NONBLOCK};
    *file = descriptor_make(&plan, &st);
    return *file == NULL ? -ENOMEM : 0;
}

/* What the kernel takes a socket of IPv6 for at first, the machine says. */
static int64_t make_file(uint8_t family, int type, bool is_dual, struct descriptor **file)
{
    const int domain = family == FAMILY_IPV4 ? AF_INET : AF_INET6;
    const int64_t host = KERNEL(socket, domain, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    const int alone = !is_dual;
    if (host < 0) {
        return host == -EAFNOSUPPORT ? SOCKET_ERROR(SOCKET_FAMILY_NOT_SUPPORTED) : host;
    }
    const int64_t result =
        family == FAMILY_IPV6 ? KERNEL(setsockopt, host, IPPROTO_IPV6, IPV6_V6ONLY, &alone, sizeof alone) : 0;
    if (result < 0) {
        KERNEL(close, host);
        return result;
    }
    return socket_keep(host, file);
}

int64_t socket_make(enum resource_kind kind, uint32_t family, bool is_dual, uint32_t *handle)
{
    const bool is_tcp = kind == RESOURCE_TCP_SOCKET, is_of_both = is_dual && family == FAMILY_IPV6;
    union resource_content content = {0};
    if (is_tcp) {
        content.tcp.backlog = USUAL_BACKLOG;
    }
    if (!is_tcp && socket_protocol(kind) < 0) {
        return socket_protocol(kind);
    }
    content.socket.family = (uint8_t)family;
    content.socket.is_dual = is_of_both;
    const int type = is_tcp ? SOCK_STREAM : SOCK_DGRAM;
    const int64_t result = make_file(content.socket.family, type, is_of_both, &content.socket.file);
    if (result == 0) {
        *handle = resource_new(kind, &content);
    }
    return result;
}

int64_t socket_name(const struct descriptor *file, bool of_peer, struct wit_ip_socket_address *answer)
{
    union socket_address address = {0};
    socklen_t size = sizeof address;
    const int64_t result = of_peer ? KERNEL(getpeername, file->host, &address, &size)
                                   : KERNEL(getsockname, file->host, &address, &size);
    if (result == 0) {
        socket_address_out(answer, &address);
    }
    return result;
}

int64_t socket_option(const struct descriptor *file, int level, int name, int *value)
{
    socklen_t size = sizeof *value;
    *value = 0;
    return KERNEL(getsockopt, file->host, level, name, value, &size);
}

int64_t socket_set_option(const struct descriptor *file, int level, int name, int value)
{
    return KERNEL(setsockopt, file->host, level, name, &value, sizeof value);
}

static int hops_level(uint8_t family)
{
    return family == FAMILY_IPV4 ? IPPROTO_IP : IPPROTO_IPV6;
}

static int hops_name(uint8_t family)
{
    return family == FAMILY_IPV4 ? IP_TTL : IPV6_UNICAST_HOPS;
}

uint32_t socket_family(uint32_t handle, enum resource_kind kind)
{
    union resource_content *const content = resource_get(handle, kind);
    const uint8_t family = content->socket.family;
    resource_release(content);
    return family;
}

int64_t socket_hops(uint32_t handle, enum resource_kind kind, uint8_t *answer)
{
    union resource_content *const content = resource_get(handle, kind);
    const struct any_socket *const socket = &content->socket;
    int value;
    const int64_t result =
        socket_option(socket->file, hops_level(socket->family), hops_name(socket->family), &value);
    resource_release(content);
    *answer = (uint8_t)value;
    return result;
}

int64_t socket_set_hops(uint32_t handle, enum resource_kind kind, uint32_t value)
{
    union resource_content *const content = resource_get(handle, kind);
    const struct any_socket *const socket = &content->socket;
    const int64_t result = value == 0 ? SOCKET_ERROR(SOCKET_INVALID_ARGUMENT)
                                      : socket_set_option(socket->file, hops_level(socket->family),
                                                          hops_name(socket->family), (int)value);
    resource_release(content);
    return result;
}

int64_t socket_flag(uint32_t handle, enum resource_kind kind, int level, int name, uint8_t *answer)
{
    union resource_content *const content = resource_get(handle, kind);
    int value;
    const int64_t result = socket_option(content->socket.file, level, name, &value);
    resource_release(content);
    *answer = value != 0;
    return result;
}

int64_t socket_set_flag(uint32_t handle, enum resource_kind kind, int level, int name, uint32_t value)
{
    union resource_content *const content = resource_get(handle, kind);
    const int64_t result = socket_set_option(content->socket.file, level, name, value != 0);
    resource_release(content);
    return result;
}

/* The kernel takes twice what it is told (socket(7)). */
int64_t socket_buffer(uint32_t handle, enum resource_kind kind, int name, uint64_t *answer)
{
    union resource_content *const content = resource_get(handle, kind);
    int value;
    const int64_t result = socket_option(content->socket.file, SOL_SOCKET, name, &value);
    resource_release(content);
    *answer = (uint64_t)value / 2;
    return result;
}

int64_t socket_set_buffer(uint32_t handle, enum resource_kind kind, int name, uint64_t value)
{
    union resource_content *const content = resource_get(handle, kind);
    const int most = INT32_MAX / 2;
    const int64_t result = value == 0 ? SOCKET_ERROR(SOCKET_INVALID_ARGUMENT)
                                      : socket_set_option(content->socket.file, SOL_SOCKET, name,
                                                          value < (uint64_t)most ? (int)value : most);
    resource_release(content);
    return result;
}

int64_t socket_network(uint32_t handle, enum resource_kind kind)
{
    resource_release(resource_get(handle, RESOURCE_NETWORK));
    return settings->network != 0 ? socket_protocol(kind) : SOCKET_ERROR(SOCKET_ACCESS_DENIED);
}

int64_t socket_protocol(enum resource_kind kind)
{
    const bool is_given = kind == RESOURCE_TCP_SOCKET ? settings->no_tcp == 0 : settings->no_udp == 0;
    return is_given ? 0 : SOCKET_ERROR(SOCKET_ACCESS_DENIED);
}

void tcp_set_state(struct tcp_socket *socket, enum tcp_state state)
{
    const short awaits = state == TCP_LISTENS ? POLLIN : state == TCP_CONNECTING ? POLLOUT : 0;
    socket->state = (uint8_t)state;
    atomic_store_explicit(&socket->file->awaits, awaits, memory_order_relaxed);
}

static int64_t start_listening(struct tcp_socket *socket, bool binds)
{
    const int64_t denied = socket_protocol(RESOURCE_TCP_SOCKET);
    if (denied < 0) {
        return denied;
    }
    switch (socket->state) {
    case TCP_IDLE:
        if (!binds) {
            return SOCKET_ERROR(SOCKET_NOT_BOUND);
        }
        break; /* listen(2) binds it */
    case TCP_BOUND:
        break;
    case TCP_LISTENS:
        return SOCKET_ERROR(SOCKET_ALREADY_LISTENING);
    case TCP_CONNECTED:
        return SOCKET_ERROR(SOCKET_ALREADY_CONNECTED);
    case TCP_FAILED:
        return SOCKET_ERROR(SOCKET_INVALID_STATE);
    default:
        return SOCKET_ERROR(SOCKET_IN_PROGRESS);
    }
    int64_t result = KERNEL(listen, socket->file->host, socket->backlog);
    if (result == 0) { /* so that its port can be bound again while connections of it linger */
        result = socket_set_option(socket->file, SOL_SOCKET, SO_REUSEADDR, 1);
    }
    if (result == 0) {
        tcp_set_state(socket, TCP_STARTS_LISTENING);
    }
    return result;
}

int64_t socket_start_listening(uint32_t handle, bool binds)
{
    union resource_content *const content = resource_get(handle, RESOURCE_TCP_SOCKET);
    const int64_t result = start_listening(&content->tcp, binds);
    resource_release(content);
    return result;
}

uint32_t socket_subscribe(union resource_content *parent, struct descriptor *file, short events)
{
    const union resource_content content = {
        .pollable = {.file = file == NULL ? NULL : descriptor_hold(file), .events = events}};
    return resource_new_child(RESOURCE_POLLABLE, &content, parent);
}

/* The codes for what handlers return. */
static const struct {
    int16_t number;
    uint8_t code;
} codes[] = {
    {EACCES, SOCKET_ACCESS_DENIED},
    {EPERM, SOCKET_ACCESS_DENIED},
    {EOPNOTSUPP, SOCKET_NOT_SUPPORTED},
    {EAFNOSUPPORT, SOCKET_NOT_SUPPORTED},
    {EPROTONOSUPPORT, SOCKET_NOT_SUPPORTED},
    {ENOPROTOOPT, SOCKET_NOT_SUPPORTED},
    {EINVAL, SOCKET_INVALID_ARGUMENT},
    {EDESTADDRREQ, SOCKET_INVALID_ARGUMENT},
    {ENOMEM, SOCKET_OUT_OF_MEMORY},
    {ENOBUFS, SOCKET_OUT_OF_MEMORY},
    {ETIMEDOUT, SOCKET_TIMEOUT},
    {EALREADY, SOCKET_CONCURRENCY_CONFLICT},
    {EAGAIN, SOCKET_WOULD_BLOCK},
    {EINPROGRESS, SOCKET_WOULD_BLOCK},
    {EISCONN, SOCKET_INVALID_STATE},
    {ENOTCONN, SOCKET_INVALID_STATE},
    {EMFILE, SOCKET_NEW_SOCKET_LIMIT},
    {ENFILE, SOCKET_NEW_SOCKET_LIMIT},
    {EADDRNOTAVAIL, SOCKET_ADDRESS_NOT_BINDABLE},
    {EADDRINUSE, SOCKET_ADDRESS_IN_USE},
    {EHOSTUNREACH, SOCKET_REMOTE_UNREACHABLE},
    {EHOSTDOWN, SOCKET_REMOTE_UNREACHABLE},
    {ENETUNREACH, SOCKET_REMOTE_UNREACHABLE},
    {ENETDOWN, SOCKET_REMOTE_UNREACHABLE},
    {ENONET, SOCKET_REMOTE_UNREACHABLE},
    {ECONNREFUSED, SOCKET_CONNECTION_REFUSED},
    {ECONNRESET, SOCKET_CONNECTION_RESET},
    {EPIPE, SOCKET_CONNECTION_RESET},
    {ECONNABORTED, SOCKET_CONNECTION_ABORTED},
    {EMSGSIZE, SOCKET_DATAGRAM_TOO_LARGE},
};

static uint8_t code_of(int64_t result)
{
    if (result <= SOCKET_ERROR(0)) {
        return (uint8_t)(SOCKET_ERROR(0) - result);
    }
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        if (codes[i].number == -result) {
            return codes[i].code;
        }
    }
    return SOCKET_UNKNOWN;
}

uint8_t wit_socket_error_code_of(int64_t result)
{
    switch (code_of(result)) {
    case SOCKET_FAMILY_NOT_SUPPORTED:
    case SOCKET_IPV6_ONLY_OPERATION:
        return SOCKET_NOT_SUPPORTED;
    case SOCKET_FAMILY_MISMATCH:
    case SOCKET_INVALID_REMOTE_ADDRESS:
    case SOCKET_INVALID_NAME:
    case SOCKET_OTHER_PEER:
        return SOCKET_INVALID_ARGUMENT;
    case SOCKET_PORTS_EXHAUSTED:
        return SOCKET_ADDRESS_IN_USE;
    default:
        break;
    }
    const uint8_t code = code_of(result);
    return code < SOCKET_FINER_CODES ? code : SOCKET_INVALID_STATE;
}

/* By the order of the draft's text; what it has no code for is 0, `unknown`. */
static const uint8_t draft_codes[] = {
    [SOCKET_ACCESS_DENIED] = 1,
    [SOCKET_NOT_SUPPORTED] = 2,
    [SOCKET_OUT_OF_MEMORY] = 3,
    [SOCKET_TIMEOUT] = 4,
    [SOCKET_CONCURRENCY_CONFLICT] = 5,
    [SOCKET_IN_PROGRESS] = 5,
    [SOCKET_NOT_IN_PROGRESS] = 6,
    [SOCKET_WOULD_BLOCK] = 7,
    [SOCKET_FAMILY_NOT_SUPPORTED] = 8,
    [SOCKET_FAMILY_MISMATCH] = 9,
    [SOCKET_INVALID_REMOTE_ADDRESS] = 10,
    [SOCKET_IPV6_ONLY_OPERATION] = 12,
    [SOCKET_NEW_SOCKET_LIMIT] = 13,
    [SOCKET_ALREADY_BOUND] = 15,
    [SOCKET_ALREADY_CONNECTED] = 16,
    [SOCKET_OTHER_PEER] = 16,
    [SOCKET_NOT_BOUND] = 17,
    [SOCKET_NOT_CONNECTED] = 18,
    [SOCKET_ADDRESS_NOT_BINDABLE] = 19,
    [SOCKET_ADDRESS_IN_USE] = 20,
    [SOCKET_PORTS_EXHAUSTED] = 21,
    [SOCKET_REMOTE_UNREACHABLE] = 22,
    [SOCKET_ALREADY_LISTENING] = 23,
    [SOCKET_NOT_LISTENING] = 24,
    [SOCKET_CONNECTION_REFUSED] = 25,
    [SOCKET_CONNECTION_RESET] = 26,
    [SOCKET_CONNECTION_ABORTED] = 26,
    [SOCKET_DATAGRAM_TOO_LARGE] = 27,
    [SOCKET_INVALID_NAME] = 28,
    [SOCKET_NAME_UNRESOLVABLE] = 29,
    [SOCKET_TEMPORARY_RESOLVER_FAILURE] = 30,
    [SOCKET_PERMANENT_RESOLVER_FAILURE] = 31,
};

uint8_t wit_draft_socket_error_code_of(int64_t result)
{
    const uint8_t code = code_of(result);
    return code < sizeof draft_codes ? draft_codes[code] : 0;
}
