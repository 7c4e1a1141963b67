#define _GNU_SOURCE
#include "wasi/datagrams.h"

#include "wali/native/base/kernel.h"
#include "wasi/canonical.h"
#include "wasi/sockets.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#define LARGEST_DATAGRAM 65536

/* Linux takes a port that it has chosen itself away with the peer, also from a socket without one: such
 * a one is not asked, and another one is bound to its port again. */
int64_t udp_forget_peer(struct udp_socket *socket)
{
    const struct sockaddr none = {.sa_family = AF_UNSPEC};
    const int host = socket->file->host;
    union socket_address before = {0}, after = {0};
    socklen_t size = sizeof before, size_after = sizeof after;
    if (!socket->is_connected) {
        return 0;
    }
    int64_t result = KERNEL(getsockname, host, &before, &size);
    if (result == 0) {
        result = KERNEL(connect, host, &none, sizeof none);
    }
    if (result < 0) {
        return result;
    }
    socket->is_connected = false;
    result = KERNEL(getsockname, host, &after, &size_after);
    const bool has_port = after.ipv4.sin_port != 0; /* at the same place in both families */
    return result < 0 || has_port ? result : KERNEL(bind, host, &before, size);
}

int64_t udp_set_peer(struct udp_socket *socket, const struct wit_ip_socket_address *remote)
{
    union socket_address address;
    socklen_t size;
    int64_t result = socket_remote_in(&address, &size, socket->family, socket->is_dual, remote);
    if (result == 0) {
        result = KERNEL(connect, socket->file->host, &address, size);
    }
    if (result == 0) {
        socket->is_connected = true;
        socket_address_out(&socket->remote, &address);
    }
    return result;
}

/* The datagram goes to the guest. */
int64_t udp_receive(const struct udp_socket *socket, struct wasi_list *data,
                    struct wit_ip_socket_address *from)
{
    char bytes[LARGEST_DATAGRAM];
    union socket_address address = {0};
    socklen_t size = sizeof address;
    int64_t count;
    do {
        count = KERNEL(recvfrom, socket->file->host, bytes, sizeof bytes, 0, &address, &size);
    } while (count == -EINTR);
    if (count >= 0) {
        *data = wit_bytes_out(bytes, (size_t)count);
        socket_address_out(from, &address);
    }
    return count;
}

/* A socket with a peer sends to no other one. */
int64_t udp_send(const struct udp_socket *socket, struct wasi_list data,
                 const struct wit_ip_socket_address *remote)
{
    union socket_address address;
    socklen_t size = 0;
    if (remote != NULL) {
        const int64_t result = socket_remote_in(&address, &size, socket->family, socket->is_dual, remote);
        if (result < 0) {
            return result;
        }
    }
    if (socket->is_connected && remote != NULL && memcmp(remote, &socket->remote, sizeof *remote) != 0) {
        return SOCKET_ERROR(SOCKET_OTHER_PEER);
    }
    if (!socket->is_connected && remote == NULL) {
        return SOCKET_ERROR(SOCKET_INVALID_ARGUMENT);
    }
    int64_t result;
    do {
        result =
            KERNEL(sendto, socket->file->host, wasi_host_range(data.at, data.count), data.count, MSG_NOSIGNAL,
                   socket->is_connected ? NULL : &address, socket->is_connected ? 0 : size);
    } while (result == -EINTR);
    return result;
}
