/* wasi:random: the kernel writes into guest memory.  What may be insecure is not. */
#define _GNU_SOURCE
#include "wali/native/base/kernel.h"
#include "wasi/_generated/preview2_handlers.h"
#include "wasi/canonical.h"

#include <errno.h>
#include <stdint.h>

/* The kernel gives part of a large buffer if a signal comes (getrandom(2)). */
static void fill(void *to, uint64_t count)
{
    for (uint64_t done = 0; done < count;) {
        const int64_t got = KERNEL(getrandom, (char *)to + done, count - done, 0);
        if (got < 0 && got != -EINTR) {
            wit_trap("no random bytes: errno %d", (int)-got);
        }
        done += got > 0 ? (uint64_t)got : 0;
    }
}

static uint64_t number(void)
{
    uint64_t value;
    fill(&value, sizeof value);
    return value;
}

void preview2_random_get_random_bytes(uint64_t len, struct wasi_list *answer)
{
    const uint32_t at = wit_allocate(len, 1);
    fill(wasi_host_range(at, len), len);
    *answer = (struct wasi_list){at, (uint32_t)len};
}

uint64_t preview2_random_get_random_u64(void)
{
    return number();
}

void preview2_insecure_get_insecure_random_bytes(uint64_t len, struct wasi_list *answer)
{
    preview2_random_get_random_bytes(len, answer);
}

uint64_t preview2_insecure_get_insecure_random_u64(void)
{
    return number();
}

void preview2_insecure_seed(struct wit_seed *answer)
{
    answer->first = number();
    answer->second = number();
}
