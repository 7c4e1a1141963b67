/* A thread gets the stack that it asks for, and can use it: in frames that are in memory, and in
 * frames that need not be. */
/* CALLS: mmap */
#include "together.h"

#define MIB ((size_t)1 << 20)

struct depth {
    long levels;
    long found;
};

__attribute__((noinline)) static long with_memory(long n)
{
    volatile char frame[64];
    frame[n & 63] = (char)n;
    return n == 0 ? 0 : with_memory(n - 1) + frame[n & 63];
}

/* Two functions, so that neither is a loop. */
static long odd(const char *text, long n);

__attribute__((noinline)) static long even(const char *text, long n)
{
    return n == 0 ? 0 : odd(text, n - 1) + (text[n % 3] == 'a') * 2 + 1;
}

__attribute__((noinline)) static long odd(const char *text, long n)
{
    return n == 0 ? 0 : even(text, n - 1) + (text[n % 2] != 'a') * 3;
}

static void *go_deep(void *given)
{
    struct depth *depth = given;
    pthread_attr_t attributes;
    size_t size = 0;
    void *low = NULL;
    pthread_getattr_np(pthread_self(), &attributes);
    pthread_attr_getstack(&attributes, &low, &size);
    CHECK((char *)low < (char *)&attributes && (char *)&attributes < (char *)low + size);
    depth->found = (long)(size / MIB);
    with_memory(depth->levels);
    say("even: %lld", (long long)even("abc", depth->levels));
    pthread_attr_destroy(&attributes);
    return given;
}

static void deep_in(size_t mib, long levels)
{
    struct depth depth = {.levels = levels};
    pthread_attr_t attributes;
    pthread_t thread;
    pthread_attr_init(&attributes);
    IS(pthread_attr_setstacksize(&attributes, mib * MIB), 0);
    const int failed = pthread_create(&thread, &attributes, go_deep, &depth);
    CHECK(failed == 0 && joined(thread) == (intptr_t)&depth);
    CHECK((size_t)depth.found >= mib - 1 && (size_t)depth.found <= mib);
    pthread_attr_destroy(&attributes);
}

int main(void)
{
    deep_in(1, 4000);
    deep_in(16, 60000);
    deep_in(256, 1000000);
    for (int i = 0; i < 20; i++) {
        deep_in(64 + (size_t)(i % 3) * 16, 200000);
    }
    return done();
}
