/* Sockets of draft.h, by the functions of the draft. */
#ifndef DRAFT_GUEST_SOCKETS_H
#define DRAFT_GUEST_SOCKETS_H

#include "draft_imports.h"

static int64_t new_socket(const struct of_handle *answer)
{
    return answer->tag != 0 ? SOCKET_FAILED(*answer) : (int64_t)answer->handle;
}

static handle network(void)
{
    static handle made;
    made = made == 0 ? d_network() : made;
    return made;
}

static inline int64_t tcp_socket(void)
{
    struct of_handle answer;
    d_tcp(0, &answer);
    return new_socket(&answer);
}

static inline int64_t udp_socket(void)
{
    struct of_handle answer;
    d_udp(0, &answer);
    return new_socket(&answer);
}

#define TWICE(start, finish)                                                                                 \
    struct of_nothing answer;                                                                                \
    start;                                                                                                   \
    if (answer.tag == 0) {                                                                                   \
        finish(this, &answer);                                                                               \
    }                                                                                                        \
    return nothing_of_socket(&answer)

static inline int64_t tcp_bind(handle this, struct peer local)
{
    TWICE(d_tcp_bind(this, network(), GIVEN(local), &answer), d_tcp_bound);
}

static inline int64_t tcp_listen(handle this)
{
    TWICE(d_listen(this, network(), &answer), d_listens);
}

static inline int64_t udp_bind(handle this, struct peer local)
{
    TWICE(d_udp_bind(this, network(), GIVEN(local), &answer), d_udp_bound);
}

static inline int64_t udp_connect(handle this, struct peer remote)
{
    TWICE(d_udp_connect(this, network(), GIVEN(remote), &answer), d_udp_connected);
}

static void wait_for_one(handle pollable)
{
    bool is_ready;
    wait_for(&pollable, 1, &is_ready);
    drop_pollable(pollable);
}

static inline int64_t tcp_connect(handle this, struct peer remote, handle *in, handle *out)
{
    struct of_nothing started;
    struct of_handles answer;
    d_connect(this, network(), GIVEN(remote), &started);
    if (started.tag != 0) {
        return SOCKET_FAILED(started);
    }
    wait_for_one(d_tcp_subscribe(this));
    d_connected(this, &answer);
    *in = answer.handles[0], *out = answer.handles[1];
    return answer.tag != 0 ? SOCKET_FAILED(answer) : 0;
}

static inline int64_t tcp_accept(handle this, handle *in, handle *out)
{
    struct of_handles answer;
    d_accept(this, &answer);
    *in = answer.handles[1], *out = answer.handles[2];
    return answer.tag != 0 ? SOCKET_FAILED(answer) : (int64_t)answer.handles[0];
}

static inline handle until_accepting(handle this)
{
    return d_tcp_subscribe(this);
}

static int64_t port_in(const struct of_address *answer)
{
    return answer->tag != 0 ? SOCKET_FAILED(*answer) : answer->port;
}

static inline int64_t tcp_port(handle this)
{
    struct of_address answer;
    d_tcp_local(this, &answer);
    return port_in(&answer);
}

static inline int64_t udp_port(handle this)
{
    struct of_address answer;
    d_udp_local(this, &answer);
    return port_in(&answer);
}

static inline int64_t tcp_shut_sending(handle this)
{
    struct of_nothing answer;
    d_shutdown(this, 1, &answer);
    return nothing_of_socket(&answer);
}

static inline int64_t no_delay(handle this)
{
    struct of_nothing answer;
    d_no_delay(this, &answer);
    return answer.tag != 0 ? SOCKET_FAILED(answer) : answer.code;
}

static inline int64_t set_no_delay(handle this, bool value)
{
    struct of_nothing answer;
    d_set_no_delay(this, value, &answer);
    return nothing_of_socket(&answer);
}

static inline int64_t udp_send(handle this, const void *at, uint32_t count, struct peer to)
{
    struct of_nothing answer;
    d_send(this, at, count, GIVEN(to), &answer);
    return nothing_of_socket(&answer);
}

static inline int64_t udp_receive(handle this, void *to, struct peer *from)
{
    struct of_datagram answer;
    d_receive(this, &answer);
    if (answer.tag != 0) {
        return SOCKET_FAILED(answer);
    }
    memcpy(to, answer.data.at, answer.data.count);
    from->port = answer.port;
    memcpy(from->host, answer.host, sizeof from->host);
    return answer.data.count;
}

#endif
