/* CALLS: gettid, set_tid_address, exit */
#include "together.h"

static pthread_t seen;
static long seen_tid;

static void *look(void *argument)
{
    seen = pthread_self();
    seen_tid = RAW(SYS_gettid);
    errno = 77; /* each thread has its own */
    return argument;
}

static void *leave(void *argument)
{
    pthread_exit(argument);
}

static void *join_it(void *other)
{
    return (void *)joined(*(pthread_t *)other);
}

static void *by_exit(void *argument)
{
    RAW(SYS_exit, argument); /* a joinable thread of libc's must not; nobody waits for this one */
    return NULL;
}

static void *sleep_long(void *go)
{
    wait_until(go, 1);
    return NULL;
}

static void *count(void *counter)
{
    atomic_fetch_add((atomic_int *)counter, 1);
    return NULL;
}

static void detached(void)
{
    pthread_attr_t attributes;
    pthread_t thread;
    int state = -1;
    static atomic_int counter;
    OK(pthread_attr_init(&attributes));
    IS(pthread_attr_getdetachstate(&attributes, &state), 0);
    CHECK(state == PTHREAD_CREATE_JOINABLE);
    IS(pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED), 0);
    IS(pthread_attr_setdetachstate(&attributes, 99), EINVAL);
    IS(pthread_create(&thread, &attributes, count, &counter), 0);
    IS(pthread_attr_destroy(&attributes), 0);
    thread = start(count, &counter);
    IS(pthread_detach(thread), 0);
    wait_until(&counter, 2);
}

static void not_yet(void)
{
    static atomic_int go;
    void *result;
    struct timespec until = from_now(CLOCK_REALTIME, 5);
    pthread_t thread = start(sleep_long, &go);
    IS(pthread_tryjoin_np(thread, &result), EBUSY);
    IS(pthread_timedjoin_np(thread, &result, &until), ETIMEDOUT);
    go = 1;
    until = from_now(CLOCK_REALTIME, 30000);
    IS(pthread_timedjoin_np(thread, &result, &until), 0);
}

int main(void)
{
    long tid = RAW(SYS_gettid);
    pthread_t thread;
    errno = 5;
    thread = start(look, (void *)123);
    intptr_t result = joined(thread);
    CHECK(errno == 5);
    IS(result, 123);
    CHECK(pthread_equal(seen, thread));
    CHECK(!pthread_equal(seen, pthread_self()));
    CHECK(seen_tid > 0 && seen_tid != tid);
    CHECK(RAW(SYS_gettid) == tid && tid == getpid());
    IS(joined(start(leave, (void *)-5)), -5);
    thread = start(leave, (void *)6);
    IS(joined(start(join_it, &thread)), 6); /* any thread may join any other */
    detached();
    not_yet();
    IS(pthread_detach(start(by_exit, (void *)9)), 0);
    return done();
}
