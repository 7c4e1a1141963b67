/* Calls that block, each cancelled: before it begins, and while it waits. */
/* CALLS: read, write, accept, futex, nanosleep, poll, wait4, open, fcntl, rt_sigsuspend, epoll_wait, msgrcv
 */
#include "together.h"

#include <poll.h>
#include <semaphore.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/msg.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>

static int fds[2], full[2], listener, sockets[2], locked, queue, messages;
static pid_t child;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t never = PTHREAD_COND_INITIALIZER;
static sem_t semaphore;
static pthread_t sleeper;
static bool lock_was_held;

static void unlock(void *unused)
{
    (void)unused;
    lock_was_held = pthread_mutex_trylock(&lock) == EBUSY;
    pthread_mutex_unlock(&lock);
}

static void in_read(void)
{
    char byte;
    read(fds[0], &byte, 1);
}

static void in_nanosleep(void)
{
    struct timespec long_time = {1000000, 0};
    nanosleep(&long_time, NULL);
}

static void in_clock_nanosleep(void)
{
    struct timespec long_time = {1000000, 0};
    clock_nanosleep(CLOCK_MONOTONIC, 0, &long_time, NULL);
}

static void in_cond_wait(void)
{
    pthread_mutex_lock(&lock);
    pthread_cleanup_push(unlock, NULL);
    for (;;) {
        pthread_cond_wait(&never, &lock);
    }
    pthread_cleanup_pop(0);
}

static void in_cond_timedwait(void)
{
    struct timespec until = from_now(CLOCK_REALTIME, 1000000);
    pthread_mutex_lock(&lock);
    pthread_cleanup_push(unlock, NULL);
    for (;;) {
        pthread_cond_timedwait(&never, &lock, &until);
    }
    pthread_cleanup_pop(0);
}

static void in_accept(void)
{
    accept(listener, NULL, NULL);
}

static void in_recv(void)
{
    char byte;
    recv(sockets[0], &byte, 1, 0);
}

static void in_sem_wait(void)
{
    while (sem_wait(&semaphore) != 0) {
    }
}

static void in_poll(void)
{
    struct pollfd one = {fds[0], POLLIN, 0};
    poll(&one, 1, -1);
}

static void in_select(void)
{
    fd_set set;
    FD_ZERO(&set);
    FD_SET(fds[0], &set);
    select(fds[0] + 1, &set, NULL, NULL, NULL);
}

static void in_pause(void)
{
    pause();
}

static void in_join(void)
{
    pthread_join(sleeper, NULL);
}

static void in_sigwait(void)
{
    int signo;
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR2);
    for (;;) {
        sigwait(&set, &signo);
    }
}

static void in_write(void)
{
    static const char bytes[65536];
    for (;;) {
        write(full[1], bytes, sizeof bytes);
    }
}

static void in_waitpid(void)
{
    waitpid(child, NULL, 0);
}

static void in_open(void)
{
    open("fifo", O_RDONLY | O_CLOEXEC);
}

static void in_fcntl(void)
{
    struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    fcntl(locked, F_SETLKW, &whole);
}

static void in_sigsuspend(void)
{
    sigset_t none;
    sigemptyset(&none);
    sigsuspend(&none);
}

static void in_epoll_wait(void)
{
    struct epoll_event event;
    epoll_wait(queue, &event, 1, -1);
}

static void in_msgrcv(void)
{
    struct {
        long type;
        char text[8];
    } message;
    msgrcv(messages, &message, sizeof message.text, 0, 0);
}

static const struct {
    const char *name;
    void (*wait)(void);
} points[] = {
    {"read", in_read},
    {"nanosleep", in_nanosleep},
    {"clock_nanosleep", in_clock_nanosleep},
    {"pthread_cond_wait", in_cond_wait},
    {"pthread_cond_timedwait", in_cond_timedwait},
    {"accept", in_accept},
    {"recv", in_recv},
    {"sem_wait", in_sem_wait},
    {"poll", in_poll},
    {"select", in_select},
    {"pause", in_pause},
    {"pthread_join", in_join},
    {"sigwait", in_sigwait},
    {"write", in_write},
    {"waitpid", in_waitpid},
    {"open", in_open},
    {"fcntl", in_fcntl},
    {"sigsuspend", in_sigsuspend},
    {"epoll_wait", in_epoll_wait},
    {"msgrcv", in_msgrcv},
};

static atomic_int tid, go;

static void *wait_there(void *index)
{
    tid = (int)RAW(SYS_gettid);
    points[(intptr_t)index].wait();
    return NULL;
}

static void *wait_when_told(void *index)
{
    while (go == 0) {
    }
    points[(intptr_t)index].wait();
    return NULL;
}

static void *sleep_on(void *unused)
{
    in_nanosleep();
    return unused;
}

/* A child that holds a lock on a file until it is killed. */
static void make_child(void)
{
    struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    char byte;
    int ready[2];
    OK(pipe(ready));
    locked = make_file("locked", "x");
    child = fork();
    if (child == 0) {
        alarm(60); /* whatever becomes of its parent */
        fcntl(locked, F_SETLKW, &whole);
        write(ready[1], "r", 1);
        for (;;) {
            pause();
        }
    }
    IS(read(ready[0], &byte, 1), 1);
}

int main(void)
{
    struct sockaddr_un name = {.sun_family = AF_UNIX, .sun_path = "socket"};
    OK(pipe(fds));
    OK(socketpair(AF_UNIX, SOCK_STREAM, 0, sockets));
    listener = (int)OK(socket(AF_UNIX, SOCK_STREAM, 0));
    OK(bind(listener, (struct sockaddr *)&name, sizeof name));
    OK(listen(listener, 5));
    OK(sem_init(&semaphore, 0, 0));
    OK(pipe(full));
    OK(mkfifo("fifo", 0600));
    queue = (int)OK(epoll_create1(EPOLL_CLOEXEC));
    messages = (int)OK(msgget(IPC_PRIVATE, 0600));
    make_child();
    sleeper = start(sleep_on, NULL);
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR2);
    pthread_sigmask(SIG_BLOCK, &set, NULL);
    for (size_t i = 0; i < sizeof points / sizeof *points; i++) {
        lock_was_held = false;
        go = tid = 0;
        pthread_t waiting = start(wait_there, (void *)i);
        while (tid == 0) {
            sched_yield();
        }
        wait_asleep(tid);
        pthread_cancel(waiting);
        bool both = (void *)joined(waiting) == PTHREAD_CANCELED;
        pthread_t early = start(wait_when_told, (void *)i);
        pthread_cancel(early);
        go = 1;
        both = both && (void *)joined(early) == PTHREAD_CANCELED;
        say("%s: %s%s", points[i].name, both ? "cancelled" : "NO", lock_was_held ? ", lock held" : "");
        check_failures += !both;
    }
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    msgctl(messages, IPC_RMID, NULL);
    pthread_cancel(sleeper);
    CHECK((void *)joined(sleeper) == PTHREAD_CANCELED);
    return done();
}
