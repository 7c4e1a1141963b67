/* CALLS: getrandom */
#include "check.h"

int main(void)
{
    unsigned char a[256] = {0}, b[256] = {0};
    IS(RAW(SYS_getrandom, a, sizeof a, 0), 256);
    IS(RAW(SYS_getrandom, b, sizeof b, 1), 256); /* GRND_NONBLOCK */
    CHECK(memcmp(a, b, sizeof a) != 0);
    int seen[256] = {0}, values = 0;
    for (int i = 0; i < 256; i++) {
        values += seen[a[i]]++ == 0;
    }
    CHECK(values > 100);
    IS(RAW(SYS_getrandom, a, 0, 0), 0);
    IS(RAW(SYS_getrandom, a, 16, 4), 16); /* GRND_INSECURE */
    static char large[100000];
    IS(RAW(SYS_getrandom, large, sizeof large, 0), 100000);
    ERR(RAW(SYS_getrandom, a, 16, 8), EINVAL);
    ERR(RAW(SYS_getrandom, a, 16, 2 | 4), EINVAL);
    ERR(RAW(SYS_getrandom, bad_pointer(), 16, 0), EFAULT);
    return done();
}
