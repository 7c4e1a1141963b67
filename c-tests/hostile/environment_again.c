/* A guest that asks for its environment again and again takes no more of the host than the first time. */
#include "check.h"

#include <sys/resource.h>

#define IMPORT(name) __attribute__((import_module("wali"), import_name(#name)))

IMPORT(__get_init_envfile) int ask(char *path, unsigned size);
IMPORT(__cl_get_argc) int have_read(void);

enum { OFTEN = 1000, DESCRIPTORS = 4096 };

static int count_descriptors(void)
{
    int count = 0;
    for (int fd = 0; fd < DESCRIPTORS; fd++) {
        count += fcntl(fd, F_GETFD) >= 0;
    }
    return count;
}

static long count_pages(void)
{
    return strtol(content_of("/proc/self/statm"), NULL, 10);
}

static void ask_often(const char *where)
{
    char path[100];
    int asked = 0;
    const int descriptors = count_descriptors();
    const long pages = count_pages();
    for (int i = 0; i < OFTEN; i++) {
        asked += ask(path, sizeof path) == 1;
    }
    say("%s: asked %d times", where, asked);
    CHECK(count_descriptors() <= descriptors + 1);
    CHECK(count_pages() <= pages + OFTEN / 2);
    have_read();
    IS(count_descriptors() - descriptors, 0);
}

int main(void)
{
    const struct rlimit nothing = {0, RLIM_INFINITY};
    ask_often("in a file");
    IS(setrlimit(RLIMIT_FSIZE, &nothing), 0);
    for (int i = 0; i < 3; i++) {
        ask_often("where no file can be written");
    }
    const struct rlimit all = {RLIM_INFINITY, RLIM_INFINITY};
    IS(setrlimit(RLIMIT_FSIZE, &all), 0);
    return done();
}
