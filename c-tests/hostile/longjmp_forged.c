/* CALLS: */
/* A jmp_buf of the program's own making. */
#include "check.h"

#include <setjmp.h>

int main(void)
{
    jmp_buf made, real;
    if (setjmp(real) != 0) {
        say("NOT REACHED");
    }
    memcpy(&made, &real, sizeof made);
    ((uint64_t *)&made)[1] += 1000;
    say("forged");
    longjmp(made, 1);
}
