/* The engine's note of where compiled code last called the host. */
#ifndef WALI_ENGINE_INTERNALS_LAST_EXIT_H
#define WALI_ENGINE_INTERNALS_LAST_EXIT_H

#include "wali/native/engine/engine.h"

#include <stdbool.h>
#include <stdint.h>

struct wali_thread;

struct last_exit {
    uint64_t frame, pc;
};

/* Whether it is compiled code, and no function of the host's. */
bool function_is_compiled(const struct wali_thread *thread, const wasmtime_func_t *function)
    __attribute__((visibility("hidden")));

/* Once for each thread; any function of its instance that is
 * compiled code. */
void last_exit_attach(struct wali_thread *thread, const wasmtime_func_t *function)
    __attribute__((visibility("hidden")));

/* In a call from compiled code: finds the note, by what must be in it. */
void last_exit_locate(const struct wali_thread *self) __attribute__((visibility("hidden")));

/* Around a call of the guest's that is on top of interrupted compiled code; or,
 * for good, before frames are left of which nobody wants to hear. */
struct last_exit last_exit_suppress(const struct wali_thread *self) __attribute__((visibility("hidden")));
void last_exit_restore(const struct wali_thread *self, const struct last_exit *record)
    __attribute__((visibility("hidden")));

#endif
