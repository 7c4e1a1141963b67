/* Compiled functions compare the stack pointer with a limit in the engine's store, and a
 * handler that runs because the limit was reached would fail at once.  The engine has no
 * function to move the limit, so it is moved where it lies.  The code that loads the limit
 * must agree on the place, and a module cannot choose another: its constants lie among that
 * code. */
#include "wali/native/engine/internals/stack_limit.h"

#include "wali/native/engine/code_range.h"

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
    const uintptr_t start = guest_code.start;
    uintptr_t end = guest_code.end - sizeof LOADS;
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

/* The limit lies below the stack pointer, or was just passed; and not far from it. */
static bool is_limit(uint64_t word)
{
    const uint64_t here = (uintptr_t)__builtin_frame_address(0);
    return word - here < HANDLER_ROOM || here - word < UINT64_C(1) << 32;
}

uint64_t stack_limit_lower(uint64_t *store)
{
    if (place == UNSEARCHED) {
        place = search();
    }
    if (place != KNOWN || store == NULL) {
        return 0;
    }
    uint64_t *const limit = &store[PLACE / sizeof *store];
    const uint64_t before = *limit;
    if (!is_limit(before)) {
        return 0;
    }
    *limit = before - HANDLER_ROOM;
    return before;
}

void stack_limit_restore(uint64_t *store, uint64_t limit)
{
    if (limit != 0) {
        store[PLACE / sizeof *store] = limit;
    }
}
