/* CALLS: open, openat, openat2, creat */
/* The memory of the host, through /proc/<pid>/mem: refused by whatever way it is opened. */
#include "check.h"

static char numbered[64];

static const char *with_number(const char *format, int number)
{
    snprintf(numbered, sizeof numbered, format, number);
    return numbered;
}

static void by_name(void)
{
    ERR(open("/proc/self/mem", O_RDONLY), EACCES);
    ERR(open("/proc/self/mem", O_WRONLY), EACCES);
    ERR(open("/proc/self/mem", O_RDWR | O_NONBLOCK | O_CLOEXEC), EACCES);
    ERR(open("/proc/self/mem", O_RDWR | O_CREAT, 0600), EACCES);
    ERR(open("/proc/self/mem", O_WRONLY | O_TRUNC | O_APPEND), EACCES);
    ERR(open("/proc/self/mem", O_RDWR | O_EXCL), EACCES);
    ERR(open("/proc/self/mem", O_RDONLY | O_NOFOLLOW), EACCES);
    ERR(open("/proc/self/mem", 3), EACCES);
    ERR(RAW(SYS_creat, "/proc/self/mem", 0600), EACCES);
    ERR(open("/proc/thread-self/mem", O_RDWR), EACCES);
    ERR(open("/proc/self/../self/./mem", O_RDWR), EACCES);
    ERR(open(with_number("/proc/%d/mem", getpid()), O_RDWR), EACCES);
    ERR(open(with_number("/proc/self/task/%d/mem", (int)RAW(SYS_gettid)), O_RDWR), EACCES);
    ERR(open(with_number("/proc/%d/mem", getppid()), O_RDONLY), EACCES);
    ERR(open("/proc/self/root/proc/self/mem", O_RDWR), EACCES);
}

static void by_place(void)
{
    int dir = (int)OK(open("/proc/self", O_PATH)), proc = (int)OK(open("/proc", O_RDONLY));
    uint64_t how[3] = {O_RDWR, 0, 0};
    ERR(openat(dir, "mem", O_RDWR), EACCES);
    ERR(openat(proc, "self/mem", O_RDWR), EACCES);
    ERR(RAW(SYS_openat2, dir, "mem", how, sizeof how), EACCES);
    how[2] = 8; /* RESOLVE_BENEATH */
    ERR(RAW(SYS_openat2, dir, "mem", how, sizeof how), EACCES);

    OK(symlink("/proc/self/mem", "link"));
    OK(symlink("link", "link2"));
    OK(symlink("/proc/self", "dirlink"));
    ERR(open("link", O_RDWR), EACCES);
    ERR(open("link2", O_WRONLY | O_CREAT, 0600), EACCES);
    ERR(open("dirlink/mem", O_RDWR), EACCES);
    OK(chdir("/proc/self"));
    ERR(open("mem", O_RDWR), EACCES);
    ERR(open("cwd/mem", O_RDWR), EACCES);
}

/* A place on it can be had, but not opened. */
static void by_descriptor(void)
{
    char byte;
    int place = (int)OK(open("/proc/self/mem", O_PATH));
    ERR(read(place, &byte, 1), EBADF);
    ERR(pwrite(place, &byte, 1, 4096), EBADF);
    ERR(open(with_number("/proc/self/fd/%d", place), O_RDWR), EACCES);
    ERR(open(with_number("/dev/fd/%d", place), O_RDONLY), EACCES);
    ERR(open(with_number("/proc/thread-self/fd/%d", place), O_WRONLY), EACCES);
    ERR(openat(place, "", O_RDWR), ENOENT);
    IS(close(place), 0);
}

int main(void)
{
    int next = open("/", O_RDONLY);
    close(next);
    by_name();
    CHECK(open("/", O_PATH) == next); /* nothing was left open */
    close(next);
    by_place();
    by_descriptor();
    return done();
}
