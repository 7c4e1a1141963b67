/* A thread's part of setjmp and longjmp. */
#ifndef WALI_JUMPS_STATE_H
#define WALI_JUMPS_STATE_H

struct jump_arena;
struct jump;

struct wali_jumps {
    struct jump_arena *arena; /* NULL until the first setjmp */
    struct jump *target;      /* where a longjmp across activations goes; NULL: none */
    int value;
};

#endif
