/* CALLS: openat2, openat */
/* Some thousand opens, by one thread and by one of two: kinds of files, flags, ways to resolve a path. */
#include "check.h"

#include <linux/openat2.h>
#include <pthread.h>
#include <sys/socket.h>
#include <sys/un.h>

static const uint64_t access_flags[] = {O_RDONLY, O_WRONLY, O_RDWR, O_WRONLY | O_TRUNC, O_RDONLY | O_APPEND};
static const uint64_t more_flags[] = {
    0,
    O_CREAT,
    O_CREAT | O_EXCL,
    O_DIRECTORY,
    O_NOFOLLOW | O_CLOEXEC,
    O_NOFOLLOW | O_CREAT,
    O_PATH,
    O_TMPFILE,
    O_EXCL | O_NOCTTY,
    O_DSYNC,
    UINT64_C(1) << 40, /* unknown */
};
static const uint64_t resolve[] = {0, RESOLVE_NO_SYMLINKS, RESOLVE_BENEATH, RESOLVE_IN_ROOT, RESOLVE_NO_MAGICLINKS,
                                   RESOLVE_NO_XDEV};
static const char *const paths[] = {"file", "folder", "folder/", "link", "to_folder", "dangling", "fresh", "file/",
                                    "folder/../file", "folder/../folder/file", "pipe", "socket", "/dev/null", "/proc/self/status",
                                    "/proc/self/fd/0", "nowhere/x", "loop", "read_only", "/file"};
static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;

static void *second(void *unused)
{
    pthread_mutex_lock(&gate);
    pthread_mutex_unlock(&gate);
    return unused;
}

/* "a" to "z" and so on for errors; flags and the lowest descriptor for success. */
static int put(char *to, long fd, int lowest)
{
    if (fd < 0) {
        return sprintf(to, " %s", errno_name(errno));
    }
    const int length =
        sprintf(to, " %x%s%s", fcntl((int)fd, F_GETFL), fd == lowest ? "" : "!", fcntl((int)fd, F_GETFD) ? "e" : "");
    close((int)fd);
    return length;
}

static void try_path(int dirfd, int at, const char *path, uint64_t how_to_resolve)
{
    static char line[4096];
    char *to = line;
    const bool by_openat = how_to_resolve == 1;
    const int lowest = dup(0);
    close(lowest);
    for (size_t i = 0; i < sizeof access_flags / sizeof access_flags[0]; i++) {
        for (size_t j = 0; j < sizeof more_flags / sizeof more_flags[0]; j++) {
            struct open_how how = {access_flags[i] | more_flags[j], 0, by_openat ? 0 : how_to_resolve};
            if (path[0] == '/' && (how.flags & (O_CREAT | O_TMPFILE)) != 0) {
                continue; /* no file of the machine's is made */
            }
            if (strcmp(path, "pipe") == 0) {
                how.flags |= O_NONBLOCK;
            }
            how.mode = (how.flags & (O_CREAT | (O_TMPFILE & ~O_DIRECTORY))) != 0 ? 0600 : 0;
            const long fd = by_openat ? openat(dirfd, path, (int)how.flags, 0600)
                                      : RAW(SYS_openat2, dirfd, path, &how, sizeof how);
            to += put(to, fd, lowest);
            unlinkat(at, "fresh", 0);
            unlinkat(at, "gone", 0);
        }
    }
    say("%s %x:%s", path, (unsigned)how_to_resolve, line);
}

static void try_all(int folder)
{
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        try_path(AT_FDCWD, AT_FDCWD, paths[i], 1);
        for (size_t j = 0; j < sizeof resolve / sizeof resolve[0]; j++) {
            try_path(AT_FDCWD, AT_FDCWD, paths[i], resolve[j]);
            try_path(folder, folder, paths[i], resolve[j]);
        }
    }
}

static void wrong_calls(void)
{
    struct open_how how = {O_RDONLY, 0, UINT64_C(1) << 30};
    static char long_path[5000];
    memset(long_path, 'x', sizeof long_path - 1);
    ERR(RAW(SYS_openat2, AT_FDCWD, "file", &how, sizeof how), EINVAL);
    ERR(RAW(SYS_openat2, AT_FDCWD, bad_pointer(), &how, sizeof how), EINVAL); /* flags come first */
    ERR(RAW(SYS_openat2, AT_FDCWD, long_path, &how, sizeof how), EINVAL);
    how.resolve = 0;
    ERR(RAW(SYS_openat2, AT_FDCWD, bad_pointer(), &how, sizeof how), EFAULT);
    ERR(RAW(SYS_openat2, AT_FDCWD, long_path, &how, sizeof how), ENAMETOOLONG);
    ERR(openat(AT_FDCWD, long_path, O_TMPFILE | O_RDONLY, 0600), EINVAL);
    ERR(openat(-1, "file", O_RDONLY), EBADF);
    how = (struct open_how){O_RDWR | O_CREAT, 0600, RESOLVE_CACHED};
    ERR(RAW(SYS_openat2, AT_FDCWD, "file", &how, sizeof how), EAGAIN);
    how = (struct open_how){O_RDONLY, 0, RESOLVE_CACHED};
    close((int)OK(RAW(SYS_openat2, AT_FDCWD, "file", &how, sizeof how)));
}

static void make_files(void)
{
    struct sockaddr_un name = {.sun_family = AF_UNIX, .sun_path = "socket"};
    const int listener = socket(AF_UNIX, SOCK_STREAM, 0);
    close(make_file("file", "abc"));
    close(make_file("read_only", "abc"));
    OK(chmod("read_only", 0400));
    OK(mkdir("folder", 0755));
    OK(mkdir("folder/folder", 0755));
    close(make_file("folder/file", "in it"));
    OK(mkfifo("folder/pipe", 0600));
    OK(symlink("/proc/self/fd/0", "folder/link"));
    OK(symlink("folder/../folder/file", "folder/dangling")); /* dangling for RESOLVE_IN_ROOT only */
    OK(symlink("file", "link"));
    OK(symlink("folder", "to_folder"));
    OK(symlink("gone", "dangling"));
    OK(symlink("loop", "loop"));
    OK(mkfifo("pipe", 0600));
    OK(bind(listener, (const struct sockaddr *)&name, sizeof name));
    close(listener);
}

int main(void)
{
    pthread_t thread;
    make_files();
    close(0);
    OK(open("file", O_RDONLY)); /* as descriptor 0 */
    const int folder = (int)OK(open("folder", O_RDONLY | O_DIRECTORY));
    try_all(folder);
    wrong_calls();
    pthread_mutex_lock(&gate);
    OK(pthread_create(&thread, NULL, second, NULL));
    say("-- among threads");
    try_all(folder);
    wrong_calls();
    pthread_mutex_unlock(&gate);
    OK(pthread_join(thread, NULL));
    return done();
}
