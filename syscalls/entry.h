/* What the generated entries share: the frame of an entry, and how pointers and counts are turned
 * for the kernel. */
#ifndef WALI_ENTRY_H
#define WALI_ENTRY_H

#include "abi/_generated/guest_structs.h"
#include "abi/guest.h"
#include "syscalls/handlers/host_pointer.h"
#include "syscalls/handlers/sigevent.h"
#include "wali/native/base/kernel.h"
#include "wali/native/delivery/delivery.h"
#include "wali/native/engine/engine.h"
#include "wali/native/thread/thread.h"

#include <limits.h>
#include <stdint.h>
#include <sys/uio.h>

#define WALI_ENTRY_HEAD(name)                                                                                \
    wasm_trap_t *wali_SYS_##name(__attribute__((unused)) void *env,                                          \
                                 __attribute__((unused)) wasmtime_caller_t *caller,                          \
                                 wasmtime_val_raw_t *args, __attribute__((unused)) size_t arg_count)

/* An entry (wali_entry_t) around the body that follows.  A signal that came for the guest is
 * delivered before the guest goes on.  If the call has not happened by then, it is made again
 * (delivery.h). */
#define WALI_ENTRY(name)                                                                                     \
    static inline int64_t body_##name(const wasmtime_val_raw_t *args);                                       \
    WALI_ENTRY_HEAD(name)                                                                                    \
    {                                                                                                        \
        struct wali_thread *const self = wali_self;                                                          \
        wasm_trap_t *trap = NULL;                                                                            \
        int64_t result;                                                                                      \
        do {                                                                                                 \
            self->signals.entry_will_deliver = 1;                                                            \
            result = body_##name(args);                                                                      \
            self->signals.entry_will_deliver = 0;                                                            \
        } while ((wali_pending != 0 || result == -RESTART) && signals_deliver(self, &result, &trap));        \
        args[0].i64 = result;                                                                                \
        return trap;                                                                                         \
    }                                                                                                        \
    static inline int64_t body_##name(__attribute__((unused)) const wasmtime_val_raw_t *args)

/* The bytes of `count` elements.  A negative count is left to the kernel to refuse. */
static inline uint64_t bytes_of(int64_t count, uint64_t unit)
{
    return count > 0 ? (uint64_t)count * unit : 0;
}

/* The bytes of an fd_set of this many bits.  The kernel reads and writes whole longs
 * (select(2)). */
static inline uint64_t fd_set_size(int32_t bits)
{
    return bits > 0 ? ((uint64_t)bits + 63) / 64 * 8 : 0;
}

/* The sigevent to pass to the kernel: a copy in *host, NULL, or NOWHERE.  The kernel says what is
 * wrong with it. */
static inline void *sigevent_or_nowhere(struct sigevent *host, gaddr_t from)
{
    if (from.v == 0) {
        return NULL;
    }
    return sigevent_in(host, from) ? host : NOWHERE;
}

/* Copies `count` guest iovecs to host[UIO_MAXIOV], with host addresses, and returns the array to
 * pass to the kernel.  For a bad vector that is an array which the kernel refuses, with its own
 * errors in its own order (readv(2)). */
static inline void *iovec_in(struct iovec *host, gaddr_t from, int64_t count)
{
    struct wali_iovec chunk[32];
    const uint32_t room = sizeof chunk / sizeof chunk[0];
    if (count <= 0 || count > UIO_MAXIOV) {
        return NOWHERE;
    }
    for (uint32_t done = 0; done < (uint32_t)count;) {
        const uint32_t left = (uint32_t)count - done;
        const uint32_t part = left < room ? left : room;
        const gaddr_t at = gaddr_add(from, done * (uint32_t)sizeof chunk[0]);
        if (!copy_in(chunk, at, part * sizeof chunk[0])) {
            return NOWHERE;
        }
        for (uint32_t i = 0; i < part; i++, done++) {
            const uint32_t len = chunk[i].iov_len;
            host[done].iov_base = host_pointer(gaddr(chunk[i].iov_base), len);
            /* more than the guest's ssize_t: EINVAL */
            host[done].iov_len = len <= INT_MAX ? len : SIZE_MAX;
        }
    }
    return host;
}

#endif
