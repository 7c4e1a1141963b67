/* CALLS: poll, select, nanosleep, clock_nanosleep, epoll_wait, rt_sigtimedwait, semop, semtimedop */
/* CALLS: recvfrom, futex */
/* Which calls go on after their process was stopped and continued, with no handler at all, and which end with
 * EINTR (signal(7)). */
#include "interrupted.h"

#include <linux/futex.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/ipc.h>
#include <sys/select.h>
#include <sys/sem.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>

/* How long the calls that go on take, and the others at most: milliseconds. */
#define SHORT 200
#define LONG 5000
/* So many. */
#define CALLS 10

static int news[2];  /* from the child: a byte before and a byte behind each call, and one at the end */
static int leave[2]; /* closed when the child may end */

static void tell(void)
{
    if (write(news[1], "x", 1) != 1) {
        abort();
    }
}

static void ended(const char *what, long result)
{
    int code = errno;
    tell();
    say("%s: %s", what, result >= 0 ? "ok" : errno_name(code));
}

static void go_on(void)
{
    struct pollfd nothing = {-1, 0, 0};
    struct timespec limit = {0, SHORT * 1000000}, left;
    struct timeval limit_us = {0, SHORT * 1000};
    uint32_t word = 0;
    tell();
    ended("poll", RAW(SYS_poll, &nothing, 1L, SHORT));
    tell();
    ended("select", RAW(SYS_select, 0, 0, 0, 0, &limit_us));
    tell();
    ended("nanosleep", RAW(SYS_nanosleep, &limit, &left));
    tell();
    ended("clock_nanosleep", RAW(SYS_clock_nanosleep, CLOCK_MONOTONIC, 0, &limit, &left));
    tell();
    ended("futex wait", RAW(SYS_futex, &word, FUTEX_WAIT, 0, &limit, 0, 0));
}

static void end_early(void)
{
    struct timespec limit = {LONG / 1000, 0};
    struct timeval limit_us = {LONG / 1000, 0};
    struct epoll_event event;
    char byte;
    int pair[2], epoll = (int)OK(epoll_create1(EPOLL_CLOEXEC));
    sigset_t term;
    sigemptyset(&term);
    sigaddset(&term, SIGTERM);
    tell();
    ended("epoll_wait", RAW(SYS_epoll_wait, epoll, &event, 1, LONG));
    tell();
    ended("sigtimedwait", RAW(SYS_rt_sigtimedwait, &term, 0, &limit, 8));

    struct sembuf down = {0, -1, 0};
    int semaphore = (int)OK(RAW(SYS_semget, IPC_PRIVATE, 1, IPC_CREAT | 0600));
    tell();
    ended("semop", RAW(SYS_semop, semaphore, &down, 1));
    tell();
    ended("semtimedop", RAW(SYS_semtimedop, semaphore, &down, 1, &limit));
    OK(RAW(SYS_semctl, semaphore, 0, IPC_RMID, 0));

    OK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
    OK(setsockopt(pair[0], SOL_SOCKET, SO_RCVTIMEO, &limit_us, sizeof limit_us));
    tell();
    ended("recv with SO_RCVTIMEO", recv(pair[0], &byte, 1, 0));
}

static bool news_within(int milliseconds)
{
    struct pollfd pipe_end = {news[0], POLLIN, 0};
    char byte;
    return poll(&pipe_end, 1, milliseconds) == 1 && read(news[0], &byte, 1) == 1;
}

int main(void)
{
    int status, stops = 0, calls = 0;
    OK(pipe(news));
    OK(pipe(leave));
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        alarm(40); /* should a call go on for ever */
        go_on();
        end_early();
        close(leave[1]);
        tell();
        exit(read(leave[0], &(char){0}, 1) == 0 ? done() : 1);
    }
    while (calls < CALLS && news_within(LONG)) {
        bool over = false;
        for (int i = 0; i < 100 && !over; i++) {
            wait_asleep(child, child);
            kill(child, SIGSTOP);
            while (waitpid(child, &status, WUNTRACED) == child && !WIFSTOPPED(status)) {
            }
            kill(child, SIGCONT);
            stops += waitpid(child, &status, WCONTINUED) == child && WIFCONTINUED(status);
            over = news_within(50);
        }
        calls++;
    }
    CHECK(news_within(LONG));
    IS(calls, CALLS);
    CHECK(stops >= calls);
    close(leave[0]);
    close(leave[1]);
    CHECK(waitpid(child, &status, 0) == child);
    IS(status, 0);
    return done();
}
