/* The first hole ends it: ENOMEM, and all before that is gone. */
#include "bare.h"

int main(void)
{
    end(bare_mprotect(FIRST, EVERYTHING, 0));
}
