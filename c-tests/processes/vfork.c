/* CALLS: vfork */
/* The parent goes on when the child has ended or become another program, and not before. */
#include "check.h"
#include "child.h"

#include <time.h>

/* musl for wasm has no vfork of its own: nothing can return twice there but the call itself. */
#ifdef __wasm__
#define VFORK() RAW(SYS_vfork)
#else
#define VFORK() vfork()
#endif

static void nap(void)
{
    struct timespec time = {0, 100000000};
    nanosleep(&time, NULL);
}

int main(void)
{
    int fd = make_file("file", "");
    char *argv[] = {"sh", "-c", "sleep 0.2; printf c >>file", NULL}, *envp[] = {"PATH=/usr/bin:/bin", NULL};
    pid_t pid = VFORK();
    if (pid == 0) {
        nap();
        (void)!write(fd, "a", 1);
        _exit(1);
    }
    (void)!write(fd, "b", 1);
    TEXT(end_of(pid), "exit 1");
    TEXT(content_of("file"), "ab");

    pid = VFORK();
    if (pid == 0) {
        nap();
        execve("/bin/sh", argv, envp);
        _exit(1);
    }
    TEXT(content_of("file"), "ab");
    TEXT(end_of(pid), "exit 0");
    TEXT(content_of("file"), "abc");

    pid = VFORK();
    if (pid == 0) {
        execve("missing", argv, envp);
        _exit(errno == ENOENT ? 3 : 4);
    }
    TEXT(end_of(pid), "exit 3");
    return done();
}
