/* CALLS: execveat, memfd_create */
#include "check.h"
#include "child.h"

#include <sys/mman.h>

#define AT_CHECK 0x10000 /* AT_EXECVE_CHECK */

static int again(char **argv)
{
    say("%s, \"%s\"", argv[0], getenv("X"));
    CHECK(own_path()[0] == '/');
    int lowest = dup(0);
    IS(lowest, 3);
    return 21;
}

static const char *end_of_execveat(int dirfd, const char *path, int flags)
{
    char *argv[] = {"again", "x", NULL}, *envp[] = {"X=some value", NULL};
    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0) {
        RAW(SYS_execveat, dirfd, path, argv, envp, flags);
        fprintf(stderr, "execveat: %s\n", errno_name(errno));
        _exit(98);
    }
    return end_of(pid);
}

int main(int argc, char **argv)
{
    if (argc > 1) {
        return again(argv);
    }
    char folder[4096];
    strcpy(folder, own_path());
    char *slash = strrchr(folder, '/');
    *slash = 0;
    char *words[] = {"x", NULL}, *none[] = {NULL};
    int dirfd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC), fd = open(own_path(), O_RDONLY | O_CLOEXEC);
    int path_only = open(own_path(), O_PATH | O_CLOEXEC);

    TEXT(end_of_execveat(dirfd, slash + 1, 0), "exit 21");
    TEXT(end_of_execveat(fd, "", AT_EMPTY_PATH), "exit 21");
    TEXT(end_of_execveat(path_only, "", AT_EMPTY_PATH), "exit 21");
    TEXT(end_of_execveat(-1, own_path(), 0), "exit 21");
    TEXT(end_of_execveat(AT_FDCWD, "/proc/self/exe", 0), "exit 21");

    /* A file without a name. */
    static char bytes[1 << 16];
    int memory = memfd_create("program", MFD_CLOEXEC);
    ssize_t n;
    while ((n = read(fd, bytes, sizeof bytes)) > 0) {
        (void)!write(memory, bytes, (size_t)n);
    }
    char link[40];
    snprintf(link, sizeof link, "/proc/self/fd/%d", memory);
    int readable = open(link, O_RDONLY | O_CLOEXEC);
    close(memory);
    TEXT(end_of_execveat(readable, "", AT_EMPTY_PATH), "exit 21");

    /* A script's interpreter could not open it. */
    close(make_file("script", "#!/bin/sh\nexit 3\n"));
    OK(chmod("script", 0755));
    int script = open("script", O_RDONLY | O_CLOEXEC);
    ERR(RAW(SYS_execveat, script, "", words, none, AT_EMPTY_PATH), ENOENT);
    OK(fcntl(script, F_SETFD, 0));
    TEXT(end_of_execveat(script, "", AT_EMPTY_PATH), "exit 3");
    OK(close(script));

    ERR(RAW(SYS_execveat, fd, "", words, none, 0), ENOENT);
    ERR(RAW(SYS_execveat, 99, "", words, none, AT_EMPTY_PATH), EBADF);
    ERR(RAW(SYS_execveat, 99, "x", words, none, 0), EBADF);
    ERR(RAW(SYS_execveat, fd, "x", words, none, 0), ENOTDIR);
    ERR(RAW(SYS_execveat, dirfd, "", words, none, AT_EMPTY_PATH), EACCES);
    ERR(RAW(SYS_execveat, dirfd, "missing", words, none, 0), ENOENT);
    ERR(RAW(SYS_execveat, dirfd, slash + 1, words, none, 0x40000000), EINVAL);
    if (RAW(SYS_execveat, AT_FDCWD, own_path(), words, none, AT_CHECK) == 0) { /* since Linux 6.14 */
        ERR(RAW(SYS_execveat, AT_FDCWD, ".", words, none, AT_CHECK), EACCES);
        IS(RAW(SYS_execveat, fd, "", words, none, AT_CHECK | AT_EMPTY_PATH), 0);
    }
    OK(symlink(own_path(), "link"));
    ERR(RAW(SYS_execveat, AT_FDCWD, "link", words, none, AT_SYMLINK_NOFOLLOW), ELOOP);
    return done();
}
