/* CALLS: open, openat, openat2, chdir, fchdir */
/* Opening while several threads run: on other mounts than the root's and the current directory's, too. */
#include "together.h"

#include <signal.h>
#include <sys/resource.h>

static char folder[64], fifo[80], file[80];
static pthread_barrier_t both;
static int early[2]; /* a pipe from before */

static void *rest(void *unused)
{
    pthread_barrier_wait(&both);
    pthread_barrier_wait(&both);
    return unused;
}

/* A line of a file of /proc that begins so. */
static bool has_line(int fd, const char *line)
{
    char text[4096];
    const ssize_t length = read(fd, text, sizeof text - 1);
    text[length < 0 ? 0 : length] = '\0';
    close(fd);
    return strstr(text, line) != NULL;
}

static void on_proc(void)
{
    char line[40];
    snprintf(line, sizeof line, "\nTgid:\t%d\n", (int)getpid());
    CHECK(has_line((int)OK(open("/proc/self/status", O_RDONLY)), line));
    CHECK(has_line((int)OK(open("/proc/self/status", O_RDONLY)), "\nThreads:\t2\n"));
    snprintf(line, sizeof line, "\nPid:\t%d\n", (int)RAW(SYS_gettid));
    CHECK(has_line((int)OK(open("/proc/thread-self/status", O_RDONLY)), line));
    const int proc = (int)OK(open("/proc", O_PATH | O_DIRECTORY));
    snprintf(line, sizeof line, "\nTgid:\t%d\n", (int)getpid());
    CHECK(has_line((int)OK(openat(proc, "self/status", O_RDONLY)), line));
    ERR(open("/proc/self/nothing", O_RDONLY), ENOENT);
    ERR(open("/proc/self", O_WRONLY), EISDIR);
    close(proc);
}

static void numbers_and_flags(void)
{
    const int first = (int)OK(open("/dev/null", O_RDWR | O_CLOEXEC));
    const int second = (int)OK(open(file, O_RDWR | O_CREAT, 0600));
    CHECK(second == first + 1);
    IS(fcntl(first, F_GETFD), FD_CLOEXEC);
    IS(fcntl(second, F_GETFD), 0);
    close(first);
    CHECK(open("/dev/zero", O_RDONLY) == first);
    close(first);
    IS(write(second, "abc", 3), 3);
    close(second);
    struct stat st;
    close((int)OK(open(file, O_WRONLY | O_TRUNC)));
    IS(stat(file, &st), 0);
    IS(st.st_size, 0);
    ERR(open(file, O_RDONLY | O_DIRECTORY), ENOTDIR);
    ERR(open(file, O_CREAT | O_EXCL, 0600), EEXIST);
    ERR(RAW(SYS_open, bad_pointer(), O_RDONLY), EFAULT);
    uint64_t how[3] = {O_RDONLY, 0, 0};
    close((int)OK(RAW(SYS_openat2, AT_FDCWD, file, how, sizeof how)));
    how[2] = 1; /* RESOLVE_NO_XDEV */
    ERR(RAW(SYS_openat2, AT_FDCWD, "/proc/self/status", how, sizeof how), EXDEV);
    how[1] = 0600;
    ERR(RAW(SYS_openat2, AT_FDCWD, file, how, sizeof how), EINVAL);
}

static void directories(void)
{
    char line[40];
    const int here = (int)OK(open(".", O_RDONLY));
    OK(chdir("/proc/self"));
    snprintf(line, sizeof line, "\nTgid:\t%d\n", (int)getpid());
    CHECK(has_line((int)OK(open("status", O_RDONLY)), line));
    ERR(open("mem", O_RDONLY | O_DIRECTORY), ENOTDIR);
    OK(fchdir(here));
    OK(chdir(folder));
    close((int)OK(open("file", O_RDONLY)));
    ERR(chdir("file"), ENOTDIR);
    ERR(chdir("nowhere"), ENOENT);
    ERR(fchdir(-1), EBADF);
    OK(fchdir(here));
    ERR(open("file", O_RDONLY), ENOENT);
    close(here);
}

static void on_alarm(int signo)
{
    (void)signo;
}

static void *wait_for_writer(void *unused)
{
    (void)unused;
    return (void *)(intptr_t)open(fifo, O_RDONLY);
}

/* What the process closes is closed. */
static void end_is_the_end(void)
{
    int ends[2];
    char byte;
    OK(pipe(ends));
    close(ends[1]);
    IS(read(ends[0], &byte, 1), 0);
    close(ends[0]);
    IS(read(early[0], &byte, 1), -1);
    close(early[1]);
    fcntl(early[0], F_SETFL, 0);
    IS(read(early[0], &byte, 1), 0);
    close(early[0]);
}

/* A pipe that nobody else opens is waited for, until a signal comes, or somebody does. */
static void waiting(void)
{
    struct sigaction action = {.sa_handler = on_alarm};
    pthread_t thread;
    void *result;
    sigaction(SIGALRM, &action, NULL);
    OK(pipe2(early, O_NONBLOCK));
    alarm(1);
    ERR(open(fifo, O_RDONLY), EINTR);
    pthread_create(&thread, NULL, wait_for_writer, NULL);
    const int writer = (int)OK(open(fifo, O_WRONLY));
    pthread_join(thread, &result);
    const int reader = (int)(intptr_t)result;
    CHECK(reader >= 0);
    IS(write(writer, "x", 1), 1);
    char byte;
    IS(read(reader, &byte, 1), 1);
    close(writer);
    close(reader);
    pthread_create(&thread, NULL, wait_for_writer, NULL);
    usleep(50000);
    end_is_the_end(); /* while somebody waits */
    pthread_cancel(thread);
    pthread_join(thread, &result);
    CHECK(result == PTHREAD_CANCELED);
    ERR(open(fifo, O_WRONLY | O_NONBLOCK), ENXIO);
}

static void no_numbers_left(void)
{
    struct rlimit old, few = {16, 16};
    getrlimit(RLIMIT_NOFILE, &old);
    few.rlim_max = old.rlim_max;
    setrlimit(RLIMIT_NOFILE, &few);
    int fds[32], count = 0;
    while (count < 32 && (fds[count] = open("/dev/null", O_RDONLY)) >= 0) {
        count++;
    }
    CHECK(errno == EMFILE);
    CHECK(count > 5 && count < 16);
    while (count > 0) {
        close(fds[--count]);
    }
    setrlimit(RLIMIT_NOFILE, &old);
}

int main(void)
{
    pthread_t thread;
    sigset_t alarms;
    snprintf(folder, sizeof folder, "/dev/shm/open_elsewhere.%d", (int)getpid());
    if (mkdir(folder, 0700) != 0) {
        skip("no /dev/shm");
    }
    snprintf(fifo, sizeof fifo, "%s/fifo", folder);
    snprintf(file, sizeof file, "%s/file", folder);
    OK(mkfifo(fifo, 0600));
    sigemptyset(&alarms);
    sigaddset(&alarms, SIGALRM);
    pthread_barrier_init(&both, NULL, 2);
    pthread_sigmask(SIG_BLOCK, &alarms, NULL); /* in the other */
    pthread_create(&thread, NULL, rest, NULL);
    pthread_sigmask(SIG_UNBLOCK, &alarms, NULL);
    pthread_barrier_wait(&both);
    numbers_and_flags();
    on_proc();
    directories();
    waiting();
    no_numbers_left();
    pthread_barrier_wait(&both);
    pthread_join(thread, NULL);
    unlink(fifo);
    unlink(file);
    rmdir(folder);
    return done();
}
