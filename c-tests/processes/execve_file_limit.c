/* CALLS: execve, setrlimit */
/* A program that may write no file starts all the same, and has its whole environment. */
#include "check.h"
#include "child.h"

#include <sys/resource.h>

#define MANY 300

extern char **environ;

static int limit;

static int count(void)
{
    int found = 0;
    for (char **at = environ; *at != NULL; at++) {
        found++;
    }
    return found;
}

/* Wherever the environment came from, the kernel's file shows none of that. */
static int is_whole(void)
{
    static char text[1 << 20];
    size_t got = 0;
    int fd = open("/proc/self/environ", O_RDONLY | O_CLOEXEC);
    for (ssize_t n = 1; fd >= 0 && n > 0; got += (size_t)n) {
        n = read(fd, text + got, sizeof text - got);
    }
    close(fd);
    return memmem(text, got, "FIRST=1\0", 8) != NULL;
}

static int again(void)
{
    char path[32];
    IS(count(), atoi(getenv("COUNT")));
    TEXT(getenv("FIRST"), "1");
    TEXT(getenv("LINES"), "a\nb\n");
    TEXT(getenv("LAST"), "");
    IS(is_whole(), 1);
    IS(open("none", O_RDONLY), -1);
    snprintf(path, sizeof path, "/proc/self/fd/%d", 3);
    IS(access(path, F_OK), -1);
    return done();
}

static int replace(int variables)
{
    static char text[MANY][1024], number[32];
    char *arguments[] = {"again", "again", NULL};
    char *environment[MANY + 5];
    int n = 0;
    environment[n++] = "FIRST=1";
    environment[n++] = "LINES=a\nb\n";
    for (int i = 0; i < variables; i++) {
        memset(text[i], 'x', sizeof text[i] - 1);
        snprintf(text[i], 20, "VARIABLE_%d", i);
        text[i][strlen(text[i])] = '=';
        environment[n++] = text[i];
    }
    snprintf(number, sizeof number, "COUNT=%d", n + 2);
    environment[n++] = number;
    environment[n++] = "LAST=";
    environment[n] = NULL;
    struct rlimit limits = {(rlim_t)limit, (rlim_t)limit};
    if (setrlimit(RLIMIT_FSIZE, &limits) != 0) {
        return 8;
    }
    execve(own_path(), arguments, environment);
    return 9;
}

static int small(void)
{
    return replace(0);
}

static int large(void)
{
    return replace(MANY);
}

int main(int argc, char **argv)
{
    (void)argv;
    if (argc > 1) {
        return again();
    }
    for (int i = 0; i < 3; i++) {
        limit = i * 30;
        TEXT(end_of(start(small)), "exit 0");
        TEXT(end_of(start(large)), "exit 0");
    }
    return done();
}
