/* The first hole ends it: ENOMEM, and all before that is gone. */
#include "bare.h"

int main(void)
{
    end(bare_mprotect(0, EVERYTHING, 0));
}
