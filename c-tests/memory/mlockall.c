/* CALLS: mlockall, munlockall */
/* REQUIRES: root */
/* mlockall locks what can be provided, and minds nothing that cannot: guards, pages without access, a file's
 * pages behind its end. */
#include "pages.h"

#include <pthread.h>
#include <sys/resource.h>

#ifndef MCL_ONFAULT
#define MCL_ONFAULT 4
#endif

static bool is_there(const unsigned char *page)
{
    unsigned char in = 0;
    return RAW(SYS_mincore, page, PAGE, &in) == 0 && (in & 1) != 0;
}

static void *sleeper(void *ends)
{
    char byte;
    return read(*(int *)ends, &byte, 1) == 1 ? ends : NULL;
}

/* Pages of a file, of which the last lie behind its end; then pages without access; then ordinary ones. */
static unsigned char *lay_out(int fd)
{
    unsigned char *a = map_pages(8);
    mmap(a + 1 * PAGE, 4 * PAGE, READ_WRITE, MAP_SHARED | MAP_FIXED, fd, 0);
    mprotect(a + 5 * PAGE, 2 * PAGE, PROT_NONE);
    return a;
}

static void current(int flags)
{
    const int fd = page_file("file", 2, 1);
    unsigned char *a = lay_out(fd);
    OK(mlockall(MCL_CURRENT | flags));
    const bool provides = (flags & MCL_ONFAULT) == 0;
    IS(is_there(a), provides);
    IS(is_there(a + 7 * PAGE), provides);
    unsigned char *later = map_pages(4), *none = map(4 * PAGE, PROT_NONE, ANONYMOUS);
    IS(is_there(later), provides && (flags & MCL_FUTURE) != 0);
    later[0] = 1;
    CHECK(is_there(later) && !is_there(none));
    OK(munlockall());
    munmap(later, 4 * PAGE);
    munmap(none, 4 * PAGE);
    munmap(a, 8 * PAGE);
    close(fd);
}

/* The limit is on all that is mapped; nothing is locked when it is too little. */
static void limited(void)
{
    const struct rlimit little = {64 * 1024, 64 * 1024}, none = {0, 0};
    unsigned char *a = map_pages(1024);
    become_ordinary_user();
    OK(setrlimit(RLIMIT_MEMLOCK, &little));
    ERR(mlockall(MCL_CURRENT), ENOMEM);
    CHECK(!is_there(a));
    OK(mlockall(MCL_FUTURE));
    OK(mmap(NULL, 8 * PAGE, READ_WRITE, ANONYMOUS, -1, 0) == MAP_FAILED ? -1 : 0);
    ERR(map_raw(NULL, 1024 * PAGE, READ_WRITE, ANONYMOUS, -1, 0), EAGAIN);
    OK(mlockall(MCL_FUTURE | MCL_ONFAULT));
    ERR(map_raw(NULL, 1024 * PAGE, READ_WRITE, ANONYMOUS, -1, 0), EAGAIN);
    OK(munlockall());
    OK(setrlimit(RLIMIT_MEMLOCK, &none));
    ERR(mlockall(MCL_FUTURE), EPERM);
    ERR(mlock(a, PAGE), EPERM);
    ERR(mlock(a, 0), EPERM);
}

int main(void)
{
    int ends[2];
    pthread_t thread;
    OK(pipe(ends));
    IS(pthread_create(&thread, NULL, sleeper, ends), 0);
    if (geteuid() == 0) {
        const struct rlimit all = {RLIM_INFINITY, RLIM_INFINITY};
        setrlimit(RLIMIT_MEMLOCK, &all);
    }
    current(0);
    current(MCL_FUTURE);
    current(MCL_ONFAULT);
    current(MCL_FUTURE | MCL_ONFAULT);
    IS(write(ends[1], "x", 1), 1);
    IS(pthread_join(thread, NULL), 0);
    limited();
    return done();
}
