/* CALLS: clone, set_robust_list */
/* A parent sleeps until its child has ended, with a robust list that nobody can read. */
#include "check.h"

#include <pthread.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/wait.h>

static void *nothing(void *unused)
{
    return unused;
}

static void sleep_with_list(const void *head)
{
    int status = 0;
    OK(RAW(SYS_set_robust_list, head, 24));
    const long child = RAW(SYS_clone, CLONE_VFORK | SIGCHLD, 0, 0, 0, 0);
    if (child == 0) {
        _exit(3);
    }
    CHECK(waitpid((pid_t)child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 3);
}

int main(void)
{
    static long list[3];
    pthread_t thread;
    OK(pthread_create(&thread, NULL, nothing, NULL)); /* there has been another thread */
    OK(pthread_join(thread, NULL));
    void *const nowhere = mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    sleep_with_list(nowhere);
    sleep_with_list(bad_pointer());
    memcpy(list, &nowhere, sizeof nowhere);
    sleep_with_list(list);
    RAW(SYS_set_robust_list, 0, 24);
    return done();
}
