/* A thread's part of setjmp and longjmp. */
#ifndef WALI_JUMPS_STATE_H
#define WALI_JUMPS_STATE_H

struct jump_arena;
struct jump;

struct wali_jumps {
    struct jump_arena *arena; /* made by the first setjmp */
    struct jump *target;      /* where a longjmp is going, across activations */
    int value;
};

#endif
