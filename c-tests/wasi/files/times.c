/* Times of files: set to the nanosecond, to now, left as they are; of links themselves. */
#include "check.h"

#include <time.h>

static struct stat status;

static void show(const char *name)
{
    if (lstat(name, &status) != 0) {
        check_failed(__FILE__, __LINE__, "lstat %s", name);
    }
    say("%s: %lld.%09d %lld.%09d", name, (long long)status.st_atim.tv_sec, (int)status.st_atim.tv_nsec,
        (long long)status.st_mtim.tv_sec, (int)status.st_mtim.tv_nsec);
}

static bool is_now(const struct timespec *time)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return time->tv_sec >= now.tv_sec - 60 && time->tv_sec <= now.tv_sec + 1;
}

int main(void)
{
    int fd = make_file("file", "x");
    OK(symlink("file", "link"));
    OK(fstat(fd, &status));
    CHECK(is_now(&status.st_mtim) && is_now(&status.st_ctim) && is_now(&status.st_atim));
    struct timespec times[2] = {{1000000000, 123456789}, {1500000000, 987654321}};
    OK(futimens(fd, times));
    show("file");
    times[0] = (struct timespec){1, 2};
    times[1].tv_nsec = UTIME_OMIT;
    OK(utimensat(AT_FDCWD, "file", times, 0));
    show("file");
    times[0].tv_nsec = UTIME_OMIT;
    times[1] = (struct timespec){3, 4};
    OK(utimensat(AT_FDCWD, "link", times, 0));
    show("file");
    times[0] = (struct timespec){5, 6};
    times[1] = (struct timespec){7, 8};
    OK(utimensat(AT_FDCWD, "link", times, AT_SYMLINK_NOFOLLOW));
    show("file");
    show("link");
    times[0].tv_nsec = UTIME_NOW;
    OK(futimens(fd, times));
    OK(fstat(fd, &status));
    CHECK(is_now(&status.st_atim));
    CHECK(status.st_mtim.tv_sec == 7 && status.st_mtim.tv_nsec == 8);
    OK(futimens(fd, NULL));
    OK(fstat(fd, &status));
    CHECK(is_now(&status.st_mtim));
    times[0] = times[1] = (struct timespec){0, 0};
    OK(utimensat(AT_FDCWD, "file", times, 0));
    show("file");
    OK(write(fd, "y", 1)); /* changes it again */
    OK(fstat(fd, &status));
    CHECK(is_now(&status.st_mtim));
    times[0].tv_nsec = times[1].tv_nsec = UTIME_OMIT;
    OK(utimensat(AT_FDCWD, "file", times, 0));
    times[0] = (struct timespec){0, 0};
    ERR(utimensat(AT_FDCWD, "missing", times, 0), ENOENT);
    ERR(futimens(99, times), EBADF);
    times[0] = (struct timespec){0, 1000000000};
    ERR(utimensat(AT_FDCWD, "file", times, 0), EINVAL);
    return done();
}
