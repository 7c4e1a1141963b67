/* The resources of the guest's: what a handle of preview2 stands for.
 *
 * All kinds share one table; a handle of another kind, or one that has been dropped, ends the guest.  A
 * call takes the resource of a handle and gives it back at its end; one that is dropped meanwhile
 * stays until then.  One that has children cannot be dropped: that ends the guest, too.  No lock is held
 * while anything waits, or guest code runs. */
#ifndef WALI_WASI_RESOURCES_H
#define WALI_WASI_RESOURCES_H

#include "wali/native/base/fork_lock.h"
#include "wasi/_generated/preview2_types.h"
#include "wasi/descriptors.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

enum resource_kind {
    RESOURCE_NONE,
    RESOURCE_ERROR,
    RESOURCE_POLLABLE,
    RESOURCE_INPUT_STREAM,
    RESOURCE_OUTPUT_STREAM,
    RESOURCE_DESCRIPTOR,
    RESOURCE_DIRECTORY_ENTRY_STREAM,
    RESOURCE_TERMINAL_INPUT,
    RESOURCE_TERMINAL_OUTPUT,
    RESOURCE_NETWORK,
    RESOURCE_RESOLVE_ADDRESS_STREAM,
    RESOURCE_TCP_SOCKET,
    RESOURCE_UDP_SOCKET,
    RESOURCE_INCOMING_DATAGRAM_STREAM,
    RESOURCE_OUTGOING_DATAGRAM_STREAM,
    RESOURCE_TIMEZONE, /* of the draft: there is none */
};

/* A stream from or to a file. */
struct stream {
    struct descriptor *file; /* a use; NULL: the stream is closed */
    bool has_position;       /* its own; else the file's */
    bool appends;
    _Atomic uint64_t position;
    _Atomic uint64_t permitted; /* bytes that may be written, by the last check-write */
};

/* What is waited for: a time of CLOCK_MONOTONIC in nanoseconds, if `file` is NULL; else poll(2)'s
 * events of the file, or those that the next step of its socket waits for, if they are 0. */
struct pollable {
    struct descriptor *file; /* a use */
    short events;
    uint64_t due;
};

/* The entries of a folder, of which some have been read. */
struct entry_stream {
    struct fork_lock lock; /* each user holds it */
    int host;              /* opened for this alone */
    uint32_t at;
    uint32_t bytes;
    char *entries; /* of getdents64(2); NULL before the first one */
};

/* What both kinds of socket begin with. */
struct any_socket {
    struct descriptor *file;
    uint8_t state;
    uint8_t family;
    bool is_dual; /* of IPv6, and takes addresses of IPv4 in it, too */
};

struct tcp_socket {
    struct descriptor *file; /* a use */
    uint8_t state;           /* enum tcp_state */
    uint8_t family;          /* enum socket_family */
    bool is_dual;
    bool is_accepted; /* else the guest has connected it */
    int backlog;
    struct wit_ip_socket_address remote; /* of a connection */
};

/* Its streams have copies. */
struct udp_socket {
    struct descriptor *file; /* a use */
    uint8_t state;           /* enum udp_state */
    uint8_t family;          /* enum socket_family */
    bool is_dual;
    bool is_connecting; /* by start-connect of the draft */
    bool is_connected;
    _Atomic uint32_t permitted;          /* of an outgoing stream: datagrams, by the last check-send */
    struct wit_ip_socket_address remote; /* if it is */
};

/* The addresses of a name, of which some have been told. */
struct address_stream {
    struct resolution *resolution; /* a use */
    _Atomic uint32_t next;
    uint8_t families; /* those that are told, as bits */
};

union resource_content {
    int64_t error; /* what a handler has returned */
    struct pollable pollable;
    struct stream stream;
    struct descriptor *descriptor; /* a use */
    struct entry_stream entries;
    struct any_socket socket;
    struct tcp_socket tcp;
    struct udp_socket udp;
    struct address_stream addresses;
};

/* A new handle, the lowest free one from 1 on.  What the content holds is the resource's. */
uint32_t resource_new(enum resource_kind kind, const union resource_content *content)
    __attribute__((visibility("hidden")));

/* The same of a child of a resource that the caller uses. */
uint32_t resource_new_child(enum resource_kind kind, const union resource_content *content,
                            union resource_content *parent) __attribute__((visibility("hidden")));

/* Whether there are children that are no pollables. */
bool resource_has_streams(const union resource_content *parent) __attribute__((visibility("hidden")));

/* The resource of a handle, for resource_release(). */
union resource_content *resource_get(uint32_t handle, enum resource_kind kind)
    __attribute__((visibility("hidden")));
void resource_release(union resource_content *content) __attribute__((visibility("hidden")));

/* Drops a handle, whose children then have no parent: for interfaces to which handles are numbers. */
void resource_abandon(uint32_t handle, enum resource_kind kind) __attribute__((visibility("hidden")));
/* Drops a handle. */
void resource_drop(uint32_t handle, enum resource_kind kind) __attribute__((visibility("hidden")));

#endif
