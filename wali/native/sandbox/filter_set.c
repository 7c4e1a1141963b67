#include "wali/native/sandbox/filter_set.h"

void filter_call_set(struct filter_program *program, const struct call_set *set, uint32_t answer)
{
    for (uint32_t first = 0; first < CALL_SET_NUMBERS; first++) {
        uint32_t last = first;
        if (!call_set_has(set, first)) {
            continue;
        }
        while (call_set_has(set, last + 1)) {
            last++;
        }
        filter_calls(program, first, last, answer);
        first = last;
    }
}
