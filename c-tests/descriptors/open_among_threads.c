/* CALLS: open, open_by_handle_at */
/* Opening while the process has a second thread gives what it gives with one: errors, and the flags that
 * fcntl(F_GETFL) shows. */
#include "check.h"

#include <pthread.h>

static const int all_flags[] = {
    O_RDONLY,
    O_RDONLY | O_CLOEXEC,
    O_RDWR,
    O_WRONLY | O_APPEND,
    O_RDONLY | O_NONBLOCK,
    O_RDONLY | O_NOFOLLOW,
    O_RDONLY | O_DIRECTORY,
    O_RDONLY | O_NOATIME,
    O_RDWR | O_SYNC,
    O_PATH,
    O_WRONLY | O_RDWR, /* neither is allowed, but ioctl */
    O_WRONLY | O_TRUNC,
    O_RDWR | O_CREAT,
    O_RDWR | O_CREAT | O_EXCL,
    O_RDWR | O_CREAT | O_TRUNC,
    O_RDWR | O_CREAT | O_DIRECTORY,
    O_RDONLY | O_EXCL,
};
static const char *const paths[] = {"file",  "folder", "link", "dangling", "nowhere/file", "file/x", "",
                                    "fresh", "folder/../file", "/dev/zero", "/proc/self/stat", "/"};
static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;

static void *second(void *unused)
{
    pthread_mutex_lock(&gate);
    pthread_mutex_unlock(&gate);
    return unused;
}

static void try(const char *path, int flags)
{
    errno = 0;
    const int fd = open(path, flags, 0644);
    const int shown = fd < 0 ? 0 : fcntl(fd, F_GETFL);
    say("%s %#o: %s, flags %#o, descriptor %d, closed on exec %d", path, flags, errno_name(errno), shown, fd,
        fd < 0 ? 0 : fcntl(fd, F_GETFD));
    if (fd >= 0) {
        close(fd);
    }
    unlink("fresh");
    unlink("gone");
}

/* The program's own file, by the link that the kernel has for it. */
static void try_own_program(void)
{
    struct stat named, opened = {0};
    const int fd = open("/proc/self/exe", O_RDONLY);
    OK(stat("/proc/self/exe", &named));
    fstat(fd, &opened);
    CHECK(fd >= 0 && opened.st_ino == named.st_ino && opened.st_dev == named.st_dev);
    close(fd);
}

static void try_all(void)
{
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        for (size_t j = 0; j < sizeof all_flags / sizeof all_flags[0]; j++) {
            if (paths[i][0] != '/' || (all_flags[j] & (O_CREAT | O_TRUNC)) == 0) {
                try(paths[i], all_flags[j]);
            }
        }
    }
    try_own_program();
    ERR2(RAW(SYS_open_by_handle_at, AT_FDCWD, 0, O_RDONLY), EFAULT, EPERM);
    ERR2(RAW(SYS_open_by_handle_at, -1, 0, O_RDONLY), EFAULT, EPERM);
}

int main(void)
{
    pthread_t thread;
    close(make_file("file", "abc"));
    OK(mkdir("folder", 0755));
    OK(symlink("file", "link"));
    OK(symlink("gone", "dangling"));
    try_all();
    pthread_mutex_lock(&gate);
    OK(pthread_create(&thread, NULL, second, NULL));
    say("-- among threads");
    try_all();
    pthread_mutex_unlock(&gate);
    OK(pthread_join(thread, NULL));
    return done();
}
