/* The end by a failure. */
/* EXPECT: status: 1 */
#include "draft.h"

int main(void)
{
    say("before");
    fflush(stdout);
    end(true);
}
