/* What the engine keeps outside of the native stack about the frames on it.
 *
 * A thread may go on with frames on another native stack (jumps/strands.h).  The engine's pointers
 * must then be those that belong to that stack.
 *
 * A child that runs on its parent's stack (process/borrow.h) enters and leaves frames there, and may
 * end in any of them.  The parent puts the stack back.  The engine's pointers into it, in the store
 * and in the thread-local storage of its library, must then be those of before as well: the last
 * exit, the last entry, and the record of the innermost activation. */
#ifndef WALI_ENGINE_INTERNALS_THREAD_WORDS_H
#define WALI_ENGINE_INTERNALS_THREAD_WORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The engine's thread-local storage of one thread.  Zero: not looked for yet. */
struct thread_local_words {
    uint64_t *words;
    size_t count;
};

#define MOST_THREAD_WORDS 32

struct thread_words {
    size_t count;
    struct {
        uint64_t *at;
        uint64_t value;
    } saved[MOST_THREAD_WORDS];
};

/* Finds the calling thread's storage of the engine's library.  False if there is none. */
bool thread_words_locate(struct thread_local_words *local) __attribute__((visibility("hidden")));

/* Notes the words that point into the native stack from `low` to `high`, or into compiled code.  No
 * word is known by its place: whatever else points there must be as before, too.  `store` may be
 * NULL.  Aborts the guest if there are more than MOST_THREAD_WORDS. */
void thread_words_save(struct thread_words *to, const struct thread_local_words *local, uint64_t *store,
                       uintptr_t low, uintptr_t high) __attribute__((visibility("hidden")));
void thread_words_restore(const struct thread_words *from) __attribute__((visibility("hidden")));
/* Notes what the same words are now. */
void thread_words_renew(struct thread_words *words) __attribute__((visibility("hidden")));
/* Makes them those of a thread without frames, as it enters wasm first. */
void thread_words_clear(const struct thread_words *words) __attribute__((visibility("hidden")));

#endif
