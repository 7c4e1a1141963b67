/* wasi:io/poll. */
#define _GNU_SOURCE
#include "wasi/_generated/preview2_handlers.h"
#include "wasi/canonical.h"
#include "wasi/waiting.h"

uint32_t preview2_pollable_ready(uint32_t self)
{
    return pollable_wait(self, false);
}

void preview2_pollable_block(uint32_t self)
{
    pollable_wait(self, true);
}

static void answer_indexes(const uint32_t *ready, uint32_t count, void *to)
{
    struct wasi_list *const answer = to;
    const uint32_t size = count * (uint32_t)sizeof ready[0];
    answer->at = wit_allocate(size, sizeof ready[0]);
    answer->count = count;
    wit_store(answer->at, ready, size, sizeof ready[0]);
}

void preview2_poll(struct wasi_list in, struct wasi_list *answer)
{
    pollables_wait(in, answer_indexes, answer);
}
