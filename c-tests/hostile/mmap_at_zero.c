/* Page 0 is no mapping of the program's, so it cannot be replaced either: data there survive. */
#include "bare.h"

int main(void)
{
    long long refused = bare_mmap(0, 4096, 3, 0x100022, -1, 0); /* MAP_FIXED_NOREPLACE */
    if (refused != -1) {
        end(refused);
    }
    end(bare_mmap(0, 4096, 0, 0x32, -1, 0)); /* MAP_FIXED */
}
