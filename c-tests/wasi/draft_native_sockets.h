/* Sockets of draft.h, by POSIX. */
#ifndef DRAFT_NATIVE_SOCKETS_H
#define DRAFT_NATIVE_SOCKETS_H

#include "draft_native_streams.h"

static struct sockaddr_in address_of(struct peer peer)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(peer.port)};
    memcpy(&address.sin_addr, peer.host, sizeof peer.host);
    return address;
}

static inline int64_t tcp_socket(void)
{
    return OF_SOCKET(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0));
}

static inline int64_t udp_socket(void)
{
    return OF_SOCKET(socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0));
}

static inline int64_t tcp_bind(handle this, struct peer local)
{
    const struct sockaddr_in address = address_of(local);
    return OF_SOCKET(bind((int)this, (const struct sockaddr *)&address, sizeof address));
}

static inline int64_t udp_bind(handle this, struct peer local)
{
    return tcp_bind(this, local);
}

static inline int64_t tcp_listen(handle this)
{
    return OF_SOCKET(listen((int)this, 8));
}

static int64_t connect_to(handle this, struct peer remote)
{
    const struct sockaddr_in address = address_of(remote);
    return connect((int)this, (const struct sockaddr *)&address, sizeof address);
}

static inline int64_t udp_connect(handle this, struct peer remote)
{
    return OF_SOCKET(connect_to(this, remote));
}

static inline int64_t tcp_connect(handle this, struct peer remote, handle *in, handle *out)
{
    struct pollfd polled = {.fd = (int)this, .events = POLLOUT};
    socklen_t size = sizeof errno;
    connect_to(this, remote);
    poll(&polled, 1, -1);
    getsockopt((int)this, SOL_SOCKET, SO_ERROR, &errno, &size);
    *in = (handle)new_stream((int)this, -1), *out = (handle)new_stream((int)this, -1);
    return errno == 0 ? 0 : OF_SOCKET(-1);
}

static inline int64_t tcp_accept(handle this, handle *in, handle *out)
{
    const int fd = accept((int)this, NULL, NULL);
    *in = (handle)new_stream(fd, -1), *out = (handle)new_stream(fd, -1);
    return OF_SOCKET(fd);
}

static inline handle until_accepting(handle this)
{
    return new_pollable((int)this, POLLIN, 0);
}

static inline int64_t tcp_port(handle this)
{
    struct sockaddr_in address = {0};
    socklen_t size = sizeof address;
    getsockname((int)this, (struct sockaddr *)&address, &size);
    return ntohs(address.sin_port);
}

static inline int64_t udp_port(handle this)
{
    return tcp_port(this);
}

static inline int64_t tcp_shut_sending(handle this)
{
    return OF_SOCKET(shutdown((int)this, SHUT_WR));
}

static inline int64_t no_delay(handle this)
{
    int value = 0;
    socklen_t size = sizeof value;
    return OF_SOCKET(getsockopt((int)this, IPPROTO_TCP, TCP_NODELAY, &value, &size)) == 0 ? value != 0 : GONE;
}

static inline int64_t set_no_delay(handle this, bool value)
{
    const int number = value;
    return OF_SOCKET(setsockopt((int)this, IPPROTO_TCP, TCP_NODELAY, &number, sizeof number));
}

static inline int64_t udp_send(handle this, const void *at, uint32_t count, struct peer to)
{
    const struct sockaddr_in address = address_of(to);
    return OF_SOCKET(sendto((int)this, at, count, 0, (const struct sockaddr *)&address, sizeof address)) < 0
               ? GONE
               : 0;
}

static inline int64_t udp_receive(handle this, void *to, struct peer *from)
{
    struct sockaddr_in address = {0};
    socklen_t size = sizeof address;
    const ssize_t got = recvfrom((int)this, to, 65536, 0, (struct sockaddr *)&address, &size);
    from->port = ntohs(address.sin_port);
    memcpy(from->host, &address.sin_addr, sizeof from->host);
    return OF_SOCKET(got);
}

static inline void drop_tcp(handle this)
{
    close((int)this);
}

static inline void drop_udp(handle this)
{
    close((int)this);
}

#endif
