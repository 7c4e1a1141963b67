/* A program's stack is as large as the limit was when it was executed, and it is told so. */
/* CALLS: prlimit64, execve, setrlimit, getrlimit */
#include "check.h"

#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

#define MIB ((rlim_t)1 << 20)

__attribute__((noinline)) static long deep(long n)
{
    volatile char frame[1024];
    frame[n & 1023] = (char)n;
    return n == 0 ? 0 : deep(n - 1) + frame[n & 1023];
}

__attribute__((noinline)) static long bare(const char *text, long n)
{
    return n == 0 ? 0 : bare(text, n - 1) * 3 + text[n % 2];
}

/* In the program that was executed: how large it finds its stack, and goes that deep. */
static int use(rlim_t mib, long kib)
{
    pthread_attr_t attributes;
    void *low = NULL;
    size_t size = 0;
    struct rlimit limit;
    IS(getrlimit(RLIMIT_STACK, &limit), 0);
    CHECK(mib == 0 ? limit.rlim_cur == RLIM_INFINITY : limit.rlim_cur == mib * MIB);
    IS(pthread_getattr_np(pthread_self(), &attributes), 0);
    IS(pthread_attr_getstack(&attributes, &low, &size), 0);
    CHECK(mib == 0 ? size >= 512 * MIB : size <= mib * MIB && size > mib * MIB - MIB / 2);
    CHECK((char *)low < (char *)&limit && (char *)&limit < (char *)low + size);
    fflush(stdout);
    deep(kib);
    bare("ab", kib * 16);
    say("came back from %lld KiB", (long long)kib);
    return done();
}

static void with_limit(const char *self, const char *mib, const char *kib)
{
    const rlim_t wanted = strtoul(mib, NULL, 10);
    int status = 0;
    fflush(stdout);
    const pid_t child = fork();
    if (child == 0) {
        struct rlimit limit = {0, 0};
        getrlimit(RLIMIT_STACK, &limit);
        limit.rlim_cur = wanted == 0 ? RLIM_INFINITY : wanted * MIB;
        if (limit.rlim_cur > limit.rlim_max || setrlimit(RLIMIT_STACK, &limit) != 0) {
            _exit(99);
        }
        execl(self, self, mib, kib, NULL);
        _exit(98);
    }
    waitpid(child, &status, 0);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 99) {
        skip("the hard limit of the stack is too low");
    }
    say("limit %s, depth %s: %s %d", mib, kib, WIFSIGNALED(status) ? "signal" : "status",
        WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
}

int main(int argc, char **argv)
{
    if (argc > 2) {
        return use(strtoul(argv[1], NULL, 10), atol(argv[2]));
    }
    with_limit("/proc/self/exe", "8", "6000");
    with_limit("/proc/self/exe", "1", "600");
    with_limit("/proc/self/exe", "64", "50000");
    with_limit("/proc/self/exe", "0", "150000");
    return done();
}
