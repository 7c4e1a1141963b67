/* MADV_DONTNEED empties what is mapped, and says that not all was. */
#include "bare.h"

int main(void)
{
    end(bare_madvise(FIRST, EVERYTHING, 4));
}
