/* CALLS: setrlimit, getrlimit, prlimit64, mmap, mremap, execve */
/* RLIMIT_AS is the program's own: what fits below it works, what does not is ENOMEM, and children have it. */
#include "check.h"

#include <pthread.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>

#define MIB ((size_t)1 << 20)
#define READ_WRITE (PROT_READ | PROT_WRITE)
#define ANONYMOUS (MAP_PRIVATE | MAP_ANONYMOUS)

static void limit(size_t soft, size_t hard)
{
    const struct rlimit wanted = {soft, hard};
    OK(setrlimit(RLIMIT_AS, &wanted));
}

static void *map(size_t bytes)
{
    return mmap(NULL, bytes, READ_WRITE, ANONYMOUS, -1, 0);
}

static void *answer(void *given)
{
    return given;
}

static void threads(void)
{
    pthread_attr_t attributes;
    pthread_t thread;
    void *got = NULL;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, MIB / 4);
    IS(pthread_create(&thread, &attributes, answer, &got), 0);
    IS(pthread_join(thread, &got), 0);
    CHECK(got == &got);
    pthread_attr_setstacksize(&attributes, 900 * MIB);
    IS(pthread_create(&thread, &attributes, answer, &got), EAGAIN);
}

/* A native program has the limits as well. */
static void children(const char *expected)
{
    char text[100] = "";
    int ends[2], status = -1;
    fflush(stdout);
    OK(pipe(ends));
    const pid_t child = fork();
    if (child == 0) {
        dup2(ends[1], 1);
        execl("/bin/sh", "sh", "-c", "ulimit -Sv; ulimit -Hv", (char *)NULL);
        _exit(126);
    }
    close(ends[1]);
    CHECK(waitpid(child, &status, 0) == child && status == 0);
    CHECK(read(ends[0], text, sizeof text - 1) > 0);
    close(ends[0]);
    TEXT(text, expected);
}

static void mappings(void)
{
    unsigned char *fits = map(100 * MIB);
    CHECK(fits != MAP_FAILED && (fits[0] = 1));
    CHECK(map(900 * MIB) == MAP_FAILED && errno == ENOMEM);
    CHECK(mmap(NULL, 900 * MIB, PROT_NONE, ANONYMOUS | MAP_NORESERVE, -1, 0) == MAP_FAILED && errno == ENOMEM);
    CHECK(mremap(fits, 100 * MIB, 900 * MIB, MREMAP_MAYMOVE) == MAP_FAILED && errno == ENOMEM && fits[0] == 1);
    /* What a mapping replaces does not count. */
    CHECK(mmap(fits, 100 * MIB, READ_WRITE, ANONYMOUS | MAP_FIXED, -1, 0) == fits && fits[0] == 0);
    limit(90 * MIB, 512 * MIB);
    CHECK(map(4096) == MAP_FAILED && errno == ENOMEM);
    OK(mprotect(fits, 4096, PROT_READ));
    OK(munmap(fits, 50 * MIB));
    fits = map(4096);
    CHECK(fits != MAP_FAILED);
    limit(512 * MIB, 512 * MIB);
    void *volatile big = malloc(900 * MIB), *volatile small = malloc(MIB);
    CHECK(big == NULL && small != NULL);
    free(small);
}

static void rules(void)
{
    struct rlimit now;
    const struct rlimit wrong = {2, 1}, more = {512 * MIB, 512 * MIB + 1}, odd = {400 * MIB + 1, 500 * MIB + 1};
    ERR(setrlimit(RLIMIT_AS, &wrong), EINVAL);
    ERR(RAW(SYS_setrlimit, RLIMIT_AS, bad_pointer()), EFAULT);
    ERR(RAW(SYS_getrlimit, RLIMIT_AS, bad_pointer()), EFAULT);
    ERR(RAW(SYS_getrlimit, RLIMIT_AS, 0), EFAULT);
    ERR(RAW(SYS_prlimit64, 0, RLIMIT_AS, bad_pointer(), 0), EFAULT);
    ERR(RAW(SYS_prlimit64, getpid(), RLIMIT_AS, 0, bad_pointer()), EFAULT);
    IS(RAW(SYS_prlimit64, 0, RLIMIT_AS, 0, 0), 0);
    become_ordinary_user();
    ERR(setrlimit(RLIMIT_AS, &more), EPERM);
    IS(RAW(SYS_prlimit64, getpid(), RLIMIT_AS, &odd, &now), 0);
    IS(now.rlim_cur / MIB, 512);
    IS(RAW(SYS_prlimit64, 0, RLIMIT_AS, 0, &now), 0);
    CHECK(now.rlim_cur == odd.rlim_cur && now.rlim_max == odd.rlim_max);
}

int main(void)
{
    limit(512 * MIB, 512 * MIB);
    mappings();
    threads();
    children("524288\n524288\n");
    rules();
    children("409600\n512000\n");
    return done();
}
