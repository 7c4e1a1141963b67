/* The runtime outlives the program's memory. */
#include "bare.h"

int main(void)
{
    end(bare_munmap(FIRST, EVERYTHING));
}
