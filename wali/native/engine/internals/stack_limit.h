/* Native stack for handlers that have an alternate stack: after an overflow too. */
#ifndef WALI_ENGINE_INTERNALS_STACK_LIMIT_H
#define WALI_ENGINE_INTERNALS_STACK_LIMIT_H

#include <stdint.h>

/* How much, in bytes.  Below every limit of the engine's there is more than that
 * (HOST_MARGIN of run.c), for host code has to run there as well. */
#define HANDLER_ROOM (UINT64_C(256) << 10)

/* Moves the limit in this store, the calling thread's, down by HANDLER_ROOM.  What the limit
 * was, to restore; 0 if it is not known, or `store` is NULL. */
uint64_t stack_limit_lower(uint64_t *store) __attribute__((visibility("hidden")));
void stack_limit_restore(uint64_t *store, uint64_t limit) __attribute__((visibility("hidden")));

#endif
