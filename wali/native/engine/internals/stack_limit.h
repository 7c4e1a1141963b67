/* The limit that compiled functions compare the stack pointer with: a word of the engine's store.
 * The engine sets the word when a thread enters wasm, to so many bytes below as its configuration
 * says, unless the word is set already. */
#ifndef WALI_ENGINE_INTERNALS_STACK_LIMIT_H
#define WALI_ENGINE_INTERNALS_STACK_LIMIT_H

#include <stdint.h>

/* Learns from a compiled function's code whether the word is where it is expected.  Called before
 * the first of the functions below; only the first call has an effect. */
void stack_limit_locate(const void *code) __attribute__((visibility("hidden")));

/* The limit in the store of the calling thread, or 0 if its place is not known.
 * Async-signal-safe. */
uint64_t stack_limit_get(const uint64_t *store) __attribute__((visibility("hidden")));
/* Sets the limit in the store of the calling thread, or of one that has not begun.  Returns the
 * limit before, or 0 if nothing was changed: the word's place is not known, or `store` is NULL.
 * Async-signal-safe. */
uint64_t stack_limit_set(uint64_t *store, uint64_t limit) __attribute__((visibility("hidden")));
/* Sets the limit to what stack_limit_set returned; does nothing if that was 0. */
void stack_limit_restore(uint64_t *store, uint64_t limit) __attribute__((visibility("hidden")));

#endif
