/* CALLS: open, openat, creat */
/* A program that runs cannot be opened for writing, nor emptied, by itself and its children, with one thread or two. */
#include "check.h"

#include <pthread.h>
#include <sys/wait.h>

static char program[4096];
static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;

static void *second(void *unused)
{
    pthread_mutex_lock(&gate);
    pthread_mutex_unlock(&gate);
    return unused;
}

static void try(void)
{
    struct stat before, after;
    OK(stat(program, &before));
    ERR(open(program, O_WRONLY), ETXTBSY);
    ERR(open(program, O_RDWR | O_APPEND | O_CLOEXEC), ETXTBSY);
    ERR(open(program, O_WRONLY | O_TRUNC), ETXTBSY);
    ERR(open("/proc/self/exe", O_RDWR), ETXTBSY);
    ERR(creat(program, 0600), ETXTBSY);
    ERR(open(program, O_RDWR | O_CREAT | O_EXCL, 0600), EEXIST);
    close((int)OK(open(program, O_RDONLY)));
    OK(stat(program, &after));
    IS(after.st_size - before.st_size, 0);
}

int main(void)
{
    pthread_t thread;
    char text[100];
    const ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
    CHECK(length > 0);
    try();
    const pid_t child = fork();
    if (child == 0) {
        try();
        _exit(fflush(NULL));
    }
    waitpid(child, NULL, 0);
    pthread_mutex_lock(&gate);
    OK(pthread_create(&thread, NULL, second, NULL));
    try();
    pthread_mutex_unlock(&gate);
    OK(pthread_join(thread, NULL));
    /* A file of the same name, another one. */
    snprintf(text, sizeof text, "%s", strrchr(program, '/') + 1);
    close((int)RAW(SYS_creat, text, 0600));
    CHECK(access(text, W_OK) == 0);
    return done();
}
