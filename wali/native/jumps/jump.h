/* Jumps that leave a handler: longjmp to a frame of an outer activation. */
#ifndef WALI_JUMPS_JUMP_H
#define WALI_JUMPS_JUMP_H

#include <stdbool.h>
#include <ucontext.h>

struct wali_thread;

/* Whether the frame that self->jump_target names belongs to the activation that
 * the thread is in now. */
bool jump_is_here(const struct wali_thread *self) __attribute__((visibility("hidden")));

/* Jump to it from an entry, or from a signal handler that interrupted compiled
 * code. */
_Noreturn void jump_out_of_entry(struct wali_thread *self) __attribute__((visibility("hidden")));
_Noreturn void jump_out_of_code(struct wali_thread *self, const ucontext_t *context)
    __attribute__((visibility("hidden")));

/* Makes the interrupted compiled code trap, which ends its activation. */
void jump_by_trap(ucontext_t *context) __attribute__((visibility("hidden")));

#endif
