/* Work of the engine's or of libc's on memory that a kill may not leave half done.
 *
 * A process that runs in its parent's memory (process/borrow.h) can be killed at any instruction.
 * What the core itself changes then is put back by the parent.  The engine's and libc's heap cannot
 * be: so whoever allocates there says so, and a parent whose child died meanwhile ends. */
#ifndef WALI_BASE_HALF_DONE_H
#define WALI_BASE_HALF_DONE_H

#include <stdint.h>

/* How many such pieces of work the thread is in. */
extern __thread volatile uint32_t wali_half_done
    __attribute__((visibility("hidden"), tls_model("initial-exec")));

static inline void half_done_begin(void)
{
    wali_half_done++;
    __atomic_signal_fence(__ATOMIC_SEQ_CST);
}

static inline void half_done_end(void)
{
    __atomic_signal_fence(__ATOMIC_SEQ_CST);
    wali_half_done--;
}

#endif
