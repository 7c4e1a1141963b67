/* A loop that computes in registers alone reads what is volatile each time around, of every type: a handler, or another
 * thread, ends it. */
/* CALLS: setitimer */
#include "check.h"

#include <pthread.h>
#include <signal.h>
#include <sys/time.h>

struct flags {
    long other;
    volatile signed char byte;
    volatile unsigned short half;
    volatile int word;
    volatile long long large;
    volatile float single;
    volatile double wide;
    int volatile *pointer;
};

static volatile sig_atomic_t flag;
static volatile unsigned char flags[3];
static struct flags all;
static volatile int pointed_to;

static void set_all(int signal)
{
    (void)signal;
    flag = 1;
    flags[1] = 1;
    all.byte = -1;
    all.half = 0x8000;
    all.word = 1;
    all.large = 1LL << 40;
    all.single = 0.5F;
    all.wide = 0.5;
    pointed_to = 1;
}

static void clear_all(void)
{
    flag = 0;
    flags[1] = 0;
    all = (struct flags){.pointer = &pointed_to};
    pointed_to = 0;
}

static void *set_soon(void *nothing)
{
    usleep(20000);
    set_all(0);
    return nothing;
}

static bool by_thread;
static pthread_t thread;

static void begin(void)
{
    clear_all();
    if (by_thread) {
        pthread_create(&thread, NULL, set_soon, NULL);
    } else {
        struct itimerval soon = {.it_value = {0, 20000}};
        setitimer(ITIMER_REAL, &soon, NULL);
    }
}

static void end(void)
{
    if (by_thread) {
        pthread_join(thread, NULL);
    }
}

/* Several blocks, no memory. */
static inline unsigned step(unsigned x, unsigned *rounds)
{
    if (x <= 1) {
        return 27 + (*rounds)++ % 1000;
    }
    return x & 1 ? 3 * x + 1 : x / 2;
}

#define ENDS(condition)                                                                                      \
    do {                                                                                                     \
        unsigned x = 27, rounds = 0;                                                                         \
        begin();                                                                                             \
        while (condition) {                                                                                  \
            x = step(x, &rounds);                                                                            \
        }                                                                                                    \
        end();                                                                                               \
        say("%s ends a loop%s", #condition, x > 0 ? "" : " wrongly");                                        \
    } while (0)

/* Out of line, so that the address is not known. */
__attribute__((noinline)) static void by_pointer(struct flags *some)
{
    ENDS(!some->byte);
    ENDS(some->byte >= 0);
    ENDS(!some->half);
    ENDS(!some->word);
    ENDS(!some->large);
    ENDS(some->large == (int)some->large);
    ENDS(some->single == 0);
    ENDS(some->wide == 0);
    ENDS(!*some->pointer);
}

/* A load that only some rounds come to, in a loop inside another that ends by it. */
__attribute__((noinline)) static unsigned in_two_loops(volatile int *word)
{
    unsigned x = 27, rounds = 0;
    for (;;) {
        for (unsigned i = 0; i < 100; i++) {
            x = step(x, &rounds);
            if (x == 28 && *word) {
                return x;
            }
        }
    }
}

static void run(void)
{
    ENDS(!flag);
    ENDS(!flags[1]);
    ENDS(!all.large);
    by_pointer(&all);
    begin();
    IS(in_two_loops(&all.word), 28);
    end();
}

int main(void)
{
    signal(SIGALRM, set_all);
    run();
    by_thread = true;
    run();
    return done();
}
