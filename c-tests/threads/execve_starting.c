/* Threads that begin while another one executes, in vain, with faults ignored: a bad address of theirs is
 * EFAULT. */
/* CALLS: execve, clock_gettime */
#include "together.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>

enum { TOGETHER = 4, CALLS = 300, MILLISECONDS = 2500 };

static atomic_int over, wrong;
static void *closed;

static void *execute(void *unused)
{
    char *words[] = {"name", NULL}, *none[] = {NULL};
    while (!over) {
        wrong += execve("no-format", words, none) != -1 || errno != ENOEXEC;
    }
    return unused;
}

static void *fail(void *unused)
{
    for (int i = 0; i < CALLS; i++) {
        wrong += RAW(SYS_clock_gettime, CLOCK_MONOTONIC, closed) != -1 || errno != EFAULT;
    }
    return unused;
}

/* The kernel makes no thread while it looks at a program: EAGAIN. */
static void start_some(void)
{
    pthread_t threads[TOGETHER];
    int started = 0;
    for (int i = 0; i < TOGETHER; i++) {
        started += pthread_create(&threads[started], NULL, fail, NULL) == 0;
    }
    for (int i = 0; i < started; i++) {
        joined(threads[i]);
    }
}

int main(void)
{
    signal(SIGSEGV, SIG_IGN);
    signal(SIGBUS, SIG_IGN);
    close(make_file("no-format", "garbage\n"));
    OK(chmod("no-format", 0700));
    closed = mmap(NULL, 1 << 16, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    CHECK(closed != MAP_FAILED);
    pthread_t executes = start(execute, NULL);
    const struct timespec end = from_now(CLOCK_MONOTONIC, MILLISECONDS);
    struct timespec now;
    do {
        start_some();
        clock_gettime(CLOCK_MONOTONIC, &now);
    } while (now.tv_sec < end.tv_sec || (now.tv_sec == end.tv_sec && now.tv_nsec < end.tv_nsec));
    over = 1;
    joined(executes);
    IS(wrong, 0);
    return done();
}
