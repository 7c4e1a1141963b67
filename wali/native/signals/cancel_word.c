#include "wali/native/signals/cancel_word.h"

#include "abi/guest.h"
#include "wali/native/thread/thread.h"

uint32_t cancel_word_get(const struct wali_thread *self)
{
    uint32_t word = 0;
    const gaddr_t at = gaddr(self->signals.cancel_word);
    return at.v != 0 && copy_in(&word, at, sizeof word) ? word : 0;
}

bool cancel_word_has(const struct wali_thread *self, uint32_t bits)
{
    return (cancel_word_get(self) & bits) == bits;
}

void cancel_word_restore(const struct wali_thread *self, uint32_t before)
{
    const uint32_t word = before | (cancel_word_get(self) & CANCEL_HIT);
    if ((before & CANCEL_ARMED) != 0) {
        copy_out(gaddr(self->signals.cancel_word), &word, sizeof word);
    }
}
