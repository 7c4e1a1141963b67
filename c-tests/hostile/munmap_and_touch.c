/* The program does not. */
#include "bare.h"

int main(void)
{
    static volatile int word = 1;
    bare_munmap(FIRST, EVERYTHING);
    end(word);
}
