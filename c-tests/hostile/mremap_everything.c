/* There is no room, and nothing moves. */
#include "bare.h"

int main(void)
{
    static volatile int word = 5;
    long long grown = bare_mremap(FIRST, 4096, EVERYTHING, 1, 0);
    long long moved = bare_mremap(FIRST, EVERYTHING, EVERYTHING, 3, 2 * FIRST);
    if (word != 5 || moved != -22) {
        end(-99);
    }
    end(grown);
}
