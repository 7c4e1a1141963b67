/* CALLS: */
/* A jmp_buf belongs to the thread that made it. */
#include "check.h"

#include <pthread.h>
#include <setjmp.h>

static jmp_buf ours;

static void *thief(void *unused)
{
    jmp_buf own;
    if (setjmp(own) == 0) { /* so that it has jumps of its own, with numbers like ours */
        longjmp(ours, 1);
    }
    say("NOT REACHED");
    return unused;
}

int main(void)
{
    pthread_t thread;
    if (setjmp(ours) != 0) {
        say("NOT REACHED");
        return 1;
    }
    say("starting");
    pthread_create(&thread, NULL, thief, NULL);
    pthread_join(thread, NULL);
    say("NOT REACHED");
    return 0;
}
