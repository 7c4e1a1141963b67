/* CALLS: execve, semop */
/* REQUIRES: linux-6.14 */
/* An execve that fails leaves other threads as they are: with their locks, and waiting. */
#include "together.h"

#include <signal.h>
#include <sys/ipc.h>
#include <sys/sem.h>

static pthread_mutex_t robust;
static int semaphore;
static atomic_int tid;
static char long_word[200000];

/* As a robust mutex wants it, libc tells the kernel of the thread's list. Nothing restarts semop. */
static void *wait_locked(void *unused)
{
    struct sembuf down = {0, -1, 0};
    (void)unused;
    pthread_mutex_lock(&robust);
    tid = (int)RAW(SYS_gettid);
    long result = RAW(SYS_semop, semaphore, &down, 1);
    intptr_t code = result == 0 ? 0 : errno;
    pthread_mutex_unlock(&robust);
    return (void *)code;
}

static void fail(const char *path)
{
    char *words[] = {"name", NULL, NULL}, *none[] = {NULL};
    memset(long_word, 'x', sizeof long_word - 1);
    ERR(execve("missing", words, none), ENOENT);
    ERR(execve("/", words, none), EACCES);
    ERR(execve(path, bad_pointer(), none), EFAULT);
    words[1] = bad_pointer();
    ERR(execve(path, words, none), EFAULT);
    words[1] = long_word;
    ERR(execve(path, words, none), E2BIG);
    words[1] = NULL;
    none[0] = bad_pointer();
    ERR(execve(path, words, none), EFAULT);
}

int main(int argc, char **argv)
{
    pthread_mutexattr_t attributes;
    pthread_mutexattr_init(&attributes);
    pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
    pthread_mutex_init(&robust, &attributes);
    semaphore = (int)OK(RAW(SYS_semget, IPC_PRIVATE, 1, IPC_CREAT | 0600));
    for (int ignoring = 0; ignoring < 2; ignoring++) {
        struct sembuf up = {0, 1, 0};
        signal(SIGFPE, ignoring ? SIG_IGN : SIG_DFL);
        tid = 0;
        pthread_t thread = start(wait_locked, NULL);
        wait_until(&tid, 1);
        wait_asleep(tid);
        fail("/bin/sh");
        fail(argc > 0 ? argv[0] : "");
        IS(pthread_mutex_trylock(&robust), EBUSY);
        OK(RAW(SYS_semop, semaphore, &up, 1));
        IS(joined(thread), 0);
    }
    OK(RAW(SYS_semctl, semaphore, 0, IPC_RMID, 0));
    return done();
}
