/* CALLS: setitimer, rt_sigaction */
/* A timer every 50 us while code computes: floats, vectors, 64-bit integers, large copies, memory that grows.
 * The results are those of an undisturbed run. */
#include "check.h"

#include <signal.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <time.h>

#define N 4096
#define BLOCK (8 << 20)

static volatile sig_atomic_t arrived;
static volatile double trouble = 1.5;
static float xs[N], ys[N];
static char *from, *to;

static void handler(int signo)
{
    /* Uses what a careless return would spoil. */
    double value = trouble;
    char bytes[64];
    memset(bytes, signo, sizeof bytes);
    for (int i = 0; i < 8; i++) {
        value = value * 1.25 + bytes[i * 8];
    }
    trouble = value > 1e9 ? 1.5 : value;
    arrived++;
}

static double floats(void)
{
    double a = 1, b = 0.5;
    for (int i = 1; i < 40000; i++) {
        a = a * 0.999 + 1.0 / i;
        b = b + a / (b + 1);
    }
    return a + b;
}

static float vectors(void)
{
    for (int i = 0; i < N; i++) {
        xs[i] = (float)i * 0.25f;
        ys[i] = (float)(N - i);
    }
    for (int round = 0; round < 40; round++) {
        for (int i = 0; i < N; i++) {
            ys[i] = ys[i] * 0.5f + xs[i];
        }
    }
    float sum = 0;
    for (int i = 0; i < N; i++) {
        sum += ys[i];
    }
    return sum;
}

static uint64_t integers(void)
{
    uint64_t a = 0x9e3779b97f4a7c15, b = 1;
    for (int i = 0; i < 60000; i++) {
        a ^= a << 13;
        a ^= a >> 7;
        a ^= a << 17;
        b = b * 31 + a % 1000003 + (a / ((b & 0xff) + 1));
    }
    return b;
}

static uint64_t blocks(void)
{
    memset(from, 0x5a, BLOCK);
    from[12345] = 7;
    memcpy(to, from, BLOCK);
    memmove(to + 100, to, BLOCK - 100);
    uint64_t sum = 0;
    for (int i = 0; i < BLOCK; i += 509) {
        sum = sum * 7 + (unsigned char)to[i];
    }
    return sum;
}

static uint64_t growth(void)
{
    uint64_t sum = 0;
    for (int i = 1; i <= 8; i++) {
        size_t size = (size_t)i << 18;
        char *new = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        memset(new, i, size);
        sum += (uint64_t)new[size - 1] * (uint64_t)new[size / 2];
        munmap(new, size);
        char *heap = malloc((size_t)i * 30000);
        memset(heap, i, (size_t)i * 30000);
        sum += (uint64_t)heap[i * 29999];
        free(heap);
    }
    return sum;
}

int main(void)
{
    from = malloc(BLOCK);
    to = malloc(BLOCK);
    struct sigaction action = {.sa_handler = handler};
    struct itimerval every = {{0, 50}, {0, 50}}, never = {{0, 0}, {0, 0}};
    double f = floats();
    float v = vectors();
    uint64_t n = integers(), b = blocks(), g = growth();
    int wrong[5] = {0};
    OK(sigaction(SIGALRM, &action, NULL));
    OK(setitimer(ITIMER_REAL, &every, NULL));
    time_t begin = time(NULL);
    for (int i = 0; i < 40 || (arrived < 20000 && time(NULL) < begin + 5); i++) {
        wrong[0] += floats() != f;
        wrong[1] += vectors() != v;
        wrong[2] += integers() != n;
        wrong[3] += i % 4 == 0 && blocks() != b;
        wrong[4] += growth() != g;
    }
    setitimer(ITIMER_REAL, &never, NULL);
    for (int i = 0; i < 5; i++) {
        IS(wrong[i], 0);
    }
    CHECK(arrived > 2000);
    return done();
}
