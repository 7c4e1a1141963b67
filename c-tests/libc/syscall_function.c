/* CALLS: write, nanosleep, lseek, prctl */
#include "check.h"

#include <sys/prctl.h>
#include <time.h>

/* syscall() and prctl() are functions, whatever their headers make of calls. */

struct calls {
    const char *name;
    long (*syscall)(void);
    int (*prctl)(int);
};

static long seven(void)
{
    return 7;
}

static int next(int number)
{
    return number + 1;
}

static long through(long (*call)(long, ...), int fd, const char *text)
{
    return call(SYS_write, fd, text, 4);
}

static void members(void)
{
    struct calls calls = {"calls", seven, next};
    IS(calls.syscall(), 7);
    IS((&calls)->prctl(4), 5);
    calls.syscall = 0;
    CHECK(!calls.syscall);
}

static void forms(void)
{
    int pipes[2], syscall_number = SYS_write;
    volatile long number = SYS_lseek;
    char buffer[16] = "";
    OK(pipe(pipes));
    IS(syscall(SYS_nanosleep, &(struct timespec){0, 1000}, 0), 0);
    IS((syscall)(SYS_write, pipes[1], "one ", 4), 4);
    IS(syscall(syscall_number, pipes[1], (const char[]){'t', 'w', 'o', ' '}, 4), 4);
    IS(through(syscall, pipes[1], "six "), 4);
    IS(through(&syscall, pipes[1], "ten "), 4);
    IS(read(pipes[0], buffer, sizeof buffer - 1), 15);
    TEXT(buffer, "one two six ten");
    int fd = make_file("file", "0123456789");
    IS(syscall(number, fd, 4, SEEK_SET), 4); /* an int, where the call has 64 bits */
    IS(syscall(number, fd, (off_t)-1, SEEK_END), 9);
    IS(syscall(SYS_pread64, fd, buffer, 2, 3), 2);
    CHECK(buffer[0] == '3' && buffer[1] == '4');
    ERR(syscall(SYS_close, -1), EBADF);
    ERR(syscall(100000), ENOSYS);
    CHECK(syscall(SYS_getpid) == getpid());
    long (*volatile pointer)(long, ...) = syscall;
    CHECK(pointer(SYS_getpid) == getpid());
    ERR(pointer(SYS_write, -1, "", (size_t)1), EBADF);
    IS(pointer(SYS_lseek, fd, (off_t)5, SEEK_SET), 5);
    IS(pointer(SYS_pread64, fd, buffer, (size_t)1, (off_t)8), 1);
    CHECK(buffer[0] == '8');
    CHECK((void *)syscall != (void *)prctl);
}

static void names(void)
{
    char name[16] = "";
    IS(prctl(PR_SET_NAME, "first"), 0);
    IS((prctl)(PR_GET_NAME, name), 0);
    TEXT(name, "first");
    IS(prctl(PR_SET_NAME, (unsigned long)(uintptr_t)"second", 0, 0, 0), 0);
    int (*volatile pointer)(int, ...) = prctl;
    IS(pointer(PR_GET_NAME, name), 0);
    TEXT(name, "second");
    IS(pointer(PR_SET_NAME, (char[]){"third"}), 0);
    IS(prctl(PR_GET_NAME, &(*name)), 0);
    TEXT(name, "third");
    IS(pointer(PR_SET_DUMPABLE, 1, 0, 0, 0), 0);
    IS(pointer(PR_GET_DUMPABLE), 1);
    IS(syscall(SYS_prctl, PR_SET_NAME, "fourth", 0, 0, 0), 0);
    IS(prctl(PR_GET_NAME, name), 0);
    TEXT(name, "fourth");
}

int main(void)
{
    members();
    forms();
    names();
    return done();
}
