/* A thread's part of setjmp, longjmp and contexts. */
#ifndef WALI_JUMPS_STATE_H
#define WALI_JUMPS_STATE_H

#include <stdbool.h>
#include <stdint.h>

struct jump_arena;
struct jump;
struct strand_table;

/* Where walks over a function's callers have met, and how often in a row. */
struct met_callers {
    uintptr_t frame;
    uint64_t sum;      /* from there on */
    uint32_t distance; /* how much further than the nearest the next such frame is to be */
    uint32_t times;
    bool was_guarded; /* but has returned, if it is met again */
};

struct wali_jumps {
    struct jump_arena *arena; /* NULL until the first setjmp */
    struct jump *target;      /* where a longjmp across activations goes; NULL: none */
    int value;
    struct met_callers met;
    struct strand_table *strands; /* strands.h; NULL until the thread has a second one */
    uint16_t place;               /* of the strand that runs */
};

#endif
