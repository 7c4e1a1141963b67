/* Children of a test. Include it behind check.h. */
#ifndef CHILD_H
#define CHILD_H

#include <signal.h>
#include <sys/wait.h>

/* A wait status in words. */
static inline const char *ending(int status)
{
    static char text[40];
    if (WIFEXITED(status)) {
        snprintf(text, sizeof text, "exit %d", WEXITSTATUS(status));
    } else if (WIFSIGNALED(status)) {
        snprintf(text, sizeof text, "signal %d", WTERMSIG(status));
    } else if (WIFSTOPPED(status)) {
        snprintf(text, sizeof text, "stopped %d", WSTOPSIG(status));
    } else {
        snprintf(text, sizeof text, WIFCONTINUED(status) ? "continued" : "status %x", (unsigned)status);
    }
    return text;
}

/* Waits for the child and answers how it ended. */
static inline const char *end_of(pid_t pid)
{
    int status = 0;
    return waitpid(pid, &status, 0) == pid ? ending(status) : errno_name(errno);
}

/* Starts a child that does `work` and ends with what it answers, or with 99 if a check failed in it. */
static inline pid_t start(int (*work)(void))
{
    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0) {
        int status = work();
        fflush(NULL);
        _exit(check_failures ? 99 : status);
    }
    return pid;
}

/* Starts a child that does nothing until it is killed. */
static inline int sleep_forever(void)
{
    for (;;) {
        pause();
    }
    return 0;
}

/* This program's own file: /proc/self/exe, resolved. */
static inline const char *own_path(void)
{
    static char path[4096];
    ssize_t length = readlink("/proc/self/exe", path, sizeof path - 1);
    path[length < 0 ? 0 : length] = 0;
    return path;
}

/* Replaces the whole program by this one again, in a child, and answers how that ended. */
static inline const char *end_of_exec(const char *path, char *const argv[], char *const envp[])
{
    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0) {
        execve(path, argv, envp);
        fprintf(stderr, "execve %s: %s\n", path, errno_name(errno));
        _exit(98);
    }
    return end_of(pid);
}

#endif
