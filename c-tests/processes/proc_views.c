/* CALLS: readlink, readlinkat, stat, statx, newfstatat, open */
/* What /proc shows of this process is this program. */
#include "check.h"
#include "child.h"

#include <sys/prctl.h>
#include <sys/stat.h>

static struct stat program;

static bool is_program(int fd)
{
    struct stat st;
    return fstat(fd, &st) == 0 && st.st_ino == program.st_ino && st.st_dev == program.st_dev;
}

static void views(const char *path)
{
    char text[4096];
    struct stat st = {0};
    struct statx stx = {0};
    memset(text, '.', sizeof text);
    ssize_t length = readlink(path, text, sizeof text);
    CHECK(length > 0 && length < 4000 && memcmp(text + length, "..........", 10) == 0); /* as it was */
    CHECK(length == (ssize_t)strlen(own_path()) && memcmp(text, own_path(), (size_t)length) == 0);
    OK(stat(path, &st));
    CHECK(st.st_ino == program.st_ino);
    OK(statx(AT_FDCWD, path, 0, STATX_BASIC_STATS, &stx));
    CHECK(stx.stx_ino == program.st_ino);
    int fd = open(path, O_RDONLY);
    CHECK(is_program(fd));
    close(fd);
    OK(lstat(path, &st));
    CHECK(S_ISLNK(st.st_mode));
}

static int again(int argc, char **argv)
{
    char text[200] = "";
    int fd = open("/proc/self/cmdline", O_RDONLY);
    ssize_t length = read(fd, text, sizeof text), at = 0;
    for (int i = 0; i < argc; i++) {
        TEXT(text + at, argv[i]);
        at += (ssize_t)strlen(text + at) + 1;
    }
    IS(length - at, 0);
    OK(prctl(PR_GET_NAME, text));
    TEXT(text, "other_name_0123");
    return 0;
}

int main(int argc, char **argv)
{
    if (argc > 1) {
        return again(argc, argv);
    }
    char path[100];
    OK(stat(own_path(), &program));
    views("/proc/self/exe");
    views("/proc/thread-self/exe");
    views("/proc/self/../self/exe");
    snprintf(path, sizeof path, "/proc/%d/exe", getpid());
    views(path);
    snprintf(path, sizeof path, "/proc/self/task/%d/exe", getpid());
    views(path);

    /* By a descriptor, and cut short. */
    char text[4096] = "";
    int folder = open("/proc/self", O_RDONLY | O_DIRECTORY);
    ssize_t length = readlinkat(folder, "exe", text, sizeof text);
    CHECK(length == (ssize_t)strlen(own_path()));
    IS(readlinkat(folder, "exe", text, 3), 3);
    CHECK(memcmp(text, own_path(), 3) == 0);
    struct stat st;
    OK(fstatat(folder, "exe", &st, 0));
    CHECK(st.st_ino == program.st_ino);
    ERR(readlink("/proc/self/exe", bad_pointer(), 10), EFAULT);
    ERR(RAW(SYS_readlink, "/proc/self/exe", text, 0), EINVAL);

    OK(symlink(own_path(), "other_name_0123456789"));
    char *words[] = {"the name", "one", "", "two words", NULL}, *none[] = {NULL};
    TEXT(end_of_exec("./other_name_0123456789", words, none), "exit 0");
    return done();
}
