/* Compiled functions compare the stack pointer with a limit in the engine's store.  A handler that
 * runs because the limit was reached would fail at once.  The engine has no function to move the
 * limit, so the word in the store is written.
 *
 * The word is trusted only if every load of a limit that is found in the code has the expected
 * offset.  A module's constants lie among the code and can imitate a load, so no load may choose the
 * offset: if one differs, the result is UNKNOWN. */
#include "wali/native/engine/internals/stack_limit.h"

#include "wali/native/engine/code_range.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>

/* mov 8(%rdi), %r10; mov LIMIT_OFFSET(%r10), %r10: loads the store, then the limit. */
static const uint8_t LOADS[] = {0x4c, 0x8b, 0x57, 0x08, 0x4d, 0x8b, 0x52};
#define LIMIT_OFFSET 0x18                   /* bytes into the store */
#define SEARCHED_BYTES ((uintptr_t)4 << 20) /* of the code, at most */

enum { UNSEARCHED, UNKNOWN, KNOWN };
static _Atomic uint32_t knowledge;

static uint32_t search(void)
{
    const uintptr_t start = guest_code.start;
    uintptr_t end = guest_code.end - sizeof LOADS;
    uint32_t found = UNKNOWN;
    end = end - start > SEARCHED_BYTES ? start + SEARCHED_BYTES : end;
    for (uintptr_t at = start; at < end; at++) {
        const uint8_t *code = (const uint8_t *)at;
        if (code[0] == LOADS[0] && memcmp(code, LOADS, sizeof LOADS) == 0) {
            if (code[sizeof LOADS] != LIMIT_OFFSET) {
                return UNKNOWN;
            }
            found = KNOWN;
        }
    }
    return found;
}

/* Whether the word can be the limit: less than 4 GiB below the stack pointer, or just above it, for
 * host code runs below the limit. */
static bool is_limit(uint64_t word)
{
    const uint64_t here = (uintptr_t)__builtin_frame_address(0);
    return word - here < HANDLER_STACK_RESERVE || here - word < UINT64_C(1) << 32;
}

uint64_t stack_limit_lower(uint64_t *store)
{
    if (knowledge == UNSEARCHED) {
        knowledge = search();
    }
    if (knowledge != KNOWN || store == NULL) {
        return 0;
    }
    uint64_t *const limit = &store[LIMIT_OFFSET / sizeof *store];
    const uint64_t before = *limit;
    if (!is_limit(before)) {
        return 0;
    }
    *limit = before - HANDLER_STACK_RESERVE;
    return before;
}

void stack_limit_restore(uint64_t *store, uint64_t limit)
{
    if (limit != 0) {
        store[LIMIT_OFFSET / sizeof *store] = limit;
    }
}
