/* The last wasm exit: frame pointer and program counter of the compiled code that last called the
 * host, in two words of the engine's store.
 *
 * When something traps, the engine walks the stack, and gets from one activation to the next by the
 * last exit.  Compiled code that a signal interrupted has not exited: the words are of an earlier
 * call, whose frame is gone, and a walk from there ends in a panic.  Zero words mean that there is
 * no exit.  The engine has no function to set them, so they are written in the store.
 *
 * Words set to zero also make the end of a thread faster: the engine looks up names for each frame
 * that it walks. */
#ifndef WALI_ENGINE_INTERNALS_LAST_EXIT_H
#define WALI_ENGINE_INTERNALS_LAST_EXIT_H

#include <stdint.h>

struct last_exit {
    uint64_t frame, pc; /* frame pointer, program counter */
};

/* Finds the two words by the contents that they must have.  Called in an entry that compiled code
 * called; does nothing if the words are known or `store` is NULL. */
void last_exit_locate(const uint64_t *store) __attribute__((visibility("hidden")));

/* The two words as they are; zero words if they are not located.  Async-signal-safe. */
struct last_exit last_exit_get(const uint64_t *store) __attribute__((visibility("hidden")));

/* Suppressing sets both words to zero and returns their values, restoring sets them to the values.
 * Both are called around a call into wasm on top of interrupted compiled code.  Suppressing alone
 * is called before a trap that makes the guest leave its frames.  Nothing is written if `store` is
 * NULL or the words are not located.  Async-signal-safe. */
struct last_exit last_exit_suppress(uint64_t *store) __attribute__((visibility("hidden")));
void last_exit_restore(uint64_t *store, const struct last_exit *saved) __attribute__((visibility("hidden")));

#endif
