/* What sockets of UDP do, for all interfaces.  Each returns at least 0, or what a handler returns. */
#ifndef WALI_WASI_DATAGRAMS_H
#define WALI_WASI_DATAGRAMS_H

#include "wasi/guest_memory.h"
#include "wasi/resources.h"

#include <stdint.h>

/* With a peer a socket sends to that alone, and receives from no other. */
int64_t udp_set_peer(struct udp_socket *socket, const struct wit_ip_socket_address *remote)
    __attribute__((visibility("hidden")));
int64_t udp_forget_peer(struct udp_socket *socket) __attribute__((visibility("hidden")));

/* A datagram, into memory of the guest's. */
int64_t udp_receive(const struct udp_socket *socket, struct wasi_list *data,
                    struct wit_ip_socket_address *from) __attribute__((visibility("hidden")));

/* Sends data that lie in guest memory.  `remote` may be NULL if there is a peer, and has nothing in the gaps
 * of its structure. */
int64_t udp_send(const struct udp_socket *socket, struct wasi_list data,
                 const struct wit_ip_socket_address *remote) __attribute__((visibility("hidden")));

#endif
