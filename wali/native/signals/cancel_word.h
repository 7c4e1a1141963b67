/* Cancellation of threads, as docs/SDK.md has it: libc brackets a blocking call by a word, and
 * asks that a call whose word has both bits never waits. */
#ifndef WALI_SIGNALS_CANCEL_WORD_H
#define WALI_SIGNALS_CANCEL_WORD_H

#include <stdbool.h>
#include <stdint.h>

struct wali_thread;

/* prctl(2)'s option for the runtime, by which libc names its word. */
#define PR_WALI 0x57414c49

#define CANCEL_SIGNAL 33 /* musl's SIGCANCEL */
#define CANCEL_ARMED UINT32_C(1)
#define CANCEL_HIT UINT32_C(2)

/* 0 if the thread has none. */
uint32_t cancel_word_get(const struct wali_thread *self) __attribute__((visibility("hidden")));
bool cancel_word_has(const struct wali_thread *self, uint32_t bits) __attribute__((visibility("hidden")));

/* After a handler, which may have made cancellable calls of its own: puts the word back for
 * the interrupted call, but keeps CANCEL_HIT if it was set meanwhile. */
void cancel_word_restore(const struct wali_thread *self, uint32_t before)
    __attribute__((visibility("hidden")));

#endif
