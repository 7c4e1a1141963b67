/* More native stack for signal handlers that run on an alternate stack, so that they can run after
 * a stack overflow. */
#ifndef WALI_ENGINE_INTERNALS_STACK_LIMIT_H
#define WALI_ENGINE_INTERNALS_STACK_LIMIT_H

#include <stdint.h>

/* Bytes.  Each native stack has more than that below the engine's limit (HOST_MARGIN in
 * start/run.c), because host code runs there as well. */
#define HANDLER_STACK_RESERVE (UINT64_C(256) << 10)

/* Lowers the limit in the calling thread's store by HANDLER_STACK_RESERVE.  Returns the old limit,
 * or 0 if nothing was changed: the limit's place is not known, or `store` is NULL.
 * Async-signal-safe. */
uint64_t stack_limit_lower(uint64_t *store) __attribute__((visibility("hidden")));
/* Sets the limit to what stack_limit_lower returned; does nothing if that was 0. */
void stack_limit_restore(uint64_t *store, uint64_t limit) __attribute__((visibility("hidden")));

#endif
