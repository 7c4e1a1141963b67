/* CALLS: */
/* Every call, again and again, with arguments at the edges of what they may be, while another thread changes
 * what they point to.  The answers do not matter: the process must never end for it.  The seeds are fixed. */
#include "check.h"

#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>

#define ROUNDS 16
#define CALLS_EACH 3000
#define LAST_CALL 470
#define ARENA_PAGES 16u
#define PAGE 4096u
#define CALL_STATMOUNT 457

/* Not with random arguments: what ends, starts, signals or slows down processes, takes away what other
 * programs of the user share, waits out of reach of the timer, fills or changes the machine, gives signals to
 * faults, which are then deadly by right, or writes paths from the root, by which others' files could be met.
 */
static const short left_out[] = {
    SYS_exit,
    SYS_exit_group,
    SYS_clone,
    SYS_clone3,
    SYS_unshare,
    SYS_setns,
    SYS_prctl,
    SYS_seccomp,
    SYS_kill,
    SYS_tkill,
    SYS_tgkill,
    SYS_rt_sigqueueinfo,
    SYS_rt_tgsigqueueinfo,
    SYS_pidfd_send_signal,
    SYS_setpriority,
    SYS_ioprio_set,
    SYS_sched_setaffinity,
    SYS_sched_setscheduler,
    SYS_sched_setparam,
    SYS_sched_setattr,
    SYS_setrlimit,
    SYS_prlimit64,
    SYS_setpgid,
    SYS_shmget,
    SYS_shmctl,
    SYS_msgget,
    SYS_msgctl,
    SYS_msgsnd,
    SYS_msgrcv,
    SYS_semget,
    SYS_semctl,
    SYS_semop,
    SYS_semtimedop,
    SYS_mq_open,
    SYS_mq_unlink,
    SYS_add_key,
    SYS_request_key,
    SYS_keyctl,
    SYS_rt_sigaction,
    SYS_rt_sigprocmask,
    SYS_rt_sigsuspend,
    SYS_setitimer,
    SYS_alarm,
    SYS_timer_create,
    SYS_mq_notify,
    SYS_sync,
    SYS_syncfs,
    SYS_chroot,
    SYS_mount,
    SYS_umount2,
    SYS_pivot_root,
    SYS_close_range,
    SYS_settimeofday,
    SYS_clock_settime,
    SYS_adjtimex,
    SYS_clock_adjtime,
    SYS_sethostname,
    SYS_setdomainname,
    SYS_acct,
    SYS_swapon,
    SYS_swapoff,
    SYS_vhangup,
    SYS_syslog,
    SYS_getcwd,
    SYS_readlink,
    SYS_readlinkat,
    CALL_STATMOUNT,
};
/* Ranges of memory, which have to stay in the arena or reach beyond the end. */
static const short of_ranges[] = {
    SYS_mmap,  SYS_munmap, SYS_mprotect,         SYS_mremap,  SYS_madvise,
    SYS_msync, SYS_mlock,  SYS_mlock2,           SYS_munlock, SYS_mincore,
    SYS_shmat, SYS_shmdt,  SYS_remap_file_pages,
};

static bool is_in(int call, const short *list, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (list[i] == call) {
            return true;
        }
    }
    return false;
}
#define IS_IN(call, list) is_in(call, list, sizeof list / sizeof list[0])

static uint64_t state;
/* What calls read and write: pages that stay, between one that can only be read and one that is not there.
 * Ranges: those that calls map, unmap and protect. */
static char *arena, *ranges;
static volatile bool stop;

static uint32_t next(uint64_t *from)
{
    *from = *from * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(*from >> 33);
}

static uint32_t pick(const uint32_t *values, size_t count, uint64_t *from)
{
    return values[next(from) % count];
}

static uint32_t address(uint64_t *from)
{
    static const uint32_t edges[] = {0,          0xffffffff, 0xfffffff8, 0xfffff000,
                                     0xfffff001, 0xffff0000, 0x80000000};
    const uint32_t kind = next(from) % 8;
    if (kind == 0) {
        return pick(edges, sizeof edges / sizeof edges[0], from);
    }
    const char *const in = kind == 1 ? ranges : arena - PAGE;
    const uint32_t at = (uint32_t)(uintptr_t)in + next(from) % ((ARENA_PAGES + 2) * PAGE);
    return kind < 4 ? at : kind < 6 ? at & ~7u : (at | (PAGE - 1)) - next(from) % 64; /* at a page's end */
}

static uint32_t number(uint64_t *from)
{
    static const uint32_t edges[] = {0,          1,          2,   3,   4,    7,     8,          16,
                                     24,         32,         64,  128, 1024, 1025,  4096,       65536,
                                     0x7fffffff, 0x80000000, -1u, -2u, -8u,  -100u, 0x40000000, 0x10000};
    return next(from) % 4 == 0 ? next(from) % 64 : pick(edges, sizeof edges / sizeof edges[0], from);
}

static uint32_t word(uint64_t *from)
{
    return next(from) % 2 == 0 ? address(from) : number(from);
}

/* The names lead nowhere but to this test's own files. */
static void fill(uint64_t *from)
{
    static const char names[][8] = {"f", "d", "l", "d/f", "", "d/../f"};
    char *const at = arena + next(from) % (ARENA_PAGES * PAGE / 8) * 8;
    if (next(from) % 3 == 0) {
        memcpy(at, names[next(from) % 6], 8);
    } else {
        *(volatile uint32_t *)(void *)at = word(from);
    }
}

static void *change(void *unused)
{
    uint64_t own = 12345;
    while (!stop) {
        fill(&own);
    }
    return unused;
}

static void on_alarm(int signo)
{
    (void)signo;
}

/* Signals are for nothing but to end waits. */
static void prepare(void)
{
    struct sigaction interrupt = {.sa_handler = on_alarm};
    struct itimerval often = {{0, 2000}, {0, 2000}};
    struct rlimit small = {1 << 20, 1 << 20};
    for (int signo = 1; signo < 65; signo++) {
        if (signo != SIGSEGV && signo != SIGBUS && signo != SIGFPE && signo != SIGILL && signo != SIGCHLD &&
            (signo < 32 || signo > 34)) {
            signal(signo, SIG_IGN);
        }
    }
    setrlimit(RLIMIT_FSIZE, &small);
    sigaction(SIGALRM, &interrupt, NULL);
    setitimer(ITIMER_REAL, &often, NULL);
}

static void make_arena(void)
{
    char *const all =
        mmap(NULL, (ARENA_PAGES + 2) * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    mprotect(all, PAGE, PROT_READ);
    mprotect(all + (ARENA_PAGES + 1) * PAGE, PAGE, PROT_NONE);
    arena = all + PAGE;
}

/* The rest of the time they have what random calls have left of them; nobody else is given their place. */
static void make_ranges(void)
{
    const int flags = MAP_PRIVATE | MAP_ANONYMOUS | (ranges != NULL ? MAP_FIXED : 0);
    ranges = mmap(ranges, 2 * (ARENA_PAGES + 2) * PAGE, PROT_READ | PROT_WRITE, flags, -1, 0);
}

static void open_things(void)
{
    int pair[2];
    close(open("f", O_RDWR | O_CREAT, 0600));
    mkdir("d", 0700);
    open("f", O_RDWR);
    open("d", O_RDONLY);
    pipe(pair);
    socketpair(AF_UNIX, SOCK_DGRAM, 0, pair);
    socket(AF_INET, SOCK_STREAM, 0);
    socket(AF_INET6, SOCK_DGRAM, 0);
    RAW(SYS_eventfd2, 0, O_NONBLOCK);
    RAW(SYS_epoll_create1, 0);
    RAW(SYS_memfd_create, "m", 0);
    RAW(SYS_inotify_init1, O_NONBLOCK);
    RAW(SYS_timerfd_create, 1, O_NONBLOCK);
}

static void one_call(int call)
{
    long arguments[6];
    for (int i = 0; i < 6; i++) {
        arguments[i] = (int32_t)word(&state);
        if (next(&state) % 16 == 0) {
            arguments[i] |= (long)next(&state) << 32;
        }
    }
    if (IS_IN(call, of_ranges)) {
        const uint32_t page = next(&state) % ARENA_PAGES;
        arguments[0] = (int32_t)((uint32_t)(uintptr_t)ranges + page * PAGE);
        arguments[1] = next(&state) % 8 == 0 ? (int32_t)0xfffff000u : (int32_t)((ARENA_PAGES - page) * PAGE);
        if (call == SYS_mremap) {
            arguments[2] = (int32_t)(next(&state) % (ARENA_PAGES * PAGE));
            arguments[4] = (int32_t)(uintptr_t)(ranges + (ARENA_PAGES + 2) * PAGE);
        }
        if (call == SYS_munmap || call == SYS_madvise || call == SYS_mprotect || call == SYS_mmap) {
            arguments[1] = (int32_t)((ARENA_PAGES - page) * PAGE);
        }
    }
    const long result =
        syscall(call, arguments[0], arguments[1], arguments[2], arguments[3], arguments[4], arguments[5]);
    if (result == 0 && (call == SYS_fork || call == SYS_vfork)) {
        _exit(0);
    }
}

static void child(int round)
{
    pthread_t thread;
    state = (uint64_t)round * 7919 + 1;
    make_arena();
    open_things();
    prepare();
    for (int i = 0; i < 4000; i++) {
        fill(&state);
    }
    if (round % 2 != 0) {
        pthread_create(&thread, NULL, change, NULL);
    }
    for (int i = 0; i < CALLS_EACH; i++) {
        const int call = (int)(next(&state) % (LAST_CALL + 1));
        if (i % 64 == 0) {
            make_ranges();
        }
        fill(&state);
        if (!IS_IN(call, left_out)) {
            one_call(call);
        }
    }
    _exit(0);
}

/* How often the runtime has told of a guest that did itself harm; -1 if it told of anything else.  What calls
 * have written between is data of this program, so the words that are looked for are none of it. */
static int told(int fd)
{
    static char text[1 << 20];
    char head[] = "xali: ", panic[] = "xanicked";
    head[0] = 'w', panic[0] = 'p';
    const ssize_t length = pread(fd, text, sizeof text, 0);
    const char *const end = text + (length > 0 ? length : 0);
    int count = 0;
    for (const char *at = text; (at = memmem(at, (size_t)(end - at), head, 6)) != NULL; at += 6, count++) {
        const char *const line_end = memchr(at, '\n', (size_t)(end - at));
        if (line_end == NULL || memmem(at, (size_t)(line_end - at), "(SIG", 4) == NULL) {
            return -1;
        }
    }
    return memmem(text, (size_t)(end - text), panic, 8) == NULL ? count : -1;
}

int main(void)
{
    become_ordinary_user();
    int said = (int)OK(open("said", O_RDWR | O_CREAT | O_APPEND, 0600)), bad = 0;
    for (int round = 0; round < ROUNDS; round++) {
        char folder[16];
        snprintf(folder, sizeof folder, "r%d", round);
        mkdir(folder, 0700);
        const pid_t pid = fork();
        if (pid == 0) {
            dup2(said, 2);
            dup2(open("/dev/null", O_RDWR), 0);
            dup2(0, 1);
            RAW(SYS_close_range, 3, -1, 0);
            chdir(folder);
            setpgid(0, 0);
            child(round);
        }
        int status = 0;
        for (int i = 0; i < 1000 && waitpid(pid, &status, WNOHANG) == 0; i++) {
            usleep(10000);
            status = -1;
        }
        if (status == -1) {
            kill(pid, SIGKILL);
            waitpid(pid, &status, 0);
            status = 0;
        }
        if (status != 0) {
            bad++;
        }
    }
    CHECK(bad == told(said));
    return done();
}
