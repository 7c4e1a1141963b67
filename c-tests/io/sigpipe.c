/* CALLS: write */
/* EXPECT: signal: 13 */
/* Without a reader the default is death by SIGPIPE: the runtime must not hand an ignored one down. */
#include "check.h"

int main(void)
{
    int ends[2];
    OK(pipe(ends));
    OK(close(ends[0]));
    long long result = write(ends[1], "x", 1);
    say("survived: %lld", result);
    return done();
}
