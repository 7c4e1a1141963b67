/* CALLS: mmap, mprotect */
#include "together.h"

#include <limits.h>
#include <setjmp.h>
#include <signal.h>

#define KIB 1024

/* Uses nearly all of a stack of `size` bytes. */
static unsigned fill(size_t size)
{
    volatile unsigned char room[4096];
    room[0] = room[4095] = (unsigned char)size;
    return (size > sizeof room ? fill(size - sizeof room) : 0) + room[0] + room[4095];
}

static void *use(void *size)
{
    fill((size_t)size);
    return (void *)1;
}

static void with_stack(size_t size, size_t guard)
{
    pthread_attr_t attributes;
    pthread_t thread;
    size_t found = 0;
    pthread_attr_init(&attributes);
    IS(pthread_attr_setstacksize(&attributes, size), 0);
    IS(pthread_attr_setguardsize(&attributes, guard), 0);
    pthread_attr_getstacksize(&attributes, &found);
    CHECK(found >= size);
    IS(pthread_create(&thread, &attributes, use, (void *)(size / 2)), 0);
    IS(joined(thread), 1);
    pthread_attr_destroy(&attributes);
}

/* What is on the thread's own stack, as libc tells it. */
static void *where(void *unused)
{
    pthread_attr_t attributes;
    void *low = NULL;
    size_t size = 0;
    volatile char here = 0;
    IS(pthread_getattr_np(pthread_self(), &attributes), 0);
    IS(pthread_attr_getstack(&attributes, &low, &size), 0);
    CHECK((uintptr_t)&here >= (uintptr_t)low && (uintptr_t)&here < (uintptr_t)low + size);
    pthread_attr_destroy(&attributes);
    return unused;
}

static void own_memory(void)
{
    static _Alignas(4096) char stack[256 * KIB];
    pthread_attr_t attributes;
    pthread_t thread;
    pthread_attr_init(&attributes);
    IS(pthread_attr_setstack(&attributes, stack, sizeof stack), 0);
    IS(pthread_create(&thread, &attributes, use, (void *)(128 * KIB)), 0);
    IS(joined(thread), 1);
    int touched = 0;
    for (size_t i = 0; i < sizeof stack; i++) {
        touched |= stack[i];
    }
    CHECK(touched != 0);
}

/* Below the stack lies the guard; what reaches it faults. */
static sigjmp_buf back;

static void caught(int signo)
{
    (void)signo;
    siglongjmp(back, 1);
}

static void *into_guard(void *unused)
{
    (void)unused;
    static char alternate[64 * KIB];
    stack_t stack = {.ss_sp = alternate, .ss_size = sizeof alternate};
    pthread_attr_t attributes;
    void *low = NULL;
    size_t size = 0;
    sigaltstack(&stack, NULL);
    pthread_getattr_np(pthread_self(), &attributes);
    pthread_attr_getstack(&attributes, &low, &size);
    pthread_attr_destroy(&attributes);
    if (sigsetjmp(back, 1) == 0) {
        ((volatile char *)low)[-16] = 1;
        return (void *)-1;
    }
    return NULL;
}

int main(void)
{
    with_stack(64 * KIB, 0);
    with_stack(64 * KIB, 4096);
    with_stack(128 * KIB, 64 * KIB);
    with_stack(1 * KIB * KIB, 4096);
    with_stack(64 * KIB * KIB, 4096);
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    IS(pthread_attr_setstacksize(&attributes, 1), EINVAL);
    joined(start(where, NULL));
    own_memory();
    struct sigaction action = {.sa_handler = caught, .sa_flags = SA_ONSTACK};
    OK(sigaction(SIGSEGV, &action, NULL));
    IS(joined(start(into_guard, NULL)), 0);
    return done();
}
