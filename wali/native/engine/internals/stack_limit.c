/* Compiled functions compare the stack pointer with a limit in the engine's store,
 * and a handler that runs because the limit was reached would fail at once.  The
 * engine has no function to move the limit, so it is moved where it lies.  The code
 * that loads it must agree on the place, and cannot choose another: constants of
 * the guest's lie among that code. */
#include "wali/native/engine/internals/stack_limit.h"

#include "wali/native/process/fork.h"
#include "wali/native/thread/thread.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>

/* mov 8(%rdi), %r10; mov PLACE(%r10), %r10: the store, and the limit in it. */
static const uint8_t LOADS[] = {0x4c, 0x8b, 0x57, 0x08, 0x4d, 0x8b, 0x52};
#define PLACE 0x18
#define FURTHEST ((uintptr_t)4 << 20) /* of the code, to be looked through once */

enum { UNSEARCHED, UNKNOWN, KNOWN };
static _Atomic uint32_t place;

static uint32_t search(void)
{
    const uintptr_t start = wali_process.code_start;
    uintptr_t end = wali_process.code_end - sizeof LOADS;
    uint32_t found = UNKNOWN;
    end = end - start > FURTHEST ? start + FURTHEST : end;
    for (uintptr_t at = start; at < end; at++) {
        const uint8_t *code = (const uint8_t *)at;
        if (code[0] == LOADS[0] && memcmp(code, LOADS, sizeof LOADS) == 0) {
            if (code[sizeof LOADS] != PLACE) {
                return UNKNOWN;
            }
            found = KNOWN;
        }
    }
    return found;
}

static uint64_t *limit_of(const struct wali_thread *self)
{
    return &self->engine_store[PLACE / sizeof(uint64_t)];
}

/* The limit lies below the stack pointer, or was just passed; and not far from it. */
static bool is_limit(uint64_t word)
{
    const uint64_t here = (uintptr_t)__builtin_frame_address(0);
    return word - here < HANDLER_ROOM || here - word < UINT64_C(1) << 32;
}

uint64_t stack_limit_lower(struct wali_thread *self)
{
    if (place == UNSEARCHED) {
        place = search();
    }
    if (place != KNOWN || self->engine_store == NULL) {
        return 0;
    }
    uint64_t *const limit = limit_of(self);
    const uint64_t before = *limit;
    if (!is_limit(before)) {
        return 0;
    }
    *limit = before - HANDLER_ROOM;
    return before;
}

void stack_limit_restore(struct wali_thread *self, uint64_t limit)
{
    if (limit != 0) {
        *limit_of(self) = limit;
    }
}
