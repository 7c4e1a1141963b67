// What the C library's own functions cost: library NAME. Prints nanoseconds.
#define _GNU_SOURCE
#include "bench.h"

#include <math.h>
#include <pthread.h>
#include <string.h>
#include <strings.h>
#include <wchar.h>

static volatile uint64_t sink;
enum { LONG = 4096 };
static char text[LONG + 1], other[LONG + 1], room[LONG + 1];
static wchar_t wide_text[LONG / 4 + 1], wide_other[LONG / 4 + 1];
static char word[] = "abcdefghijklmnopqrst", word_other[] = "abcdefghijklmnopqrsu";

// Read anew in every round, so that no call is computed once, or when compiling.
static char *volatile long_text = text, *volatile long_other = other, *volatile to = room;
static char *volatile short_text = word, *volatile short_other = word_other;
static wchar_t *volatile wide = wide_text, *volatile wide_same = wide_other;
static volatile size_t n16 = 16, n20 = 20, n32 = 32, n256 = 256, n4k = LONG, wide_4k = LONG / 4;

static void fill(void)
{
    memset(text, 'a', LONG);
    memset(other, 'a', LONG);
    wmemset(wide_text, L'a', LONG / 4);
    wmemset(wide_other, L'a', LONG / 4);
}

#define ROUNDS(name, expression)                                                                             \
    static void name(int64_t n)                                                                              \
    {                                                                                                        \
        while (n--)                                                                                          \
            sink = (uint64_t)(uintptr_t)(expression);                                                        \
    }
#define VALUES(name, expression)                                                                             \
    static void name(int64_t n)                                                                              \
    {                                                                                                        \
        while (n--)                                                                                          \
            sink = (uint64_t)(expression);                                                                   \
    }

ROUNDS(strlen_20, strlen(short_text))
ROUNDS(strlen_4k, strlen(long_text))
ROUNDS(strnlen_4k, strnlen(long_text, n4k))
ROUNDS(strchr_20, strchr(short_text, 't'))
ROUNDS(strchr_4k, strchr(long_text, 'z'))
ROUNDS(strrchr_20, strrchr(short_text, 'b'))
ROUNDS(strrchr_4k, strrchr(long_text, 'z'))
ROUNDS(memchr_20, memchr(short_text, 't', n20))
ROUNDS(memchr_4k, memchr(long_text, 'z', n4k))
ROUNDS(memrchr_4k, memrchr(long_text, 'z', n4k))
VALUES(strcmp_20, strcmp(short_text, short_other))
VALUES(strcmp_4k, strcmp(long_text, long_other))
VALUES(strncmp_4k, strncmp(long_text, long_other, n4k))
VALUES(strcasecmp_20, strcasecmp(short_text, short_other))
VALUES(strcasecmp_4k, strcasecmp(long_text, long_other))
VALUES(memcmp_20, memcmp(short_text, short_other, n20))
VALUES(memcmp_4k, memcmp(long_text, long_other, n4k))
ROUNDS(strstr_20, strstr(short_text, "rst"))
ROUNDS(strstr_4k, strstr(long_text, "aaaaaaabz"))
ROUNDS(memmem_4k, memmem(long_text, n4k, "aaaaaaabz", 9))
ROUNDS(strspn_20, strspn(short_text, "abcdefghijklmnopqrs"))
ROUNDS(strcspn_20, strcspn(short_text, " \t\nt"))
ROUNDS(strcspn_4k, strcspn(long_text, " \t\nz"))
ROUNDS(strcpy_20, strcpy(to, short_text))
ROUNDS(strcpy_4k, strcpy(to, long_text))
ROUNDS(memcpy_16, memcpy(to, long_text, n16))
ROUNDS(memcpy_32, memcpy(to, long_text, n32))
ROUNDS(memcpy_256, memcpy(to, long_text, n256))
ROUNDS(memcpy_4k, memcpy(to, long_text, n4k))
ROUNDS(memmove_32, memmove(to + 3, to, n32))
ROUNDS(memset_32, memset(to, 1, n32))
ROUNDS(memset_256, memset(to, 1, n256))
ROUNDS(memset_4k, memset(to, 1, n4k))
ROUNDS(wcslen_4k, wcslen(wide))
ROUNDS(wmemchr_4k, wmemchr(wide, L'z', wide_4k))
VALUES(wcscmp_4k, wcscmp(wide, wide_same))

// Allocation

static void allocate_64(int64_t n)
{
    while (n--) {
        void *volatile p = malloc(64);
        free(p);
    }
}

enum { ALIVE = 4096 };
static char *alive[ALIVE];

static uint64_t next(uint64_t s)
{
    s ^= s << 13;
    s ^= s >> 7;
    return s ^ s << 17;
}

static void allocate_mixed(int64_t n)
{
    uint64_t s = 88172645463325252;
    while (n--) {
        s = next(s);
        char **slot = &alive[s % ALIVE];
        free(*slot);
        *slot = malloc(16 + (s >> 20) % ((s >> 40 & 15) ? 200 : 4000));
        **slot = 1;
    }
}

// A thousand of one size, and then none: what a list or a tree does.
static void allocate_burst(int64_t n)
{
    enum { BURST = 1000 };
    static char *all[BURST];
    for (; n > 0; n -= BURST) {
        for (int i = 0; i < BURST; i++) {
            all[i] = malloc(40);
        }
        for (int i = 0; i < BURST; i++) {
            free(all[i]);
        }
    }
}

static void allocate_zeroed(int64_t n)
{
    while (n--) {
        void *volatile p = calloc(4, 25);
        free(p);
    }
}

static void allocate_large(int64_t n)
{
    while (n--) {
        char *volatile p = malloc(20000);
        free(p);
    }
}

// From 16 bytes to 4 KiB in steps of a half, as a growing buffer: per step.
static void reallocate(int64_t n)
{
    for (; n > 0; n -= 14) {
        char *volatile p = NULL;
        for (size_t size = 16; size < LONG; size += size / 2) {
            p = realloc(p, size);
            p[size - 1] = 1;
        }
        free(p);
    }
}

static void *allocate_in_thread(void *argument)
{
    char *mine[512] = {0};
    uint64_t s = 88172645463325252;
    for (int64_t n = *(int64_t *)argument; n > 0; n--) {
        s = next(s);
        char **slot = &mine[s & 511];
        free(*slot);
        *slot = malloc(16 + (s >> 20) % 240);
        **slot = 1;
    }
    for (int i = 0; i < 512; i++) {
        free(mine[i]);
    }
    return NULL;
}

static void allocate_2_threads(int64_t n)
{
    pthread_t threads[2];
    int64_t half = n / 2;
    for (int i = 0; i < 2; i++) {
        bench_need(pthread_create(threads + i, NULL, allocate_in_thread, &half) == 0, "pthread_create");
    }
    for (int i = 0; i < 2; i++) {
        pthread_join(threads[i], NULL);
    }
}

// Sorting, numbers

static int compare(const void *a, const void *b)
{
    int x = *(const int *)a, y = *(const int *)b;
    return (x > y) - (x < y);
}

static void sort_10k(int64_t n)
{
    enum { MANY = 10000 };
    static int numbers[MANY];
    uint64_t s = 88172645463325252;
    while (n--) {
        for (int i = 0; i < MANY; i++) {
            s = next(s);
            numbers[i] = (int)(s >> 40);
        }
        qsort(numbers, MANY, sizeof *numbers, compare);
    }
}

static const char *volatile digits = "3.14159265358979", *volatile all_digits = "3.1415926535897931";
static volatile double real = 3.14159265358979, money = 1234.5678;
static char printed[256];

VALUES(strtod_15, strtod(digits, NULL))
VALUES(strtod_17, strtod(all_digits, NULL))
VALUES(print_integer, snprintf(printed, sizeof printed, "%d %s", 12345, "hello"))
VALUES(print_17, snprintf(printed, sizeof printed, "%.17g", real))
VALUES(print_2, snprintf(printed, sizeof printed, "%.2f", money))
VALUES(print_g, snprintf(printed, sizeof printed, "%g", money))

static double (*volatile root)(double) = sqrt, (*volatile down)(double) = floor,
                         (*volatile nearest)(double) = rint;
static double (*volatile less)(double, double) = fmin;

VALUES(sqrt_called, root(money))
VALUES(floor_called, down(money))
VALUES(rint_called, nearest(money))
VALUES(fmin_called, less(money, real))

int main(int argc, char **argv)
{
    static const struct bench all[] = {
        {"strlen-20", NULL, strlen_20, 0},
        {"strlen-4k", fill, strlen_4k, 0},
        {"strnlen-4k", fill, strnlen_4k, 0},
        {"strchr-20", NULL, strchr_20, 0},
        {"strchr-4k", fill, strchr_4k, 0},
        {"strrchr-20", NULL, strrchr_20, 0},
        {"strrchr-4k", fill, strrchr_4k, 0},
        {"memchr-20", NULL, memchr_20, 0},
        {"memchr-4k", fill, memchr_4k, 0},
        {"memrchr-4k", fill, memrchr_4k, 0},
        {"strcmp-20", NULL, strcmp_20, 0},
        {"strcmp-4k", fill, strcmp_4k, 0},
        {"strncmp-4k", fill, strncmp_4k, 0},
        {"strcasecmp-20", NULL, strcasecmp_20, 0},
        {"strcasecmp-4k", fill, strcasecmp_4k, 0},
        {"memcmp-20", NULL, memcmp_20, 0},
        {"memcmp-4k", fill, memcmp_4k, 0},
        {"strstr-20", NULL, strstr_20, 0},
        {"strstr-4k", fill, strstr_4k, 0},
        {"memmem-4k", fill, memmem_4k, 0},
        {"strspn-20", NULL, strspn_20, 0},
        {"strcspn-20", NULL, strcspn_20, 0},
        {"strcspn-4k", fill, strcspn_4k, 0},
        {"strcpy-20", NULL, strcpy_20, 0},
        {"strcpy-4k", fill, strcpy_4k, 0},
        {"memcpy-16", NULL, memcpy_16, 0},
        {"memcpy-32", NULL, memcpy_32, 0},
        {"memcpy-256", NULL, memcpy_256, 0},
        {"memcpy-4k", NULL, memcpy_4k, 0},
        {"memmove-32", NULL, memmove_32, 0},
        {"memset-32", NULL, memset_32, 0},
        {"memset-256", NULL, memset_256, 0},
        {"memset-4k", NULL, memset_4k, 0},
        {"wcslen-4k", fill, wcslen_4k, 0},
        {"wmemchr-4k", fill, wmemchr_4k, 0},
        {"wcscmp-4k", fill, wcscmp_4k, 0},
        {"malloc-64", NULL, allocate_64, 0},
        {"malloc-mixed", NULL, allocate_mixed, 0},
        {"malloc-burst", NULL, allocate_burst, 0},
        {"malloc-20k", NULL, allocate_large, 0},
        {"malloc-2-threads", NULL, allocate_2_threads, 1},
        {"calloc-100", NULL, allocate_zeroed, 0},
        {"realloc", NULL, reallocate, 0},
        {"qsort-10k", NULL, sort_10k, 0},
        {"strtod-15", NULL, strtod_15, 0},
        {"strtod-17", NULL, strtod_17, 0},
        {"printf-d-s", NULL, print_integer, 0},
        {"printf-17g", NULL, print_17, 0},
        {"printf-2f", NULL, print_2, 0},
        {"printf-g", NULL, print_g, 0},
        {"sqrt", NULL, sqrt_called, 0},
        {"floor", NULL, floor_called, 0},
        {"rint", NULL, rint_called, 0},
        {"fmin", NULL, fmin_called, 0},
        {0},
    };
    return bench_main(all, argc, argv);
}
