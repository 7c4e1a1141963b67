/* The word by which libc cancels threads (docs/SDK.md).  libc arms the word around a blocking call.
 * A call whose word is both armed and hit must not wait. */
#ifndef WALI_SIGNALS_CANCEL_WORD_H
#define WALI_SIGNALS_CANCEL_WORD_H

#include <stdbool.h>
#include <stdint.h>

struct wali_thread;

/* The option of prctl(2) by which libc registers its word with the runtime. */
#define PR_WALI 0x57414c49

#define CANCEL_SIGNAL 33 /* musl's SIGCANCEL */
#define CANCEL_ARMED UINT32_C(1)
#define CANCEL_HIT UINT32_C(2)

/* The word's value, 0 if the thread has none; whether all of `bits` are set in it.
 * Async-signal-safe. */
uint32_t cancel_word_get(const struct wali_thread *self) __attribute__((visibility("hidden")));
bool cancel_word_has(const struct wali_thread *self, uint32_t bits) __attribute__((visibility("hidden")));

/* Called after a signal handler, which may have made cancellable calls of its own.  Puts the word
 * back for the interrupted call, but keeps CANCEL_HIT if it was set meanwhile. */
void cancel_word_restore(const struct wali_thread *self, uint32_t before)
    __attribute__((visibility("hidden")));

#endif
