/* Native stack for handlers that have an alternate stack: after an overflow too. */
#ifndef WALI_ENGINE_INTERNALS_STACK_LIMIT_H
#define WALI_ENGINE_INTERNALS_STACK_LIMIT_H

#include <stdint.h>

struct wali_thread;

/* How much, in bytes.  Below every limit of the engine's there is more than that
 * (HOST_MARGIN of run.c), for host code has to run there as well. */
#define HANDLER_ROOM (UINT64_C(256) << 10)

/* Moves the thread's limit down by HANDLER_ROOM.  What it was, to give back; 0 if
 * the limit is not known. */
uint64_t stack_limit_lower(struct wali_thread *self) __attribute__((visibility("hidden")));
void stack_limit_restore(struct wali_thread *self, uint64_t limit) __attribute__((visibility("hidden")));

#endif
