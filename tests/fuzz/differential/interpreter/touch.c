#include "interpreter.h"

#include <setjmp.h>
#include <signal.h>
#include <string.h>

static sigjmp_buf back;

static void on_fault(int signo)
{
    siglongjmp(back, signo);
}

/* peek PLACE: a byte; poke PLACE VALUE. Tells the signal if it faults. */
bool do_touch(const struct line *line)
{
    const bool write = strcmp(line->words[1], "poke") == 0;
    if (!write && strcmp(line->words[1], "peek") != 0) {
        return false;
    }
    struct sigaction fault = {.sa_handler = on_fault}, segv, bus;
    volatile unsigned char *const at = word_place(line->words[2]);
    sigaction(SIGSEGV, &fault, &segv);
    sigaction(SIGBUS, &fault, &bus);
    const int signo = sigsetjmp(back, 1);
    if (signo != 0) {
        tell("fault %d", signo);
    } else if (write) {
        *at = (unsigned char)word_value(line->words[3]);
        tell("done");
    } else {
        tell("%02x", *at);
    }
    sigaction(SIGSEGV, &segv, NULL);
    sigaction(SIGBUS, &bus, NULL);
    return true;
}
