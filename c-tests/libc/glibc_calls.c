/* CALLS: close_range, getdents64, getcpu, tgkill, renameat2, epoll_pwait2, execveat, pidfd_open, pidfd_send_signal */
#include "check.h"

#include <dirent.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mount.h>
#include <sys/pidfd.h>
#include <sys/wait.h>

/* The functions that glibc has for system calls, and what its headers say about files of 64 bits. */

static volatile sig_atomic_t came;

static void on_signal(int number)
{
    came = number;
}

static void descriptors(void)
{
    OK(dup2(0, 200) == 200 ? 0 : -1);
    OK(dup2(0, 201) == 201 ? 0 : -1);
    OK(dup2(0, 250) == 250 ? 0 : -1);
    IS(close_range(200, 201, CLOSE_RANGE_CLOEXEC), 0);
    IS(fcntl(200, F_GETFD), FD_CLOEXEC);
    IS(close_range(200, 200, 0), 0);
    ERR(fcntl(200, F_GETFD), EBADF);
    ERR(close_range(9, 8, 0), EINVAL);
    closefrom(201);
    ERR(fcntl(201, F_GETFD), EBADF);
    ERR(fcntl(250, F_GETFD), EBADF);
    IS(fcntl(1, F_GETFD), 0);
}

static void files(void)
{
    char buffer[1024];
    int folder, count = 0;
    make_file("one", "1");
    make_file("two", "2");
    ERR(renameat2(AT_FDCWD, "one", AT_FDCWD, "two", RENAME_NOREPLACE), EEXIST);
    IS(renameat2(AT_FDCWD, "one", AT_FDCWD, "two", RENAME_EXCHANGE), 0);
    TEXT(content_of("one"), "2");
    OK(folder = open(".", O_RDONLY | O_DIRECTORY));
    for (ssize_t size; (size = getdents64(folder, buffer, sizeof buffer)) > 0;)
        for (ssize_t at = 0; at < size;) {
            struct dirent64 *entry = (void *)(buffer + at);
            count += !strcmp(entry->d_name, "one") || !strcmp(entry->d_name, "two");
            at += entry->d_reclen;
        }
    IS(count, 2);
    struct stat64 status;
    IS(stat64("one", &status), 0);
    off64_t size = lseek64(open64("one", O_RDWR | O_LARGEFILE), 0, SEEK_END);
    CHECK(size == status.st_size && sizeof size == 8);
    char *path = canonicalize_file_name("./one");
    TEXT(strrchr(path, '/'), "/one");
    free(path);
}

static void signals(void)
{
    int fd;
    signal(SIGUSR1, on_signal);
    IS(tgkill(getpid(), gettid(), SIGUSR1), 0);
    IS(came, SIGUSR1);
    ERR(tgkill(-1, 1, 0), EINVAL);
    came = 0;
    OK(fd = pidfd_open(getpid(), 0));
    IS(pidfd_send_signal(fd, SIGUSR1, 0, 0), 0);
    IS(came, SIGUSR1);
    ERR(pidfd_open(-1, 0), EINVAL);
    close(fd);
}

static void waiting(void)
{
    struct epoll_event event = {.events = EPOLLIN, .data.u64 = 7};
    int pipes[2], poll = epoll_create1(0);
    OK(pipe(pipes));
    OK(epoll_ctl(poll, EPOLL_CTL_ADD, pipes[0], &event));
    IS(epoll_pwait2(poll, &event, 1, &(struct timespec){0, 1000}, 0), 0);
    IS(write(pipes[1], "x", 1), 1);
    IS(epoll_pwait2(poll, &event, 1, 0, 0), 1);
}

static void programs(void)
{
    char *words[] = {"sh", "-c", "exit 5", 0}, *none[] = {0};
    int status = 0;
    pid_t child = fork();
    if (!child) {
        execveat(AT_FDCWD, "/bin/sh", words, none, 0);
        _exit(99);
    }
    waitpid(child, &status, 0);
    IS(WEXITSTATUS(status), 5);
}

static void scheduling(void)
{
    struct sched_param parameter = {.sched_priority = 9};
    unsigned cpu = -1, node = -1;
    IS(getcpu(&cpu, &node), 0);
    CHECK(cpu != -1U && node != -1U);
    IS(sched_getscheduler(0), SCHED_OTHER);
    IS(sched_getparam(0, &parameter), 0);
    IS(parameter.sched_priority, 0);
    IS(sched_setscheduler(0, SCHED_BATCH, &parameter), 0);
    IS(sched_getscheduler(0), SCHED_BATCH);
    IS(sched_setparam(0, &parameter), 0);
    parameter.sched_priority = 1;
    ERR(sched_setparam(0, &parameter), EINVAL);
    ERR(sched_getscheduler(-1), EINVAL);
}

static void names(void)
{
    TEXT(strerrorname_np(EAGAIN), "EAGAIN");
    TEXT(strerrorname_np(ENOSYS), "ENOSYS");
    CHECK(!strerrorname_np(-1) && !strerrorname_np(100000) && !strerrordesc_np(100000));
    CHECK(strerrordesc_np(ENOENT) && *strerrordesc_np(ENOENT));
    ERR2(fsopen("there is no such file system", FSOPEN_CLOEXEC), ENODEV, EPERM);
}

int main(void)
{
    descriptors();
    files();
    signals();
    waiting();
    programs();
    scheduling();
    names();
    return done();
}
