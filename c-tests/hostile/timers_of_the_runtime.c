/* CALLS: timer_delete, timer_settime, timer_gettime, timer_getoverrun */
/* Signals come while the engine's own code fills memory, so the runtime makes timers to look again.  The
 * kernel tells of them, but no call of the guest's reaches one. */
#include "check.h"

#include <signal.h>
#include <sys/time.h>
#include <time.h>

#define SIZE (8u << 20)

static volatile sig_atomic_t came;

static void on_alarm(int signo)
{
    (void)signo;
    came++;
}

/* How many of the timers that the kernel tells of can be reached. */
static int reached(void)
{
    char text[4096] = "";
    const int fd = open("/proc/self/timers", O_RDONLY | O_CLOEXEC);
    int count = 0;
    if (fd < 0 || read(fd, text, sizeof text - 1) < 0) {
        return 0; /* not every kernel tells */
    }
    close(fd);
    for (const char *at = text; (at = strstr(at, "ID: ")) != NULL; at += 4) {
        struct itimerspec value = {{0, 1}, {0, 1}};
        const int id = atoi(at + 4);
        count += RAW(SYS_timer_settime, id, 0, &value, 0) == 0 || RAW(SYS_timer_gettime, id, &value) == 0 ||
                 RAW(SYS_timer_getoverrun, id) >= 0 || RAW(SYS_timer_delete, id) == 0;
    }
    return count;
}

int main(void)
{
    char *const memory = malloc(SIZE);
    const struct itimerval often = {{0, 300}, {0, 300}}, never = {{0, 0}, {0, 0}};
    signal(SIGALRM, on_alarm);
    setitimer(ITIMER_REAL, &often, NULL);
    for (int i = 0; came < 300; i++) {
        memset(memory, i, SIZE);
    }
    setitimer(ITIMER_REAL, &never, NULL);
    IS(reached(), 0);

    timer_t own; /* the program's own timers are its own */
    struct itimerspec value = {{0, 0}, {100, 0}};
    OK(timer_create(CLOCK_MONOTONIC, NULL, &own));
    OK(timer_settime(own, 0, &value, NULL));
    OK(timer_gettime(own, &value));
    CHECK(value.it_value.tv_sec == 99 || value.it_value.tv_sec == 100);
    OK(timer_delete(own));
    return done();
}
