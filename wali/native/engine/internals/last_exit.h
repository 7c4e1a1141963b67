/* The engine's note of where compiled code last called the host: the last wasm exit's frame
 * pointer and program counter, in the store.
 *
 * To walk the stack when something traps, the engine goes from one activation to the next
 * through that note.  Compiled code that a signal interrupts has made none: the note is of
 * an earlier call, whose frame is gone, and following it ends in a panic.  Zero is how the
 * engine itself says that there is none.  It has no function to say so, so the note is
 * written where it lies.  Without a note a thread also ends quickly: the engine looks up
 * names for each frame that it walks. */
#ifndef WALI_ENGINE_INTERNALS_LAST_EXIT_H
#define WALI_ENGINE_INTERNALS_LAST_EXIT_H

#include <stdint.h>

struct last_exit {
    uint64_t frame, pc;
};

/* Finds the note by what must be in it; in a call from compiled code. */
void last_exit_locate(const uint64_t *store) __attribute__((visibility("hidden")));

/* Around a call of the guest's on top of interrupted compiled code; or, for good, before
 * frames are left of which nobody wants to hear.  `store` may be NULL: nothing is written
 * then, nor while the note has not been found. */
struct last_exit last_exit_suppress(uint64_t *store) __attribute__((visibility("hidden")));
void last_exit_restore(uint64_t *store, const struct last_exit *note) __attribute__((visibility("hidden")));

#endif
