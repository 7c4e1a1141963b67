/* Sets of system calls, for filters (syscalls/closed.py). */
#ifndef WALI_CALL_SETS_H
#define WALI_CALL_SETS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CALL_SET_NUMBERS 512 /* above all numbers of the table */

/* Bit n: call n is in it. */
struct call_set {
    uint64_t words[CALL_SET_NUMBERS / 64];
};

/* Calls that guests, the runtime and native programs make; all others are unknown. */
extern const struct call_set calls_known __attribute__((visibility("hidden")));
/* Of those and of the unknown: what leads out, what sets the machine's state, what Landlock does not judge.
 */
extern const struct call_set calls_ways_out __attribute__((visibility("hidden")));
extern const struct call_set calls_machine __attribute__((visibility("hidden")));
extern const struct call_set calls_unjudged __attribute__((visibility("hidden")));

/* The families that --deny and --allow name. */
struct call_family {
    char name[16];
    struct call_set calls;
};
extern const struct call_family call_families[] __attribute__((visibility("hidden")));
extern const size_t call_family_count __attribute__((visibility("hidden")));

static inline bool call_set_has(const struct call_set *set, uint32_t number)
{
    return number < CALL_SET_NUMBERS && (set->words[number / 64] >> number % 64 & 1) != 0;
}

static inline void call_set_add(struct call_set *set, const struct call_set *others)
{
    for (size_t i = 0; i < CALL_SET_NUMBERS / 64; i++) {
        set->words[i] |= others->words[i];
    }
}

static inline void call_set_remove(struct call_set *set, const struct call_set *others)
{
    for (size_t i = 0; i < CALL_SET_NUMBERS / 64; i++) {
        set->words[i] &= ~others->words[i];
    }
}

static inline void call_set_put(struct call_set *set, uint32_t number)
{
    set->words[number / 64] |= UINT64_C(1) << number % 64;
}

#endif
