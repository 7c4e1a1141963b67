/* CALLS: read, readv, write, recvfrom, sendto, recvmsg, accept4, connect, wait4, waitid, flock, fcntl, open,
 * mq_timedreceive, mq_timedsend, futex, poll, select, ppoll, pselect6, epoll_wait, epoll_pwait, nanosleep,
 * clock_nanosleep, semop, msgrcv, msgsnd, rt_sigtimedwait, pause, rt_sigsuspend, ioctl */
/* Which calls go on after a handler with SA_RESTART, and which end with EINTR all the same (signal(7)). Each
 * is interrupted by a thread, which later lets it come to an end. */
#include "check.h"

#include <linux/futex.h>
#include <mqueue.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/select.h>
#include <sys/sem.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>

#define MOMENT 12000

static volatile sig_atomic_t handled;
static int main_tid, process;
static void (*finish)(void);
static int fds[2], lock_fd, listener;
static pid_t child;
static mqd_t queue;
static uint32_t word;
static int msg_queue, semaphore;
static char big[1 << 20];

static void handler(int signo)
{
    (void)signo;
    handled++;
}

static void *interrupt(void *unused)
{
    usleep(MOMENT);
    RAW(SYS_tgkill, process, main_tid, SIGUSR1);
    usleep(MOMENT);
    if (finish) {
        finish();
    }
    return unused;
}

static pthread_t thread;

static void begin(void (*how_it_ends)(void))
{
    finish = how_it_ends;
    handled = 0;
    if (pthread_create(&thread, NULL, interrupt, NULL) != 0) {
        abort();
    }
}

static long end(const char *what, long result)
{
    int code = errno;
    pthread_join(thread, NULL);
    say("%s: %s, handled %d", what, result >= 0 ? "ok" : errno_name(code), (int)handled);
    return result;
}

static void put_byte(void)
{
    if (write(fds[1], "x", 1) != 1) {
        abort();
    }
}

static void drain(void)
{
    static char room[sizeof big];
    fcntl(fds[0], F_SETFL, O_NONBLOCK);
    for (int i = 0; i < 100 && read(fds[0], room, sizeof room) > 0; i++) {
        usleep(300);
    }
    fcntl(fds[0], F_SETFL, 0);
}

static void end_child(void)
{
    kill(child, SIGKILL);
}

static pid_t make_child(void)
{
    pid_t pid = fork();
    if (pid == 0) {
        for (;;) {
            pause();
        }
    }
    return pid;
}

static void unlock(void)
{
    struct flock whole = {.l_type = F_UNLCK};
    flock(lock_fd, LOCK_UN);
    fcntl(lock_fd, F_OFD_SETLK, &whole);
}

static void open_other_end(void)
{
    int fd = open("fifo", O_WRONLY | O_NONBLOCK);
    if (fd >= 0) {
        usleep(1000);
        close(fd);
    }
}

static void connect_to(void)
{
    struct sockaddr_un name = {.sun_family = AF_UNIX, .sun_path = "socket"};
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    connect(fd, (struct sockaddr *)&name, sizeof name);
    usleep(1000);
    close(fd);
}

static void send_mq(void)
{
    mq_send(queue, "m", 1, 0);
}

static void receive_mq(void)
{
    char message[8];
    mq_receive(queue, message, sizeof message, NULL);
}

static void wake(void)
{
    __atomic_store_n(&word, 1, __ATOMIC_SEQ_CST);
    RAW(SYS_futex, &word, FUTEX_WAKE, 10, 0, 0, 0);
}

struct message {
    long type;
    char text[8];
};

static void pipes(void)
{
    char byte;
    struct iovec vector = {&byte, 1};
    OK(pipe(fds));
    begin(put_byte);
    end("read of a pipe", read(fds[0], &byte, 1));
    drain(); /* the byte that came too late */
    begin(put_byte);
    end("readv of a pipe", readv(fds[0], &vector, 1));
    close(fds[0]);
    close(fds[1]);
    OK(pipe(fds));
    fcntl(fds[1], F_SETPIPE_SZ, 4096);
    if (write(fds[1], big, 4096) != 4096) {
        abort();
    }
    begin(drain);
    end("write to a full pipe", write(fds[1], big, 1));
    drain();
    /* What has been done is said, whatever the flag. */
    begin(drain);
    CHECK(end("write of more than fits", write(fds[1], big, 6000)) > 0);
    close(fds[0]);
    close(fds[1]);
}

static void sockets(void)
{
    char byte;
    struct iovec vector = {&byte, 1};
    struct msghdr message = {.msg_iov = &vector, .msg_iovlen = 1};
    struct timeval limit = {5, 0};
    OK(socketpair(AF_UNIX, SOCK_STREAM, 0, fds));
    begin(put_byte);
    end("recv", recv(fds[0], &byte, 1, 0));
    recv(fds[0], &byte, 1, MSG_DONTWAIT);
    begin(put_byte);
    end("recvmsg", recvmsg(fds[0], &message, 0));
    recv(fds[0], &byte, 1, MSG_DONTWAIT);
    /* A time limit takes the restart away. */
    setsockopt(fds[0], SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    begin(put_byte);
    end("recv with SO_RCVTIMEO", recv(fds[0], &byte, 1, 0));
    while (send(fds[1], big, 65536, MSG_DONTWAIT) > 0) {
    }
    begin(drain);
    end("send", send(fds[1], big, 65536, 0));
    close(fds[0]);
    close(fds[1]);

    struct sockaddr_un name = {.sun_family = AF_UNIX, .sun_path = "socket"};
    unlink("socket");
    listener = (int)OK(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    OK(bind(listener, (struct sockaddr *)&name, sizeof name));
    OK(listen(listener, 0));
    begin(connect_to);
    long fd = end("accept", accept4(listener, NULL, NULL, SOCK_CLOEXEC));
    if (fd >= 0) {
        close((int)fd);
    }
    close(listener);
}

static void locks(void)
{
    struct flock whole = {.l_type = F_WRLCK};
    lock_fd = make_file("lock", "x");
    int fd = (int)OK(open("lock", O_RDWR | O_CLOEXEC));
    OK(flock(lock_fd, LOCK_EX));
    begin(unlock);
    end("flock", flock(fd, LOCK_EX));
    flock(fd, LOCK_UN);
    OK(fcntl(lock_fd, F_OFD_SETLK, &whole));
    begin(unlock);
    end("F_OFD_SETLKW", fcntl(fd, F_OFD_SETLKW, &whole));
    whole.l_type = F_UNLCK;
    fcntl(fd, F_OFD_SETLK, &whole);
    whole.l_type = F_WRLCK;
    OK(fcntl(lock_fd, F_OFD_SETLK, &whole));
    begin(unlock);
    end("F_SETLKW", fcntl(fd, F_SETLKW, &whole));
    close(fd);
    close(lock_fd);
}

static void processes(void)
{
    int status;
    siginfo_t info;
    child = make_child();
    begin(end_child);
    end("wait4", wait4(child, &status, 0, NULL));
    waitpid(child, &status, 0);
    child = make_child();
    begin(end_child);
    end("waitid", waitid(P_PID, (id_t)child, &info, WEXITED));
    waitpid(child, &status, 0);
}

static void queues(void)
{
    char message[8], name[40];
    struct mq_attr attributes = {.mq_maxmsg = 1, .mq_msgsize = 8};
    snprintf(name, sizeof name, "/restart-%d", (int)getpid());
    queue = mq_open(name, O_RDWR | O_CREAT | O_EXCL, 0600, &attributes);
    mq_unlink(name);
    CHECK(queue != (mqd_t)-1);
    begin(send_mq);
    end("mq_receive", mq_receive(queue, message, sizeof message, NULL));
    while (mq_timedreceive(queue, message, sizeof message, NULL, &(struct timespec){0, 0}) >= 0) {
    }
    mq_send(queue, "m", 1, 0);
    begin(receive_mq);
    end("mq_send", mq_send(queue, "n", 1, 0));
    mq_close(queue);

    struct message text = {1, "text"};
    struct sembuf down = {0, -1, 0};
    msg_queue = (int)OK(RAW(SYS_msgget, IPC_PRIVATE, IPC_CREAT | 0600));
    begin(NULL);
    end("msgrcv", RAW(SYS_msgrcv, msg_queue, &text, 8, 0, 0));
    OK(RAW(SYS_msgctl, msg_queue, IPC_RMID, 0));
    semaphore = (int)OK(RAW(SYS_semget, IPC_PRIVATE, 1, IPC_CREAT | 0600));
    begin(NULL);
    end("semop", RAW(SYS_semop, semaphore, &down, 1));
    OK(RAW(SYS_semctl, semaphore, 0, IPC_RMID, 0));
}

static void futexes(void)
{
    word = 0;
    begin(wake);
    end("futex wait", RAW(SYS_futex, &word, FUTEX_WAIT, 0, 0, 0, 0));
    word = 0;
    struct timespec limit = {5, 0};
    begin(wake);
    end("futex wait with a limit", RAW(SYS_futex, &word, FUTEX_WAIT, 0, &limit, 0, 0));
}

static void never_again(void)
{
    struct timespec limit = {5, 0}, left = {0, 0};
    struct timeval limit_us = {5, 0};
    struct pollfd nothing = {-1, 0, 0};
    struct epoll_event event;
    int epoll = epoll_create1(EPOLL_CLOEXEC);
    sigset_t none, term;
    sigemptyset(&none);
    sigemptyset(&term);
    sigaddset(&term, SIGTERM);
    begin(NULL);
    end("poll", RAW(SYS_poll, &nothing, 1L, 5000));
    begin(NULL);
    end("ppoll", ppoll(&nothing, 1, &limit, &none));
    limit = (struct timespec){5, 0};
    begin(NULL);
    end("select", RAW(SYS_select, 0, 0, 0, 0, &limit_us));
    CHECK(limit_us.tv_sec == 4);
    begin(NULL);
    end("pselect", pselect(0, NULL, NULL, NULL, &limit, NULL));
    begin(NULL);
    end("epoll_wait", RAW(SYS_epoll_wait, epoll, &event, 1, 5000));
    begin(NULL);
    end("epoll_pwait", epoll_pwait(epoll, &event, 1, 5000, &none));
    begin(NULL);
    limit = (struct timespec){5, 0};
    end("nanosleep", RAW(SYS_nanosleep, &limit, &left));
    CHECK(left.tv_sec == 4 && left.tv_nsec > 500000000);
    left.tv_sec = 0;
    begin(NULL);
    end("clock_nanosleep", RAW(SYS_clock_nanosleep, CLOCK_MONOTONIC, 0, &limit, &left));
    CHECK(left.tv_sec == 4 && left.tv_nsec > 500000000);
    begin(NULL);
    end("sigtimedwait", RAW(SYS_rt_sigtimedwait, &term, 0, &limit, 8));
    begin(NULL);
    end("pause", RAW(SYS_pause));
    begin(NULL);
    end("sigsuspend", sigsuspend(&none));
    begin(NULL);
    CHECK(usleep(900000) == -1);
    end("usleep", -1);
    close(epoll);
}

static void fifo(void)
{
    unlink("fifo");
    OK(mkfifo("fifo", 0600));
    begin(open_other_end);
    long fd = end("open of a fifo", open("fifo", O_RDONLY));
    if (fd >= 0) {
        close((int)fd);
    }
}

static int terminal_master;

static void type_line(void)
{
    if (write(terminal_master, "line\n", 5) != 5) {
        abort();
    }
}

static void terminal(void)
{
    char name[40], line[16];
    int number = 0, zero = 0;
    terminal_master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (terminal_master < 0 || ioctl(terminal_master, TIOCSPTLCK, &zero) < 0 ||
        ioctl(terminal_master, TIOCGPTN, &number) < 0) {
        skip("no pseudoterminals");
    }
    snprintf(name, sizeof name, "/dev/pts/%d", number);
    int fd = (int)OK(open(name, O_RDWR | O_NOCTTY | O_CLOEXEC));
    begin(type_line);
    end("read of a terminal", read(fd, line, sizeof line));
    close(fd);
    close(terminal_master);
}

static void all(unsigned flags)
{
    struct sigaction action = {.sa_handler = handler, .sa_flags = (int)flags};
    sigaction(SIGUSR1, &action, NULL);
    say("-- %s", flags ? "SA_RESTART" : "plain");
    pipes();
    sockets();
    locks();
    processes();
    queues();
    futexes();
    fifo();
    terminal();
    never_again();
}

int main(void)
{
    process = getpid();
    main_tid = (int)RAW(SYS_gettid);
    all(SA_RESTART);
    all(0);
    return done();
}
