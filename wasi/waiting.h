/* Waiting for pollables, for all interfaces that have them. */
#ifndef WALI_WASI_WAITING_H
#define WALI_WASI_WAITING_H

#include "wasi/guest_memory.h"

#include <stdbool.h>
#include <stdint.h>

/* The most of poll(2), too, as a rule. */
#define MOST_POLLABLES 65536

/* Whether the pollable of a handle is ready; if it `waits`, then when it is. */
bool pollable_wait(uint32_t handle, bool waits) __attribute__((visibility("hidden")));

/* Waits for one at least of a list of handles, which ends the guest if it is empty or too long.  Then
 * `answer` gets the indexes of those that are ready, and may run guest code. */
void pollables_wait(struct wasi_list in, void (*answer)(const uint32_t *ready, uint32_t count, void *to),
                    void *to) __attribute__((visibility("hidden")));

#endif
