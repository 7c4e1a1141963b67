/* CALLS: read, readv, write, writev, splice, tee, wait4, waitid, flock, fcntl, open, ioctl, futex */
/* CALLS: eventfd2, timerfd_create, signalfd4, inotify_init1, poll, select, ppoll, pselect6 */
/* CALLS: epoll_wait, epoll_pwait, epoll_pwait2, nanosleep, clock_nanosleep, pause, rt_sigsuspend */
/* CALLS: rt_sigtimedwait, semop, semtimedop, msgrcv, msgsnd, mq_timedreceive, mq_timedsend */
/* Which calls go on after a handler with SA_RESTART, and which end with EINTR all the same (signal(7)). */
#include "interrupted.h"

#include <linux/futex.h>
#include <mqueue.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/select.h>
#include <sys/sem.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>

static int fds[2], lock_fd;
static pid_t child;
static mqd_t queue;
static uint32_t word;
static int msg_queue, semaphore;
static char big[1 << 20];

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

static void send_mq(void)
{
    mq_send(queue, "m", 1, 0);
}

static void empty_mq(void)
{
    char message[8];
    while (mq_timedreceive(queue, message, sizeof message, NULL, &(struct timespec){0, 0}) >= 0) {
    }
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
    drain();
    int other[2];
    OK(pipe(other));
    begin(put_byte);
    end("tee of an empty pipe", tee(fds[0], other[1], 1, 0));
    drain();
    begin(put_byte);
    end("splice of an empty pipe", splice(fds[0], NULL, other[1], NULL, 1, 0));
    close(other[0]);
    close(other[1]);
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
    if (write(fds[1], big, 4096) != 4096) {
        abort();
    }
    begin(drain);
    end("writev to a full pipe", writev(fds[1], &vector, 1));
    drain();
    /* What has been done is said, whatever the flag. */
    begin(drain);
    CHECK(end("write of more than fits", write(fds[1], big, 6000)) > 0);
    close(fds[0]);
    close(fds[1]);
}

static int event_file;

static void add_event(void)
{
    uint64_t one = 1;
    if (write(event_file, &one, sizeof one) != sizeof one) {
        abort();
    }
}

static void arm_timer(void)
{
    struct itimerspec soon = {{0, 0}, {0, 1}};
    timerfd_settime(event_file, 0, &soon, NULL);
}

static void send_blocked_signal(void)
{
    RAW(SYS_tgkill, process, main_tid, SIGUSR2);
}

static void make_a_file(void)
{
    close(make_file("watched/file", ""));
}

static void event_files(void)
{
    char event[512];
    sigset_t set;
    event_file = (int)OK(eventfd(0, EFD_CLOEXEC));
    begin(add_event);
    end("read of an eventfd", read(event_file, event, 8));
    close(event_file);
    event_file = (int)OK(timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC));
    begin(arm_timer);
    end("read of a timerfd", read(event_file, event, 8));
    close(event_file);
    sigemptyset(&set);
    sigaddset(&set, SIGUSR2);
    pthread_sigmask(SIG_BLOCK, &set, NULL);
    event_file = (int)OK(signalfd(-1, &set, SFD_CLOEXEC));
    begin(send_blocked_signal);
    end("read of a signalfd", read(event_file, event, sizeof event));
    while (sigtimedwait(&set, NULL, &(struct timespec){0, 0}) > 0) {
    }
    close(event_file);
    unlink("watched/file");
    mkdir("watched", 0700);
    event_file = (int)OK(inotify_init1(IN_CLOEXEC));
    OK(inotify_add_watch(event_file, "watched", IN_CREATE));
    begin(make_a_file);
    end("read of an inotify descriptor", read(event_file, event, sizeof event));
    close(event_file);
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
    empty_mq();
    mq_send(queue, "m", 1, 0);
    begin(receive_mq);
    end("mq_send", mq_send(queue, "n", 1, 0));
    empty_mq();
    struct timespec limit;
    clock_gettime(CLOCK_REALTIME, &limit);
    limit.tv_sec += 5;
    begin(send_mq);
    end("mq_timedreceive", mq_timedreceive(queue, message, sizeof message, NULL, &limit));
    empty_mq();
    mq_send(queue, "m", 1, 0);
    begin(receive_mq);
    end("mq_timedsend", mq_timedsend(queue, "n", 1, 0, &limit));
    mq_close(queue);

    struct message text = {1, "text"};
    struct sembuf down = {0, -1, 0};
    msg_queue = (int)OK(RAW(SYS_msgget, IPC_PRIVATE, IPC_CREAT | 0600));
    begin(NULL);
    end("msgrcv", RAW(SYS_msgrcv, msg_queue, &text, 8, 0, 0));
    while (RAW(SYS_msgsnd, msg_queue, &text, 8, IPC_NOWAIT) == 0) {
    }
    begin(NULL);
    end("msgsnd", RAW(SYS_msgsnd, msg_queue, &text, 8, 0));
    OK(RAW(SYS_msgctl, msg_queue, IPC_RMID, 0));
    semaphore = (int)OK(RAW(SYS_semget, IPC_PRIVATE, 1, IPC_CREAT | 0600));
    begin(NULL);
    end("semop", RAW(SYS_semop, semaphore, &down, 1));
    limit = (struct timespec){5, 0};
    begin(NULL);
    end("semtimedop", RAW(SYS_semtimedop, semaphore, &down, 1, &limit));
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
    word = 0;
    begin(wake);
    end("futex wait for some bits", RAW(SYS_futex, &word, FUTEX_WAIT_BITSET, 0, 0, 0, 1));
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
    CHECK(limit_us.tv_sec < 5);
    begin(NULL);
    end("pselect", pselect(0, NULL, NULL, NULL, &limit, NULL));
    begin(NULL);
    end("epoll_wait", RAW(SYS_epoll_wait, epoll, &event, 1, 5000));
    begin(NULL);
    end("epoll_pwait", epoll_pwait(epoll, &event, 1, 5000, &none));
    limit = (struct timespec){5, 0};
    begin(NULL);
    end("epoll_pwait2", RAW(SYS_epoll_pwait2, epoll, &event, 1, &limit, 0, 8));
    begin(NULL);
    limit = (struct timespec){5, 0};
    end("nanosleep", RAW(SYS_nanosleep, &limit, &left));
    CHECK(left.tv_sec > 0 && left.tv_sec < 5);
    left.tv_sec = 0;
    begin(NULL);
    end("clock_nanosleep", RAW(SYS_clock_nanosleep, CLOCK_MONOTONIC, 0, &limit, &left));
    CHECK(left.tv_sec > 0 && left.tv_sec < 5);
    begin(NULL);
    end("sigtimedwait", RAW(SYS_rt_sigtimedwait, &term, 0, &limit, 8));
    begin(NULL);
    end("sigwaitinfo", RAW(SYS_rt_sigtimedwait, &term, 0, 0, 8));
    begin(NULL);
    end("pause", RAW(SYS_pause));
    begin(NULL);
    end("sigsuspend", sigsuspend(&none));
    begin(NULL);
    CHECK(usleep(900000) == -1);
    end("usleep", -1);
    begin(NULL);
    CHECK(sleep(5) > 0); /* rounded, so it may be all five */
    end("sleep", -1);
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

static void read_terminal(void)
{
    static char room[sizeof big];
    fcntl(terminal_master, F_SETFL, O_NONBLOCK);
    for (int i = 0; i < 100 && read(terminal_master, room, sizeof room) > 0; i++) {
        usleep(300);
    }
    fcntl(terminal_master, F_SETFL, 0);
}

static int terminal_slave;

static void start_output(void)
{
    ioctl(terminal_slave, TCXONC, TCOON);
}

/* The kernel carries what was written to the other end in the background, which makes room again. */
static void fill_terminal(int fd)
{
    fcntl(fd, F_SETFL, O_NONBLOCK);
    for (int full = 0; full < 20; full++) {
        while (write(fd, big, 4096) > 0) {
            full = 0;
        }
        usleep(5000);
    }
    fcntl(fd, F_SETFL, 0);
}

static atomic_int writer_tid;

static void *write_byte(void *unused)
{
    writer_tid = (int)RAW(SYS_gettid);
    if (write(terminal_slave, "x", 1) != 1) {
        abort();
    }
    return unused;
}

/* Only one at a time writes to a terminal, and TCIOFF writes a character. It leaves the terminal stopped, as
 * it was at first. */
static void ioctl_behind_a_write(void)
{
    pthread_t writer;
    writer_tid = 0;
    OK(ioctl(terminal_slave, TCXONC, TCOOFF));
    OK(-pthread_create(&writer, NULL, write_byte, NULL));
    while (writer_tid == 0) {
        usleep(500);
    }
    wait_asleep(process, writer_tid);
    begin(start_output);
    end("ioctl of a terminal that is written to", ioctl(terminal_slave, TCXONC, TCIOFF));
    pthread_join(writer, NULL);
}

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
    int fd = terminal_slave = (int)OK(open(name, O_RDWR | O_NOCTTY | O_CLOEXEC));
    begin(type_line);
    end("read of a terminal", read(fd, line, sizeof line));
    OK(ioctl(fd, TCXONC, TCOOFF));
    begin(start_output);
    end("write to a stopped terminal", write(fd, "x", 1));
    OK(ioctl(fd, TCXONC, TCOON));
    fill_terminal(fd);
    begin(read_terminal);
    end("write to a full terminal", write(fd, big, 1));
    read_terminal();
    ioctl_behind_a_write();
    close(fd);
    close(terminal_master);
}

static void all(void)
{
    pipes();
    event_files();
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
    with_and_without_restart(all);
    return done();
}
