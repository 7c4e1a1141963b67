/* The engine has no function to set the limit, so the word in the store is written.  The word is
 * trusted only if the code compares with it: if a function begins with the load of the limit from
 * the expected place.  The first instructions of a function are the compiler's own, so that no
 * constant of the module's can imitate them. */
#include "wali/native/engine/internals/stack_limit.h"

#include <stdatomic.h>
#include <string.h>

/* push %rbp; mov %rsp, %rbp; mov 8(%rdi), %r10; mov LIMIT_OFFSET(%r10), %r10: the third loads the
 * store, the last the limit. */
static const uint8_t BEGIN[] = {0x55, 0x48, 0x89, 0xe5, 0x4c, 0x8b, 0x57, 0x08, 0x4d, 0x8b, 0x52, 0x18};
#define LIMIT_OFFSET 0x18 /* bytes into the store */

enum { UNTESTED, UNKNOWN, KNOWN };
static _Atomic uint32_t knowledge;

void stack_limit_locate(const void *code)
{
    if (knowledge == UNTESTED) {
        knowledge = memcmp(code, BEGIN, sizeof BEGIN) == 0 ? KNOWN : UNKNOWN;
    }
}

uint64_t stack_limit_get(const uint64_t *store)
{
    return knowledge == KNOWN && store != NULL ? store[LIMIT_OFFSET / sizeof *store] : 0;
}

uint64_t stack_limit_set(uint64_t *store, uint64_t limit)
{
    const uint64_t before = stack_limit_get(store);
    stack_limit_restore(store, before != 0 ? limit : 0);
    return before;
}

void stack_limit_restore(uint64_t *store, uint64_t limit)
{
    if (limit != 0) {
        store[LIMIT_OFFSET / sizeof *store] = limit;
    }
}
