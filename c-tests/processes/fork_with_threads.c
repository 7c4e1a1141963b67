/* CALLS: fork, execve, vfork */
/* Forks while other threads change memory; the child has one thread. A thread becomes another program. */
#include "check.h"
#include "child.h"

#include <pthread.h>
#include <sys/mman.h>

static volatile int stop;

static void *churn(void *unused)
{
    while (!stop) {
        void *page = mmap(NULL, 65536, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        void *block = malloc(100000);
        memset(page, 1, 65536);
        free(block);
        munmap(page, 65536);
    }
    return unused;
}

static int child(void)
{
    for (int i = 0; i < 20; i++) {
        void *page = mmap(NULL, 65536, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        memset(page, 2, 65536);
        if (munmap(page, 65536) != 0) {
            return 1;
        }
    }
    return 0;
}

static void *fork_often(void *unused)
{
    int well = 0;
    for (int i = 0; i < 100; i++) {
        well += strcmp(end_of(start(child)), "exit 0") == 0;
    }
    IS(well, 100);
    return unused;
}

static void *become_shell(void *unused)
{
    char *argv[] = {"sh", "-c", "exit 6", NULL}, *envp[] = {NULL};
    execve("/bin/sh", argv, envp);
    return unused;
}

static void *become_myself(void *unused)
{
    char *argv[] = {"again", "x", NULL}, *envp[] = {NULL};
    execve(own_path(), argv, envp);
    return unused;
}

static int many_then(void *(*work)(void *))
{
    pthread_t threads[3];
    stop = 0;
    pthread_create(&threads[0], NULL, churn, NULL);
    pthread_create(&threads[1], NULL, churn, NULL);
    pthread_create(&threads[2], NULL, work, NULL);
    pthread_join(threads[2], NULL);
    stop = 1;
    pthread_join(threads[0], NULL);
    pthread_join(threads[1], NULL);
    return 0;
}

static int shell_from_thread(void)
{
    return many_then(become_shell);
}

static int myself_from_thread(void)
{
    return many_then(become_myself);
}

int main(int argc, char **argv)
{
    (void)argv;
    if (argc > 1) {
        pthread_t thread;
        stop = 1;
        IS(pthread_create(&thread, NULL, churn, NULL), 0);
        IS(pthread_join(thread, NULL), 0);
        return 8;
    }
    many_then(fork_often);
    TEXT(end_of(start(shell_from_thread)), "exit 6");
    TEXT(end_of(start(myself_from_thread)), "exit 8");
    return done();
}
