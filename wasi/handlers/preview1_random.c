/* Random bytes: the kernel writes them into guest memory. */
#define _GNU_SOURCE
#include "wali/native/base/kernel.h"
#include "wasi/_generated/preview1_handlers.h"
#include "wasi/errors.h"
#include "wasi/guest_memory.h"

#include <errno.h>
#include <stdint.h>

int64_t preview1_random_get(struct wasi_list buf)
{
    uint8_t *const to = wasi_host_range(buf.at, buf.count);
    /* The kernel gives part of a large buffer if a signal comes (getrandom(2)). */
    for (uint32_t done = 0; done < buf.count;) {
        const int64_t got = KERNEL(getrandom, to + done, buf.count - done, 0);
        if (got < 0 && got != -EINTR) {
            return got;
        }
        done += got > 0 ? (uint32_t)got : 0;
    }
    return 0;
}
