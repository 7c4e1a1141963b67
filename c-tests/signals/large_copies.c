/* CALLS: setitimer, rt_sigaction */
/* Signals during one long copy or fill, which compiled code leaves to its engine. */
#include "check.h"

#include <signal.h>
#include <sys/time.h>

#define SIZE ((size_t)100 << 20)

static volatile sig_atomic_t arrived;
static uint64_t sum;

static void handler(int signo)
{
    (void)signo;
    arrived++;
    for (int i = 0; i < 50; i++) {
        sum = sum * 31 + (uint64_t)i;
    }
}

int main(void)
{
    struct sigaction action = {.sa_handler = handler};
    struct itimerval every = {{0, 100}, {0, 100}}, never = {{0, 0}, {0, 0}};
    char *bytes = malloc(2 * SIZE);
    CHECK(bytes != NULL);
    sigaction(SIGALRM, &action, NULL);
    setitimer(ITIMER_REAL, &every, NULL);
    int wrong = 0;
    for (int i = 1; i <= 4; i++) {
        memset(bytes, i, SIZE);
        memcpy(bytes + SIZE, bytes, SIZE);
        memmove(bytes + 1, bytes, SIZE);
        for (size_t at = 0; at < 2 * SIZE; at += 40961) {
            wrong += bytes[at] != i;
        }
    }
    setitimer(ITIMER_REAL, &never, NULL);
    IS(wrong, 0);
    CHECK(arrived > 3);
    return done();
}
