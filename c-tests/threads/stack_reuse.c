/* Threads that get the stack of one that has ended are as new: thread-locals, keys, guard. */
/* CALLS: set_tid_address, futex, fork */
#include "together.h"

#include <setjmp.h>
#include <signal.h>
#include <sys/wait.h>

enum { MANY = 40, ROUNDS = 300, SMALL = 64 * 1024 };

static _Thread_local long fresh, filled = 7;
static _Thread_local char area[3000];
static pthread_key_t key;
static atomic_int bad, ended;

static void look(void)
{
    bool clean = fresh == 0 && filled == 7 && pthread_getspecific(key) == NULL;
    for (size_t i = 0; i < sizeof area; i++) {
        clean = clean && area[i] == 0;
    }
    bad += !clean;
    fresh = filled = -1;
    memset(area, 0xee, sizeof area);
    pthread_setspecific(key, &bad);
}

static void *worker(void *argument)
{
    char room[20000];
    memset(room, 0xdd, sizeof room);
    look();
    ended++;
    return room[ended % 100] != 0 ? argument : NULL;
}

/* Of two sizes in turn, so that what is kept does not always fit. */
static pthread_t start_sized(int i, bool detached)
{
    pthread_attr_t attributes;
    pthread_t thread;
    pthread_attr_init(&attributes);
    if (i % 2 != 0) {
        pthread_attr_setstacksize(&attributes, SMALL);
        pthread_attr_setguardsize(&attributes, i % 4 == 1 ? 0 : 8192);
    }
    pthread_attr_setdetachstate(&attributes, detached ? PTHREAD_CREATE_DETACHED : PTHREAD_CREATE_JOINABLE);
    bad += pthread_create(&thread, &attributes, worker, &ended) != 0;
    pthread_attr_destroy(&attributes);
    return thread;
}

static void in_turn(void)
{
    for (int i = 0; i < ROUNDS; i++) {
        bad += joined(start_sized(i / 3, false)) != (intptr_t)&ended;
    }
}

static void at_once(void)
{
    pthread_t threads[MANY];
    for (int round = 0; round < 5; round++) {
        for (int i = 0; i < MANY; i++) {
            threads[i] = start_sized(i, false);
        }
        for (int i = 0; i < MANY; i++) {
            bad += joined(threads[i]) != (intptr_t)&ended;
        }
    }
}

/* A detached thread gives its own stack away, and one that is detached as it ends
 * leaves that to whoever detached it. */
static void detached(void)
{
    const int before = ended;
    for (int i = 0; i < ROUNDS; i++) {
        pthread_t thread = start_sized(i / 3, i % 2 == 0);
        if (i % 2 != 0) {
            bad += pthread_detach(thread) != 0;
        }
        if (i % 16 == 0) {
            wait_until(&ended, before + i + 1);
        }
    }
    wait_until(&ended, before + ROUNDS);
}

static sigjmp_buf back;

static void caught(int signo)
{
    siglongjmp(back, signo);
}

/* The page below a used stack faults as that below a new one. */
static void *into_guard(void *unused)
{
    static char alternate[64 * 1024];
    stack_t stack = {.ss_sp = alternate, .ss_size = sizeof alternate};
    pthread_attr_t attributes;
    void *low = NULL;
    size_t size = 0;
    volatile int seen = 0;
    OK(sigaltstack(&stack, NULL));
    IS(pthread_getattr_np(pthread_self(), &attributes), 0);
    IS(pthread_attr_getstack(&attributes, &low, &size), 0);
    CHECK((uintptr_t)&seen > (uintptr_t)low && (uintptr_t)&seen < (uintptr_t)low + size);
    pthread_attr_destroy(&attributes);
    seen = sigsetjmp(back, 1);
    if (seen == 0) {
        ((volatile char *)low)[-16] = 1;
    }
    CHECK(seen == SIGSEGV || seen == SIGBUS);
    stack.ss_flags = SS_DISABLE;
    OK(sigaltstack(&stack, NULL));
    return unused;
}

/* Forked while other threads end: their stacks can be had there, or not, but none is
 * waited for. */
static void *end_often(void *unused)
{
    for (int i = 0; i < 100; i++) {
        start_sized(0, true);
    }
    return unused;
}

static void forked(void)
{
    pthread_t other = start(end_often, NULL);
    for (int i = 0; i < 10; i++) {
        pid_t child = fork();
        if (child == 0) {
            alarm(60);
            for (int j = 0; j < MANY; j++) {
                joined(start_sized(0, false));
            }
            _exit(bad != 0);
        }
        int status = -1;
        CHECK(waitpid(child, &status, 0) == child && status == 0);
    }
    joined(other);
}

/* Who waits with a limit, or looks, sees the thread until it has ended. */
static void *wait_for_word(void *word)
{
    wait_until(word, 1);
    return word;
}

static void limited(void)
{
    atomic_int word = 0;
    void *result = NULL;
    pthread_t thread = start(wait_for_word, &word);
    const struct timespec soon = from_now(CLOCK_REALTIME, 20);
    IS(pthread_timedjoin_np(thread, &result, &soon), ETIMEDOUT);
    IS(pthread_tryjoin_np(thread, &result), EBUSY);
    word = 1;
    const struct timespec late = from_now(CLOCK_REALTIME, 30000);
    IS(pthread_timedjoin_np(thread, &result, &late), 0);
    CHECK(result == &word);
}

int main(void)
{
    struct sigaction action = {.sa_handler = caught, .sa_flags = SA_ONSTACK};
    IS(pthread_key_create(&key, NULL), 0);
    in_turn();
    at_once();
    detached();
    forked();
    limited();
    OK(sigaction(SIGSEGV, &action, NULL));
    OK(sigaction(SIGBUS, &action, NULL));
    joined(start(into_guard, NULL));
    joined(start(into_guard, NULL));
    wait_alone();
    IS(bad, 0);
    return done();
}
