/* Random bytes: as many as asked for, each time others, all values. */
#include "check.h"

int main(void)
{
    unsigned char a[257] = {0}, b[256] = {0}, guarded[3] = {7, 7, 7};
    OK(getentropy(a, sizeof b));
    OK(getentropy(b, sizeof b));
    CHECK(memcmp(a, b, sizeof b) != 0);
    ERR(getentropy(a, sizeof a), EIO);
    OK(getentropy(guarded + 1, 0));
    CHECK(guarded[0] == 7 && guarded[1] == 7 && guarded[2] == 7);
    bool seen[256] = {false};
    for (int i = 0; i < 40; i++) { /* a value is missing once in 10^15 runs */
        getentropy(a, sizeof b);
        for (size_t k = 0; k < sizeof b; k++) {
            seen[a[k]] = true;
        }
    }
    int values = 0;
    for (int i = 0; i < 256; i++) {
        values += seen[i];
    }
    IS(values, 256);
    return done();
}
