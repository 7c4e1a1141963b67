// Computation without system calls: what the two compilers and the engine make of the same C.
#include "bench.h"

#include <string.h>

static volatile uint64_t sink;

static uint64_t fib(unsigned n) {
    return n < 2 ? n : fib(n - 1) + fib(n - 2);
}

static void fib_32(int64_t n) {
    static volatile unsigned depth = 32;
    while (n--)
        sink = fib(depth);
}

__attribute__((noinline)) static uint64_t fib_called(unsigned n) {
    return n < 2 ? n : fib_called(n - 1) + fib_called(n - 2);
}

static void fib_calls(int64_t n) {
    static volatile unsigned depth = 32;
    while (n--)
        sink = fib_called(depth);
}

enum { SIEVE = 4000000 };
static unsigned char composite[SIEVE];

static void sieve(int64_t n) {
    while (n--) {
        uint64_t primes = 0;
        memset(composite, 0, sizeof composite);
        for (unsigned i = 2; i < SIEVE; i++) {
            if (composite[i])
                continue;
            primes++;
            for (uint64_t j = (uint64_t)i * i; j < SIEVE; j += i)
                composite[j] = 1;
        }
        sink = primes;
    }
}

enum { SIDE = 256 };
static double a[SIDE][SIDE], b[SIDE][SIDE], c[SIDE][SIDE];

static void fill_matrices(void) {
    for (int i = 0; i < SIDE; i++)
        for (int j = 0; j < SIDE; j++)
            a[i][j] = i + j, b[i][j] = i - j;
}

static void matrix(int64_t n) {
    while (n--) {
        memset(c, 0, sizeof c);
        for (int i = 0; i < SIDE; i++)
            for (int k = 0; k < SIDE; k++)
                for (int j = 0; j < SIDE; j++)
                    c[i][j] += a[i][k] * b[k][j];
        sink = (uint64_t)c[SIDE - 1][SIDE - 1];
    }
}

// Indirect calls through a table, as an interpreter makes them.
static uint64_t add(uint64_t x) {
    return x + 7;
}

static uint64_t rotate(uint64_t x) {
    return x << 3 | x >> 61;
}

static uint64_t mix(uint64_t x) {
    return x * 0x9e3779b97f4a7c15;
}

static void indirect(int64_t n) {
    static uint64_t (*volatile const table[])(uint64_t) = {add, rotate, mix};
    uint64_t x = 1;
    for (int64_t i = 0; i < n; i++)
        x = table[x % 3](x);
    sink = x;
}

enum { BLOCK = 1 << 20 };
static unsigned char source[BLOCK], target[BLOCK];

static void copy_1m(int64_t n) {
    while (n--) {
        memcpy(target, source, BLOCK);
        sink = target[n & (BLOCK - 1)];
    }
}

static void copy_32(int64_t n) {
    static volatile size_t length = 32;
    for (int64_t i = 0; i < n; i++)
        memcpy(target + (i & 0xffff), source + (i & 0xffff), length);
    sink = target[5];
}

static void allocate(int64_t n) {
    enum { SLOTS = 1024 };
    static char *slots[SLOTS];
    uint32_t seed = 1;
    while (n--) {
        seed = seed * 1664525 + 1013904223;
        char **slot = &slots[seed >> 22];
        free(*slot);
        *slot = malloc((seed >> 8 & 1023) + 1);
        if (*slot)
            **slot = 1;
    }
}

int main(int argc, char **argv) {
    static const struct bench all[] = {
        {"fib", NULL, fib_32, 0},
        {"fib-calls", NULL, fib_calls, 0},
        {"sieve", NULL, sieve, 0},
        {"matrix", fill_matrices, matrix, 0},
        {"indirect", NULL, indirect, 0},
        {"memcpy-1m", NULL, copy_1m, 0},
        {"memcpy-32", NULL, copy_32, 0},
        {"malloc", NULL, allocate, 0},
        {0},
    };
    return bench_main(all, argc, argv);
}
