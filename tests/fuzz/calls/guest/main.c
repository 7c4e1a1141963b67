#include "guest.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

#define OF_CHILD 12 /* calls that a forked child makes */

struct mode mode;
struct progress *progress;
static uint64_t seed, count;
static volatile bool stop;

void progress_begin(void)
{
    const char *const fd = getenv("FUZZ_PROGRESS");
    progress = fd == NULL ? MAP_FAILED : mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, atoi(fd), 0);
    if (progress == MAP_FAILED) {
        progress = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    }
    if (fd != NULL) {
        close(atoi(fd));
    }
}

static void on_alarm(int signo)
{
    (void)signo;
}

/* Signals are for nothing but to end waits. */
static void prepare(void)
{
    struct sigaction interrupt = {.sa_handler = on_alarm};
    const struct itimerval often = {{0, 2000}, {0, 2000}};
    for (int signo = 1; signo < 65; signo++) {
        if (signo != SIGSEGV && signo != SIGBUS && signo != SIGFPE && signo != SIGILL && signo != SIGCHLD &&
            signo != SIGSYS && (signo < 32 || signo > 34)) {
            signal(signo, SIG_IGN);
        }
    }
    sigaction(SIGALRM, &interrupt, NULL);
    setitimer(ITIMER_REAL, &often, NULL);
}

static bool is_fork(int number)
{
    return number == SYS_fork || number == SYS_vfork || number == SYS_clone || number == SYS_clone3;
}

/* The range stays where only ranges are, unless the run is to do itself harm. */
static void fit(const struct call *call, long *arguments)
{
    if (call->number == SYS_close_range && (uint32_t)arguments[0] < 3) {
        arguments[0] = 3;
    }
    if (mode.harm || call->count == 0 || call->params[0].kind != RANGE) {
        return;
    }
    const uint32_t begin = (uint32_t)(uintptr_t)ranges,
                   page = ((uint32_t)arguments[0] - begin) / PAGE % ARENA_PAGES;
    if ((uint32_t)arguments[1] > (ARENA_PAGES - page) * PAGE) {
        arguments[1] = (ARENA_PAGES - page) * PAGE;
    }
    if (call->number == SYS_mremap) {
        arguments[2] = (uint32_t)arguments[2] % (ARENA_PAGES * PAGE);
        arguments[4] = (long)(intptr_t)(ranges + (ARENA_PAGES + 2) * PAGE);
    }
}

static void remember(int thread, const struct call *call, const long *arguments)
{
    struct made_call *const made =
        &progress->threads[thread].calls[progress->threads[thread].next++ % REMEMBERED];
    made->number = call->number;
    made->result = INT64_MIN;
    for (int i = 0; i < 6; i++) {
        made->arguments[i] = arguments[i];
    }
}

static void make_calls(uint64_t *state, int thread, uint64_t calls);

static void one_call(uint64_t *state, int thread)
{
    const struct call *call;
    long a[6] = {0};
    do {
        call = &table[below(state, (uint32_t)table_length)];
    } while (!may_call(call, state));
    for (int i = 0; i < call->count; i++) {
        a[i] = (int32_t)value_of(&call->params[i], state);
        if (call->params[i].wide && one_in(state, 8)) {
            a[i] |= (long)next(state) << 32;
        }
    }
    fit(call, a);
    remember(thread, call, a);
    const long result = syscall(call->number, a[0], a[1], a[2], a[3], a[4], a[5]);
    progress->threads[thread].calls[(progress->threads[thread].next - 1) % REMEMBERED].result =
        result == -1 ? -errno : result;
    if (result == 0 && is_fork(call->number)) {
        make_calls(state, THREADS - 1, OF_CHILD);
        _exit(0);
    }
}

static void make_calls(uint64_t *state, int thread, uint64_t calls)
{
    for (uint64_t i = 0; i < calls && !stop; i++) {
        if (i % 64 == 0 && thread == 0) {
            make_ranges();
        }
        if (i % (mode.writer ? 8 : 1) == 0 && thread == 0) {
            look_for_leaks();
            if (progress->found != 0) {
                _exit(4);
            }
        }
        write_something(state);
        one_call(state, thread);
        __atomic_fetch_add(&progress->calls, 1, __ATOMIC_RELAXED);
    }
}

/* Changes memory all the time, and ends the process when nothing moves any more. */
static void *change(void *unused)
{
    uint64_t own = seed ^ 12345, before = 0;
    struct timeval last, now;
    gettimeofday(&last, NULL);
    while (!stop) {
        for (int i = 0; i < 500; i++) {
            write_something(&own);
        }
        usleep(20);
        gettimeofday(&now, NULL);
        if (progress->calls != before || before == 0) {
            before = progress->calls;
            last = now;
        } else if ((now.tv_sec - last.tv_sec) * 1000000 + now.tv_usec - last.tv_usec > 100000) {
            _exit(3);
        }
    }
    return unused;
}

static void *call_too(void *number)
{
    uint64_t own = seed * 31 + (uintptr_t)number;
    make_calls(&own, (int)(uintptr_t)number, count / 2);
    return NULL;
}

/* Eight kinds of run, by the seed. */
static void choose_mode(void)
{
    mode.loud = seed % 4 == 3;
    mode.writer = seed % 4 != 0;
    mode.callers = seed % 4 == 2 ? 2 : 0;
    mode.harm = mode.loud && seed / 8 % 4 == 0;
    mode.root = getuid() == 0;
}

static void *nothing(void *unused)
{
    return unused;
}

/* calls SEED COUNT. Ends with 0; 3 if nothing moved any more; 4 if memory of the host's was found. */
int main(int argc, char **argv)
{
    pthread_t threads[3];
    if (argc == 2 && strcmp(argv[1], "canary") == 0) {
        const bool before = has_canary();
        pthread_create(&threads[0], NULL, nothing, NULL);
        return before ? 5 : has_canary() ? 0 : 6;
    }
    if (argc != 3) {
        return 0; /* executed by a call of its own */
    }
    seed = strtoull(argv[1], NULL, 10);
    count = strtoull(argv[2], NULL, 10);
    choose_mode();
    progress_begin();
    make_arena();
    if ((uintptr_t)arena < 8u << 20 || (uintptr_t)arena + ARENA_PAGES * PAGE > 16u << 20) {
        return 7; /* canary.c covers the arena */
    }
    make_ranges();
    open_things();
    prepare();
    uint64_t state = seed * 7919 + 1;
    for (int i = 0; i < 2000; i++) {
        write_something(&state);
    }
    void *(*const first)(void *) = mode.writer ? change : call_too;
    if (pthread_create(&threads[0], NULL, first, (void *)(uintptr_t)(mode.writer ? 0 : 3)) == 0) {
        pthread_detach(threads[0]);
    }
    for (int i = 0; i < mode.callers; i++) {
        pthread_create(&threads[1 + i], NULL, call_too, (void *)(uintptr_t)(1 + i));
    }
    make_calls(&state, 0, count);
    _exit(0);
}
