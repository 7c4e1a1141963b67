#include "wasi/guest_memory.h"

/* Vectors are copied in so many at a time. */
#define AT_ONCE 64

/* Empty vectors take no place: behind any number of them there may be one that is not, and a result of 0
 * would tell the guest that a file has ended. */
int64_t wasi_vectors_in(struct iovec *to, uint32_t most, struct wasi_list list)
{
    struct wasi_vector vectors[AT_ONCE];
    uint32_t filled = 0;
    for (uint32_t done = 0; done < list.count && filled <= most;) {
        const uint32_t left = list.count - done;
        const uint32_t count = left < AT_ONCE ? left : AT_ONCE;
        if (!wasi_copy_in(vectors, list.at + done * (uint32_t)sizeof vectors[0],
                          count * (uint32_t)sizeof vectors[0])) {
            return -EFAULT;
        }
        for (uint32_t i = 0; i < count && filled <= most; i++) {
            if (vectors[i].bytes != 0 && filled++ < most) {
                to[filled - 1].iov_base = wasi_host_range(vectors[i].at, vectors[i].bytes);
                to[filled - 1].iov_len = vectors[i].bytes;
            }
        }
        done += count;
    }
    return filled;
}
