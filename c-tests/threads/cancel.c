/* Deferred and asynchronous cancellation, and what is cleaned up. */
/* CALLS: tgkill, rt_sigaction, prctl */
#include "together.h"

static atomic_int ready, go;
static char trail[64];

static void leave_mark(void *mark)
{
    strcat(trail, mark);
}

static void destroy(void *value)
{
    strcat(trail, value);
}

static pthread_key_t key;

static void *deferred(void *unused)
{
    pthread_setspecific(key, "k");
    pthread_cleanup_push(leave_mark, "a");
    pthread_cleanup_push(leave_mark, "b");
    pthread_cleanup_push(leave_mark, "c");
    pthread_cleanup_pop(1);
    ready = 1;
    wait_until(&go, 1); /* a cancellation point as well */
    leave_mark("x");
    pthread_cleanup_pop(0);
    pthread_cleanup_pop(0);
    return unused;
}

/* Computes, so it must ask. */
static void *asks(void *unused)
{
    volatile unsigned work = 0;
    ready = 1;
    for (;;) {
        work++;
        pthread_testcancel();
    }
    return unused;
}

static void *disabled(void *unused)
{
    int old = -1;
    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &old);
    CHECK(old == PTHREAD_CANCEL_ENABLE);
    ready = 1;
    wait_until(&go, 1);
    pthread_testcancel();
    nap(1);
    leave_mark("d");
    pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, &old);
    CHECK(old == PTHREAD_CANCEL_DISABLE);
    pthread_testcancel();
    leave_mark("x");
    return unused;
}

static void *asynchronous(void *unused)
{
    int old = -1;
    volatile unsigned work = 0;
    pthread_cleanup_push(leave_mark, "h");
    pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, &old);
    CHECK(old == PTHREAD_CANCEL_DEFERRED);
    ready = 1;
    for (;;) {
        work++;
    }
    pthread_cleanup_pop(0);
    return unused;
}

static void *oneself(void *unused)
{
    pthread_cancel(pthread_self());
    leave_mark("s");
    pthread_testcancel();
    leave_mark("x");
    return unused;
}

static void *ends_by_itself(void *unused)
{
    pthread_cleanup_push(leave_mark, "e");
    ready = 1;
    pthread_exit((void *)7);
    pthread_cleanup_pop(0);
    return unused;
}

static pthread_t begin(void *(*function)(void *))
{
    trail[0] = 0;
    ready = go = 0;
    pthread_t thread = start(function, NULL);
    wait_until(&ready, function == oneself ? 0 : 1);
    return thread;
}

static bool cancelled(pthread_t thread)
{
    return (void *)joined(thread) == PTHREAD_CANCELED;
}

int main(void)
{
    pthread_key_create(&key, destroy);
    pthread_t thread = begin(deferred);
    IS(pthread_cancel(thread), 0);
    CHECK(cancelled(thread));
    TEXT(trail, "cbak");
    thread = begin(asks);
    IS(pthread_cancel(thread), 0);
    CHECK(cancelled(thread));
    thread = begin(disabled);
    IS(pthread_cancel(thread), 0);
    go = 1;
    CHECK(cancelled(thread));
    TEXT(trail, "d");
    for (int i = 0; i < 20; i++) {
        thread = begin(asynchronous);
        pthread_cancel(thread);
        CHECK(cancelled(thread));
        TEXT(trail, "h");
    }
    thread = begin(oneself);
    CHECK(cancelled(thread));
    TEXT(trail, "s");
    thread = begin(ends_by_itself);
    IS(joined(thread), 7);
    TEXT(trail, "e");
    IS(pthread_setcanceltype(99, NULL), EINVAL);
    IS(pthread_setcancelstate(99, NULL), EINVAL);
    return done();
}
