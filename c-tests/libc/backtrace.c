#include "check.h"

#include <execinfo.h>
#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <unwind.h>

/* How many frames there are, not which: machines and compilers differ in what they inline. */

#define PLAIN __attribute__((noinline))

static void *frames[400];
static volatile int sum, depth_at_signal;

PLAIN static int down(int levels)
{
    const int count = levels == 0 ? backtrace(frames, 400) : down(levels - 1);
    sum += levels; /* so that no call is the last thing done */
    return count;
}

static _Unwind_Reason_Code count_frame(struct _Unwind_Context *context, void *count)
{
    CHECK(_Unwind_GetIP(context) != 0);
    return ++*(int *)count == 3 ? _URC_END_OF_STACK : _URC_NO_REASON;
}

static void on_signal(int signo)
{
    (void)signo;
    depth_at_signal = backtrace(frames, 400);
}

PLAIN static int down_to_signal(int levels)
{
    if (levels == 0) {
        raise(SIGUSR1);
    } else {
        down_to_signal(levels - 1);
    }
    sum += levels;
    return depth_at_signal;
}

static void *in_thread(void *result)
{
    *(int *)result = down(5);
    return NULL;
}

static void symbols(void)
{
    char line[200];
    const int count = down(2);
    char **names = backtrace_symbols(frames, count);
    CHECK(names != NULL && strchr(names[0], '[') != NULL && strchr(names[0], ']') != NULL);
    free(names);
    const int fd = open("names", O_RDWR | O_CREAT, 0600);
    backtrace_symbols_fd(frames, 2, fd);
    const char *const text = content_of("names");
    int lines = 0;
    for (const char *at = text; *at; at++) {
        lines += *at == '\n';
    }
    IS(lines, 2);
    snprintf(line, sizeof line, "%s", text);
    CHECK(strchr(line, '[') != NULL);
    names = backtrace_symbols(frames, 0);
    free(names);
}

int main(void)
{
    const int few = down(1), many = down(21);
    CHECK(few > 2);
    IS(many - few, 20);
    IS(backtrace(frames, 1), 1);
    IS(backtrace(frames, 0), 0);
    IS(down(399), 400);
    int count = 0;
    _Unwind_Backtrace(count_frame, &count);
    IS(count, 3);
    signal(SIGUSR1, on_signal);
    const int shallow = down_to_signal(0);
    IS(down_to_signal(10) - shallow, 10);
    pthread_t thread;
    IS(pthread_create(&thread, NULL, in_thread, &count), 0);
    IS(pthread_join(thread, NULL), 0);
    CHECK(count > 5 && count < 16);
    symbols();
    return done();
}
