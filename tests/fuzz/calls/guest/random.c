#include "guest.h"

uint32_t next(uint64_t *state)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(*state >> 33);
}

uint32_t below(uint64_t *state, uint32_t limit)
{
    return next(state) % limit;
}

bool one_in(uint64_t *state, uint32_t times)
{
    return next(state) % times == 0;
}
