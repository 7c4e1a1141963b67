/* Random bytes and numbers, of both kinds. */
#include "draft.h"

static unsigned char one[100000], other[100000];

int main(void)
{
    uint64_t seed[2], again[2];
    for (int insecure = 0; insecure < 2; insecure++) {
        random_bytes(one, 200, insecure != 0);
        random_bytes(other, 200, insecure != 0);
        IS(memcmp(one, other, 200) == 0, false);
        IS(one[200], 0);
        random_bytes(one, 0, insecure != 0);
    }
    random_bytes(one, sizeof one, false);
    uint32_t bits = 0;
    for (size_t i = 0; i < sizeof one; i++) {
        bits += (uint32_t)__builtin_popcount(one[i]);
    }
    CHECK(bits > 390000 && bits < 410000);
    IS(random_number() == random_number(), false);
    IS(insecure_number() == insecure_number(), false);
    insecure_seed(seed);
    insecure_seed(again);
    IS(seed[0] == seed[1] && again[0] == again[1], false);
    return done();
}
