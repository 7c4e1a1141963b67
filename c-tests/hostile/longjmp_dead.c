/* CALLS: */
/* A jmp_buf whose function has returned ends the program, whatever lies where its frame was. */
#include "check.h"

#include <setjmp.h>

static jmp_buf gone;

__attribute__((noinline)) static int save(volatile int depth)
{
    volatile char frame[200];
    frame[0] = (char)depth;
    return setjmp(gone) + frame[0];
}

__attribute__((noinline)) static void use(volatile int depth)
{
    volatile char frame[300];
    frame[0] = (char)depth;
    if (depth > 0) {
        use(depth - 1);
    } else {
        longjmp(gone, 1);
    }
    frame[1] = frame[0];
}

int main(void)
{
    save(7);
    say("saved");
    use(20);
    say("NOT REACHED");
    return 0;
}
