/* Looking up names of hosts, by getaddrinfo(3) in threads of the host's own.
 *
 * That function waits for servers and for files, may load libraries, and cannot be told to stop.  So no
 * call of the guest's makes it.  A name waits in a queue for a thread; there are some of these while
 * there are names, and else none.  They have all signals blocked, and know nothing of the guest. */
#ifndef WALI_WASI_RESOLVER_H
#define WALI_WASI_RESOLVER_H

#include "wasi/_generated/preview2_types.h"
#include "wasi/descriptors.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/* What becomes of a name. */
struct resolution {
    atomic_uint users; /* the guest's stream, and the queue or a thread */
    struct resolution *next;
    struct descriptor *event; /* can be read when it is done; NULL: it was at once */
    atomic_bool is_done;      /* what follows stays as it is */
    int64_t error;            /* what a handler returns, or 0 */
    uint32_t count;
    struct wit_ip_address *addresses;
    bool is_unicode;
    char name[];
};

/* Begins to look up a name, which host_name_read() has seen.  0, or what a handler returns. */
int64_t resolver_begin(const char *name, bool is_unicode, struct resolution **made)
    __attribute__((visibility("hidden")));
/* The same of an address, which is done. */
int64_t resolver_know(const struct wit_ip_address *address, struct resolution **made)
    __attribute__((visibility("hidden")));

/* Ends the guest's use: a name that still waits is not looked up. */
void resolution_leave(struct resolution *resolution) __attribute__((visibility("hidden")));

#endif
