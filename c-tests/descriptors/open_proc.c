/* CALLS: open, read, lseek */
/* /proc is the kernel's, and what is harmless there opens as ever. */
#include "check.h"

static void opens(const char *path, int flags)
{
    int fd = open(path, flags | O_CLOEXEC);
    say("%s: %s", path, fd < 0 ? errno_name(errno) : "ok");
    if (fd < 0) {
        check_failures++;
        return;
    }
    CHECK(lseek(fd, 0, SEEK_CUR) == 0);
    close(fd);
}

int main(void)
{
    char line[64] = "", path[64];
    opens("/proc/self/maps", O_RDONLY);
    opens("/proc/self/status", O_RDONLY);
    opens("/proc/self/comm", O_RDWR);
    opens("/proc/self/oom_score_adj", O_RDWR);
    opens("/proc/self/coredump_filter", O_RDWR);
    opens("/proc/self/pagemap", O_RDONLY);
    opens("/proc/self/clear_refs", O_WRONLY);
    opens("/proc/self/environ", O_RDONLY);
    opens("/proc/thread-self/stat", O_RDONLY);
    opens("/proc/sys/kernel/ostype", O_RDONLY);
    opens("/proc/meminfo", O_RDONLY);
    opens("/proc/self/fd", O_RDONLY | O_DIRECTORY);
    opens("/proc/self/task", O_RDONLY);

    int fd = (int)OK(open("/proc/sys/kernel/ostype", O_RDONLY));
    IS(read(fd, line, sizeof line), 6);
    TEXT(line, "Linux\n");

    int file = make_file("file", "abc");
    OK(lseek(file, 2, SEEK_SET));
    snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    int again = (int)OK(open(path, O_RDWR));
    IS(lseek(again, 0, SEEK_CUR), 0);
    IS(lseek(file, 0, SEEK_CUR), 2);
    ERR(open("/proc/self/fd/9999", O_RDONLY), ENOENT);
    ERR(open("/proc/self/none", O_RDONLY), ENOENT);
    ERR(open("/proc/self/comm", O_RDONLY | O_CREAT | O_EXCL, 0600), EEXIST);
    ERR2(open("/proc/new", O_WRONLY | O_CREAT, 0600), EACCES, ENOENT);
    return done();
}
