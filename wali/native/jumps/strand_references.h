/* References to the engine's objects in the frames of a strand that does not run.  The engine's collector of
 * garbage finds those of the running strand alone, so the others are made roots meanwhile: an exception
 * that destructors run for must be there when they have switched back. */
#ifndef WALI_JUMPS_STRAND_REFERENCES_H
#define WALI_JUMPS_STRAND_REFERENCES_H

#include "wali/native/engine/engine.h"

#include <stdint.h>

struct wali_thread;

#define MOST_REFERENCES 64

struct strand_references {
    uint32_t count;
    struct {
        uint32_t *slot;
        wasmtime_ref_t root;
    } kept[MOST_REFERENCES];
};

/* Keeps the references in the frames of the strand that runs and is about to be left.  Aborts the guest if
 * there are more than MOST_REFERENCES.  Does nothing in modules whose code keeps none during calls. */
void strand_references_keep(const struct wali_thread *self, struct strand_references *to)
    __attribute__((visibility("hidden")));
/* The frames have their references again. */
void strand_references_give_back(const struct wali_thread *self, struct strand_references *from)
    __attribute__((visibility("hidden")));
/* The frames are gone. */
void strand_references_drop(struct strand_references *from) __attribute__((visibility("hidden")));

#endif
