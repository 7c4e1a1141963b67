/* Programs for the kernel's seccomp(2), written instruction by instruction.  Each check ends in an
 * answer or goes on behind itself, with the call's number loaded. */
#ifndef WALI_CONFINE_FILTER_WRITER_H
#define WALI_CONFINE_FILTER_WRITER_H

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FILTER_MOST 640

struct filter_program {
    struct sock_filter code[FILTER_MOST];
    unsigned short length; /* FILTER_MOST: it did not fit */
};

/* Puts one instruction. */
void filter_put(struct filter_program *program, struct sock_filter instruction)
    __attribute__((visibility("hidden")));
/* Loads the low half of argument `index`, or its high half. */
void filter_load_argument(struct filter_program *program, int index, bool high)
    __attribute__((visibility("hidden")));
/* Answers all calls that have come so far. */
void filter_answer(struct filter_program *program, uint32_t answer) __attribute__((visibility("hidden")));
/* Ends a process of another architecture, and loads the number. */
void filter_begin(struct filter_program *program) __attribute__((visibility("hidden")));
/* The answer to one call, whatever its arguments. */
void filter_call(struct filter_program *program, uint32_t number, uint32_t answer)
    __attribute__((visibility("hidden")));
/* The same to all calls from `first` to `last`. */
void filter_calls(struct filter_program *program, uint32_t first, uint32_t last, uint32_t answer)
    __attribute__((visibility("hidden")));
/* The answer to one call if an argument, masked, has this value.  Of an argument only the low half is
 * looked at: the kernel takes no more of those that are judged. */
void filter_call_if(struct filter_program *program, uint32_t number, int index, uint32_t mask, uint32_t value,
                    uint32_t answer) __attribute__((visibility("hidden")));
/* The same if any bit of the mask is set. */
void filter_call_if_any(struct filter_program *program, uint32_t number, int index, uint32_t mask,
                        uint32_t answer) __attribute__((visibility("hidden")));
/* The instructions of a block, which begins with nothing loaded and ends in answers, for one call. */
void filter_block(struct filter_program *program, uint32_t number, const struct filter_program *block)
    __attribute__((visibility("hidden")));
/* Gives the calling thread the program.  False if it did not fit, or the kernel refuses it.  Needs
 * no_new_privs. */
bool filter_install(const struct filter_program *program) __attribute__((visibility("hidden")));

#endif
