#include "wali/native/engine/internals/last_exit.h"

#include "wali/native/engine/code_range.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#define STORE_WORDS 24       /* of the store, which are searched */
#define NEAR UINT64_C(16384) /* bytes; the caller's frame is no farther up the stack */

/* The indices of the two words in the store, plus one; 0: not located. */
static _Atomic uint32_t frame_index, pc_index;

void last_exit_locate(const uint64_t *store)
{
    const uint64_t here = (uintptr_t)__builtin_frame_address(0);
    const uint64_t *words = frame_index != 0 ? NULL : store;
    for (uint32_t i = 0; words != NULL && i < STORE_WORDS; i++) {
        if (words[i] - here >= NEAR || words[i] % 8 != 0) {
            continue;
        }
        const uint64_t pc = ((const uint64_t *)(uintptr_t)words[i])[1];
        for (uint32_t j = 0; in_guest_code(pc) && j < STORE_WORDS; j++) {
            if (words[j] == pc) {
                pc_index = j + 1;
                frame_index = i + 1;
                return;
            }
        }
    }
}

static bool is_known(const uint64_t *store)
{
    return frame_index != 0 && store != NULL;
}

struct last_exit last_exit_get(const uint64_t *store)
{
    return is_known(store) ? (struct last_exit){store[frame_index - 1], store[pc_index - 1]}
                           : (struct last_exit){0, 0};
}

struct last_exit last_exit_suppress(uint64_t *store)
{
    const struct last_exit saved = last_exit_get(store);
    if (is_known(store)) {
        store[frame_index - 1] = 0;
        store[pc_index - 1] = 0;
    }
    return saved;
}

void last_exit_restore(uint64_t *store, const struct last_exit *saved)
{
    if (is_known(store)) {
        store[frame_index - 1] = saved->frame;
        store[pc_index - 1] = saved->pc;
    }
}
