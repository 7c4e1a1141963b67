/* CALLS: seccomp, vfork */
/* Filters of a child in its parent's memory are its own: it has its parent's, adds some, and hands them on.
 * What the parent's other threads give each other meanwhile the sleeping one has when it wakes. */
#include "filter.h"

#include <pthread.h>
#include <stdatomic.h>

#define PERMITTED(errno_) (SECCOMP_RET_ERRNO | (errno_))

static volatile int first_error, second_error, third_error;
static char *const environment[] = {NULL};

static void filters(void)
{
    char *native[] = {"sh", "-c", "exit 3", NULL}, *itself[] = {"itself", "again", NULL};
    for (int i = 0; i < 20; i++) {
        const int pid = vfork();
        if (pid == 0) {
            filter_call(0, SYS_getpgrp, PERMITTED(EXDEV));
            filter_call(0, SYS_getppid, PERMITTED(EDOM));
            first_error = RAW(SYS_getppid) == -1 ? errno : 0;
            second_error = RAW(SYS_getpgrp) == -1 ? errno : 0;
            execve(i % 2 != 0 ? "/bin/sh" : "/proc/self/exe", i % 2 != 0 ? native : itself, environment);
            _exit(1);
        }
        int status = -1;
        waitpid(pid, &status, 0);
        if (i < 2) {
            IS(status, i % 2 != 0 ? 0x300 : 0x400);
            IS(first_error, EDOM);
            IS(second_error, EXDEV);
        } else if (status != (i % 2 != 0 ? 0x300 : 0x400)) {
            IS(status, -1);
        }
        if (RAW(SYS_getpgrp) < 0) {
            IS(i, -1);
        }
    }
    CHECK(RAW(SYS_getppid) > 0);
    CHECK(RAW(SYS_getpgrp) > 0);
}

static int again(void)
{
    return RAW(SYS_getppid) == -1 && errno == EDOM && RAW(SYS_getpgrp) == -1 && errno == EXDEV ? 4 : 5;
}

/* Killed by what its parent's filter says, and by its own. */
static void kills(void)
{
    int pid = vfork();
    if (pid == 0) {
        filter_call(0, SYS_getsid, SECCOMP_RET_KILL_PROCESS);
        RAW(SYS_getsid, 0);
        _exit(0);
    }
    say_end("its own filter", pid);
    IS(filter_call(0, SYS_getpriority, SECCOMP_RET_KILL_PROCESS), 0);
    pid = vfork();
    if (pid == 0) {
        RAW(SYS_getpriority, 0, 0);
        _exit(0);
    }
    say_end("its parent's filter", pid);
}

static int go[2], here[2];

static void *gives_all(void *unused)
{
    char byte;
    third_error += read(here[0], &byte, 1) != 1;
    third_error += filter_call(SECCOMP_FILTER_FLAG_TSYNC, SYS_getegid, PERMITTED(EXDEV)) != 0;
    third_error += write(go[1], &byte, 1) != 1;
    return unused;
}

static void synchronizes(void)
{
    pthread_t thread;
    OK(pipe(go));
    OK(pipe(here));
    pthread_create(&thread, NULL, gives_all, NULL);
    const int pid = vfork();
    if (pid == 0) {
        char byte = 'h';
        int wrong = write(here[1], &byte, 1) != 1 || read(go[0], &byte, 1) != 1;
        _exit(wrong || RAW(SYS_getegid) < 0); /* another process has no part in it */
    }
    say_end("child of a thread", pid);
    pthread_join(thread, NULL);
    IS(third_error, 0);
    ERR(RAW(SYS_getegid), EXDEV);
}

int main(int argc, char **argv)
{
    (void)argv;
    const struct rlimit no_core = {0, 0};
    if (argc > 1) {
        return again();
    }
    setrlimit(RLIMIT_CORE, &no_core);
    no_new_privileges();
    filters();
    kills();
    synchronizes();
    filters();
    return done();
}
