/* CALLS: getrandom */
/* A signal ends a long getrandom with what has been filled in; a short one is never interrupted. */
#include "check.h"

#include <signal.h>
#include <sys/time.h>

static volatile sig_atomic_t arrived;
static unsigned char bytes[32 << 20];

static void handler(int signo)
{
    (void)signo;
    arrived = 1;
}

static size_t zeros(const unsigned char *from, size_t count)
{
    size_t found = 0;
    for (size_t i = 0; i < count; i++) {
        found += from[i] == 0;
    }
    return found;
}

int main(void)
{
    struct sigaction action = {.sa_handler = handler, .sa_flags = SA_RESTART};
    struct itimerval every = {{0, 500}, {0, 500}}, never = {{0, 0}, {0, 0}};
    sigaction(SIGALRM, &action, NULL);
    bool partial = false, filled = true, untouched = true;
    for (int i = 0; i < 20 && !partial; i++) {
        memset(bytes, 0, sizeof bytes);
        setitimer(ITIMER_REAL, &every, NULL);
        long count = RAW(SYS_getrandom, bytes, sizeof bytes, 0);
        setitimer(ITIMER_REAL, &never, NULL);
        partial = count > 0 && (size_t)count < sizeof bytes;
        if (partial) {
            filled = zeros(bytes, (size_t)count) < (size_t)count / 100;
            untouched = zeros(bytes + count, sizeof bytes - (size_t)count) == sizeof bytes - (size_t)count;
        }
    }
    CHECK(partial && arrived);
    CHECK(filled && untouched);
    setitimer(ITIMER_REAL, &every, NULL);
    int whole = 0;
    for (int i = 0; i < 10000; i++) {
        whole += RAW(SYS_getrandom, bytes, 256, 0) == 256;
    }
    setitimer(ITIMER_REAL, &never, NULL);
    IS(whole, 10000);
    return done();
}
