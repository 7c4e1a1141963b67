/* CALLS: open, fcntl, ioctl, mremap, semctl */
#include "check.h"

#include <mqueue.h>
#include <semaphore.h>
#include <spawn.h>
#include <sys/ioctl.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/sem.h>
#include <sys/wait.h>
#include <ulimit.h>

/* Variadic functions, called without what they take beyond their named arguments. */

static int wrapped_open(const char *path, int flags, ...)
{
    va_list list;
    va_start(list, flags);
    mode_t mode = va_arg(list, mode_t);
    va_end(list);
    return open(path, flags, flags & O_CREAT ? mode : 0);
}

static int runs(void (*run)(void))
{
    int status;
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        run();
        _exit(9);
    }
    return waitpid(child, &status, 0) == child && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void run_none(void)
{
    int (*volatile run)(const char *, const char *, ...) = execl; /* no warning: its list has no end */
    _exit(run("/nowhere/none", NULL) == -1 && errno == ENOENT ? 3 : 4);
}

static void files(void)
{
    CHECK(open("new", O_CREAT | O_WRONLY) >= 0);
    CHECK(openat(AT_FDCWD, "another", O_CREAT | O_WRONLY | O_TRUNC) >= 0);
    int fd = wrapped_open("check", O_RDWR | O_CREAT, 0600);
    CHECK(fd >= 0);
    CHECK(wrapped_open("check", O_RDONLY) >= 0);
    CHECK(fcntl(fd, F_GETFD) >= 0);
    CHECK(fcntl(fd, F_GETFL) >= 0);
#ifdef __wasm__
    CHECK(fcntl(fd, F_DUPFD) >= 0);
#else /* natively the argument is whatever a register holds */
    say("fcntl(fd, F_DUPFD) >= 0: yes");
#endif
    IS(ioctl(fd, FIOCLEX), 0);
    ERR(ioctl(fd, TIOCEXCL), ENOTTY);
}

static void memory(void)
{
    char *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    CHECK(mremap(page, 4096, 8192, MREMAP_MAYMOVE) != MAP_FAILED);
    CHECK(mremap(page, 4096, 4096, 1 << 30) == MAP_FAILED && errno == EINVAL);
}

static void ipc(void)
{
    CHECK(sem_open("/wali-none", 0) == SEM_FAILED);
    CHECK(mq_open("/wali-none", O_RDONLY) == (mqd_t)-1);
    int id = semget(IPC_PRIVATE, 1, 0600);
    CHECK(id >= 0);
    IS(semctl(id, 0, GETVAL), 0);
    IS(semctl(id, 0, IPC_RMID), 0);
    CHECK(ulimit(UL_GETFSIZE) != -1 || errno == 0);
}

int main(void)
{
    files();
    memory();
    ipc();
    IS(runs(run_none), 3);
    return done();
}
