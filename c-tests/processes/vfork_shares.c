/* CALLS: vfork, clone, clone3 */
/* The child of a vfork runs in its parent's memory, and has all else of its own: descriptors, directory,
 * actions and mask of signals. Whatever it does, the parent goes on as if it had slept. */
#include "check.h"
#include "child.h"

#include <limits.h>
#include <linux/sched.h>
#include <poll.h>
#include <sched.h>
#include <setjmp.h>
#include <spawn.h>
#include <sys/mman.h>

static volatile int written, handled;
static char *volatile mapped;
static char text[64];
static jmp_buf back;

static void note(int signo)
{
    handled = signo;
}

static int action_of(int signo)
{
    struct sigaction now;
    sigaction(signo, NULL, &now);
    return now.sa_handler == SIG_DFL ? 0 : now.sa_handler == SIG_IGN ? 1 : now.sa_handler == note ? 2 : 3;
}

/* Deep, and with much on both stacks. */
static __attribute__((noinline)) int fill(int depth)
{
    volatile char room[512];
    memset((char *)room, depth, sizeof room);
    return depth == 0 ? room[5] : fill(depth - 1) + room[100];
}

/* What the child changes in memory the parent finds. */
static void memory(void)
{
    pid_t pid = vfork();
    if (pid == 0) {
        written = fill(100);
        strcpy(text, "from the child");
        mapped = mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        mapped[70000] = 'm';
        _exit(3);
    }
    TEXT(end_of(pid), "exit 3");
    IS(written, 5050);
    TEXT(text, "from the child");
    IS(mapped[70000], 'm');
    OK(munmap(mapped, 1 << 20));
    IS(fill(100), 5050);
}

/* What a process has of its own the child has, too. */
static void own(void)
{
    char before[PATH_MAX], after[PATH_MAX];
    int fd = OK(open("/dev/null", O_RDONLY));
    sigset_t mask;
    signal(SIGUSR1, note);
    signal(SIGUSR2, SIG_IGN);
    OK(getcwd(before, sizeof before) != NULL);
    pid_t pid = vfork();
    if (pid == 0) {
        sigset_t all;
        sigfillset(&all);
        int wrong = close(fd) != 0 || chdir("/") != 0 || action_of(SIGUSR1) != 2 || action_of(SIGUSR2) != 1;
        signal(SIGUSR1, SIG_DFL);
        signal(SIGUSR2, note);
        signal(SIGHUP, SIG_IGN);
        sigprocmask(SIG_SETMASK, &all, NULL);
        _exit(wrong || action_of(SIGUSR1) != 0 || action_of(SIGUSR2) != 2);
    }
    TEXT(end_of(pid), "exit 0");
    OK(getcwd(after, sizeof after) != NULL);
    IS(strcmp(before, after), 0);
    OK(close(fd));
    IS(action_of(SIGUSR1), 2);
    IS(action_of(SIGUSR2), 1);
    IS(action_of(SIGHUP), 0);
    OK(sigprocmask(SIG_SETMASK, NULL, &mask));
    IS(sigismember(&mask, SIGUSR1), 0);
    raise(SIGUSR1);
    IS(handled, SIGUSR1);
}

/* Its handlers run, in its parent's memory, and end it where they say so. */
static void handlers(void)
{
    handled = 0;
    pid_t pid = vfork();
    if (pid == 0) {
        raise(SIGUSR1);
        _exit(handled == SIGUSR1 ? 4 : 5);
    }
    TEXT(end_of(pid), "exit 4");
    IS(handled, SIGUSR1);
    pid = vfork();
    if (pid == 0) {
        raise(SIGTERM);
        _exit(6);
    }
    TEXT(end_of(pid), "signal 15");
    pid = vfork();
    if (pid == 0) {
        RAW(SYS_kill, getpid(), SIGKILL);
    }
    TEXT(end_of(pid), "signal 9");
    raise(SIGUSR1);
    IS(handled, SIGUSR1);
}

static void leave(int signo)
{
    _exit(signo);
}

static void become(int signo)
{
    char *argv[] = {"sh", "-c", "exit 11", NULL}, *envp[] = {NULL};
    execve("/bin/sh", argv, envp);
    _exit(signo);
}

static void jump(int signo)
{
    longjmp(back, signo);
}

/* The child ends on top of frames that its parent does not have. */
static void in_handlers(void)
{
    static void (*const ends[])(int) = {leave, become, jump};
    static const char *const expected[] = {"exit 12", "exit 11", "exit 13"};
    for (int i = 0; i < 3; i++) {
        pid_t pid = vfork();
        if (pid == 0) {
            if (setjmp(back) != 0) {
                _exit(13);
            }
            signal(SIGUSR2, ends[i]);
            raise(SIGUSR2);
            _exit(14);
        }
        TEXT(end_of(pid), expected[i]);
        IS(action_of(SIGUSR2), 1);
        handled = 0;
        raise(SIGUSR1);
        IS(handled, SIGUSR1);
    }
    if (setjmp(back) == 0) {
        fill(20);
        longjmp(back, 1);
    }
    say("jumped");
}

static void executes(void)
{
    char *argv[] = {"sh", "-c", "exit 7", NULL}, *envp[] = {"A=b", NULL};
    static char huge[1 << 18];
    char *many[64] = {"sh"};
    memset(huge, 'x', sizeof huge - 1);
    many[1] = huge;
    int fd = make_file("nothing", "no program\n");
    OK(fchmod(fd, 0755));
    OK(close(fd));
    const char *const bad[] = {"missing", "/", "nothing"};
    for (int i = 0; i < 3; i++) {
        pid_t pid = vfork();
        if (pid == 0) {
            execve(bad[i], argv, envp);
            written = errno;
            execve("/bin/sh", argv, envp);
            _exit(1);
        }
        TEXT(end_of(pid), "exit 7");
        TEXT(errno_name(written), i == 0 ? "ENOENT" : i == 1 ? "EACCES" : "ENOEXEC");
    }
    pid_t pid = vfork();
    if (pid == 0) {
        execve("/bin/sh", many, envp);
        _exit(errno == E2BIG ? 8 : 9);
    }
    TEXT(end_of(pid), "exit 8");
    char *self[] = {"again", "ended", NULL};
    const char *path = own_path();
    pid = vfork();
    if (pid == 0) {
        execve(path, self, envp);
        _exit(1);
    }
    TEXT(end_of(pid), "exit 33");
}

/* Children of the child. */
static void nested(void)
{
    char *argv[] = {"sh", "-c", "exit 9", NULL}, *envp[] = {NULL};
    pid_t pid = vfork();
    if (pid == 0) {
        written = 0;
        pid_t inner = vfork();
        if (inner == 0) {
            signal(SIGUSR1, SIG_DFL);
            _exit(21);
        }
        int wrong = strcmp(end_of(inner), "exit 21") != 0 || action_of(SIGUSR1) != 2;
        inner = fork();
        if (inner == 0) {
            written = 5;
            raise(SIGUSR1);
            _exit(handled == SIGUSR1 && action_of(SIGUSR2) == 1 ? 22 : 23);
        }
        wrong += strcmp(end_of(inner), "exit 22") != 0 || written != 0;
        wrong += posix_spawn(&inner, "/bin/sh", NULL, NULL, argv, envp) != 0 ||
                 strcmp(end_of(inner), "exit 9") != 0;
        wrong += posix_spawn(&inner, "missing", NULL, NULL, argv, envp) != ENOENT;
        _exit(wrong);
    }
    TEXT(end_of(pid), "exit 0");
    IS(action_of(SIGUSR1), 2);
}

static void faults(void)
{
    pid_t pid = vfork();
    if (pid == 0) {
        abort();
    }
    TEXT(end_of(pid), "signal 6");
    pid = vfork();
    if (pid == 0) {
        *(volatile char *)bad_pointer() = 1;
        _exit(1);
    }
    TEXT(end_of(pid), "signal 11");
    IS(fill(100), 5050);
}

static void stops(void)
{
    int status, ready[2];
    OK(pipe(ready));
    fflush(NULL);
    pid_t outer = fork();
    if (outer == 0) {
        pid_t pid = vfork();
        if (pid == 0) {
            pid_t me = getpid();
            (void)!write(ready[1], &me, sizeof me);
            raise(SIGSTOP);
            written = 17;
            _exit(1);
        }
        int failed = strcmp(end_of(pid), "exit 1") != 0;
        _exit(failed || written != 17);
    }
    pid_t inner;
    IS(read(ready[0], &inner, sizeof inner), sizeof inner);
    usleep(50000);
    IS(waitpid(outer, &status, WNOHANG), 0);
    OK(kill(inner, SIGCONT));
    TEXT(end_of(outer), "exit 0");

    /* The parent dies: the child goes on alone, with the memory. */
    outer = fork();
    if (outer == 0) {
        pid_t pid = vfork();
        if (pid == 0) {
            pid_t me = getpid();
            (void)!write(ready[1], &me, sizeof me);
            while (getppid() == outer || kill(getppid(), 0) != 0) {
                usleep(1000);
            }
            usleep(20000);
            me = mmap(NULL, 65536, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED;
            (void)!write(ready[1], &me, sizeof me);
            _exit(1);
        }
        _exit(2);
    }
    IS(read(ready[0], &inner, sizeof inner), sizeof inner);
    OK(kill(outer, SIGKILL));
    TEXT(end_of(outer), "signal 9");
    IS(read(ready[0], &inner, sizeof inner), sizeof inner);
    IS(inner, 0);
    OK(close(ready[0]));
    OK(close(ready[1]));
}

static int clear_word, seen_tid;

/* libc's clone runs the function on the stack that it is given. */
static int on_stack(void *argument)
{
    char local[16];
    written = (char *)argument - local > 0 && (char *)argument - local < 16384;
    seen_tid = clear_word == getpid();
    return 15;
}

static int late(void *fd)
{
    usleep(50000);
    return write(*(int *)fd, "l", 1) == 1 ? 18 : 19;
}

/* The parent goes on when its child has written. */
static void sleeps(int flags)
{
    static char stack[16384];
    int fds[2];
    OK(pipe(fds));
    const pid_t pid = clone(late, stack + sizeof stack, flags | SIGCHLD, &fds[1]);
    struct pollfd written_to = {.fd = fds[0], .events = POLLIN};
    IS(poll(&written_to, 1, 0), 1);
    TEXT(end_of(pid), "exit 18");
    close(fds[0]);
    close(fds[1]);
}

static void clones(void)
{
    static char stack[16384];
    struct clone_args how = {.flags = CLONE_VM | CLONE_VFORK | CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID |
                                      CLONE_PARENT_SETTID | CLONE_CLEAR_SIGHAND,
                             .exit_signal = SIGCHLD};
    int parent_word = 0;
    char *const top = stack + sizeof stack;
    pid_t pid = clone(on_stack, top, CLONE_VM | CLONE_VFORK | SIGCHLD, top);
    TEXT(end_of(pid), "exit 15");
    IS(written, 1);
    pid = clone(on_stack, top, CLONE_VFORK | SIGCHLD, top);
    TEXT(end_of(pid), "exit 15");
    sleeps(CLONE_VFORK);
    sleeps(CLONE_VFORK | CLONE_VM);
    how.child_tid = (uintptr_t)&clear_word;
    how.parent_tid = (uintptr_t)&parent_word;
#ifdef __wasm__
    pid = (pid_t)RAW(SYS_clone3, &how, sizeof how);
    if (pid == 0) {
        seen_tid = clear_word == getpid() && parent_word == getpid();
        _exit(action_of(SIGUSR1) == 0 && action_of(SIGUSR2) == 1 ? 16 : 17);
    }
#else /* a libc's wrapper would return over its own frame */
    how.flags &= ~(uint64_t)CLONE_VM;
    pid = (pid_t)RAW(SYS_clone3, &how, sizeof how);
    if (pid == 0) {
        _exit(action_of(SIGUSR1) == 0 && action_of(SIGUSR2) == 1 ? 16 : 17);
    }
    seen_tid = 1;
#endif
    TEXT(end_of(pid), "exit 16");
    IS(seen_tid, 1);
    IS(clear_word, 0);
    IS(parent_word == pid, 1);
    IS(action_of(SIGUSR1), 2);
}

int main(int argc, char **argv)
{
    if (argc > 1) {
        return strcmp(argv[0], "again") == 0 && strcmp(argv[1], "ended") == 0 ? 33 : 34;
    }
    memory();
    own();
    handlers();
    in_handlers();
    executes();
    nested();
    faults();
    stops();
    clones();
    memory();
    return done();
}
