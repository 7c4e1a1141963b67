/* Where compiled code keeps references to the engine's objects (exceptions, for one) during calls.  The
 * collector of garbage finds them by a table, in the frames of the activations that the engine knows of. */
#ifndef WALI_ENGINE_INTERNALS_LIVE_REFERENCES_H
#define WALI_ENGINE_INTERNALS_LIVE_REFERENCES_H

#include <stdbool.h>
#include <stdint.h>

/* Whether code of the module keeps references during any call.  Called before the next. */
bool live_references_exist(void) __attribute__((visibility("hidden")));

/* Calls visit(to, slot) for each reference, 0 for none, that a function keeps in its frame during the call
 * that returns to `site`; `frame` is the function's frame pointer. */
void live_references_each(uintptr_t site, uintptr_t frame, void (*visit)(void *to, uint32_t *slot), void *to)
    __attribute__((visibility("hidden")));

#endif
