/* To walk the stack when something traps, the engine goes from one activation to
 * the next through a note that compiled code makes on each call of the host.
 * Compiled code that a signal interrupts has made none: the note is that of an
 * earlier call, whose frame is gone, and following it ends in a panic.  Zero is
 * how the engine itself says that there is none; it has no function to say so, so
 * the note is written where it lies, in the store.  That is also what makes a thread
 * end quickly: the engine looks up names for each frame that it walks. */
#include "wali/native/engine/internals/last_exit.h"

#include "wali/native/engine/internals/vm_function.h"
#include "wali/native/process/fork.h"
#include "wali/native/thread/thread.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#define STORE_WORDS 24       /* how far to look */
#define NEAR UINT64_C(16384) /* the caller's frame is no farther up the stack */

/* Which of the words they are, plus one: 0 is unknown. */
static _Atomic uint32_t frame_place, pc_place;

bool function_is_compiled(const struct wali_thread *thread, const wasmtime_func_t *function)
{
    return engine_function_of(thread, function)->owner->magic == INSTANCE_MAGIC;
}

void last_exit_attach(struct wali_thread *thread, const wasmtime_func_t *function)
{
    thread->engine_store = engine_function_of(thread, function)->owner->store;
}

void last_exit_locate(const struct wali_thread *self)
{
    const uint64_t here = (uintptr_t)__builtin_frame_address(0);
    const uint64_t *words = frame_place != 0 ? NULL : self->engine_store;
    for (uint32_t i = 0; words != NULL && i < STORE_WORDS; i++) {
        if (words[i] - here >= NEAR || words[i] % 8 != 0) {
            continue;
        }
        const uint64_t pc = ((const uint64_t *)(uintptr_t)words[i])[1];
        for (uint32_t j = 0; in_guest_code(pc) && j < STORE_WORDS; j++) {
            if (words[j] == pc) {
                pc_place = j + 1;
                frame_place = i + 1;
                return;
            }
        }
    }
}

static bool is_known(const struct wali_thread *self)
{
    return frame_place != 0 && self->engine_store != NULL;
}

struct last_exit last_exit_suppress(const struct wali_thread *self)
{
    struct last_exit record = {0, 0};
    uint64_t *words = self->engine_store;
    if (is_known(self)) {
        record = (struct last_exit){words[frame_place - 1], words[pc_place - 1]};
        words[frame_place - 1] = 0;
        words[pc_place - 1] = 0;
    }
    return record;
}

void last_exit_restore(const struct wali_thread *self, const struct last_exit *record)
{
    if (is_known(self)) {
        self->engine_store[frame_place - 1] = record->frame;
        self->engine_store[pc_place - 1] = record->pc;
    }
}
