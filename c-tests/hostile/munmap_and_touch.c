/* The program does not. */
#include "bare.h"

int main(void)
{
    static volatile int word = 1;
    bare_munmap(0, EVERYTHING);
    end(word);
}
