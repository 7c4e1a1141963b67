/* Address 0 is the program's own, data included. */
#include "bare.h"

int main(void)
{
    long long kept = bare_mmap(0, 4096, 3, 0x100022, -1, 0); /* MAP_FIXED_NOREPLACE */
    if (kept != -17) {
        end(kept);
    }
    end(bare_mmap(0, 4096, 0, 0x32, -1, 0)); /* MAP_FIXED */
}
