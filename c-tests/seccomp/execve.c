/* CALLS: seccomp, execve */
/* Filters outlast the program: one that becomes itself again, and one that is native. */
#include "filter.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <sys/time.h>
#include <time.h>

extern char **environ;

#define PERMITTED(errno_) (SECCOMP_RET_ERRNO | (errno_))

/* The next program. */
static int again(const char *what)
{
    ERR(RAW(SYS_getppid), EDOM);
    IS(prctl(PR_GET_SECCOMP), 2);
    IS(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0), 1);
    TEXT(getenv("HELD") != NULL ? getenv("HELD") : "nothing", what);
    /* And on: filters add up. */
    IS(filter_call(0, SYS_getpgrp, PERMITTED(EXDEV)), 0);
    char *const argv[] = {"itself", "last", "", NULL};
    char *const envp[] = {NULL};
    fflush(stdout);
    execve("/proc/self/exe", argv, envp);
    return 1;
}

static int last(int argc)
{
    IS(argc, 3);
    IS(environ[0] == NULL, 1);
    ERR(RAW(SYS_getppid), EDOM);
    ERR(RAW(SYS_getpgrp), EXDEV);
    return done();
}

static int becomes_itself(void)
{
    char *const argv[] = {"itself", "again", "what it says", NULL};
    char *const envp[] = {"HELD=what it says", NULL};
    IS(filter_call(0, SYS_getppid, PERMITTED(EDOM)), 0);
    fflush(stdout);
    execve("/proc/self/exe", argv, envp);
    return 1;
}

static void mask(int how, int signo)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, signo);
    OK(sigprocmask(how, &set, NULL));
}

static int becomes_native(void)
{
    char *const argv[] = {"sh", "-c",
                          "grep -E '^(Seccomp|NoNewPrivs|SigBlk|SigIgn)' /proc/self/status; mkdir folder 2>/dev/null; echo $?; "
                          "(mkdir folder 2>/dev/null; echo $?); echo $NAME; kill -USR2 $$; echo not reached",
                          NULL};
    char *const envp[] = {"NAME=value", "PATH=/usr/bin:/bin", NULL};
    IS(filter_call(0, SYS_mkdir, PERMITTED(EPERM)), 0);
    IS(filter_call(0, SYS_mkdirat, PERMITTED(EPERM)), 0);
    mask(SIG_BLOCK, SIGUSR1);
    signal(SIGHUP, SIG_IGN);
    fflush(stdout);
    execve("/bin/sh", argv, envp);
    return 1;
}

/* The kernel kills it, and tells. */
static int native_is_killed(void)
{
    char *const argv[] = {"mkdir", "folder", NULL};
    IS(filter_call(0, SYS_mkdir, SECCOMP_RET_KILL_PROCESS), 0);
    fflush(stdout);
    execv("/bin/mkdir", argv);
    return 1;
}

static int errors(void)
{
    char *const argv[] = {"x", NULL};
    static char *many[200000];
    static char text[2000];
    CHECK(close(creat("no program", 0755)) == 0);
    CHECK(close(creat("not executable", 0644)) == 0);
    const int script = creat("script", 0755);
    CHECK(write(script, "#!/nothing/interpreter\n", 23) == 23);
    close(script);
    memset(text, 'x', sizeof text - 1);
    for (size_t i = 0; i + 1 < COUNT(many); i++) {
        many[i] = text;
    }
    IS(filter_call(0, SYS_getppid, PERMITTED(EDOM)), 0);
    IS(filter_call(0, SYS_umask, SECCOMP_RET_KILL_PROCESS), 0);
    for (int i = 0; i < 20; i++) {
        ERR(execve("nothing", argv, environ), ENOENT);
        ERR(execve("no program", argv, environ), ENOEXEC);
        ERR(execve("script", argv, environ), ENOENT);
        ERR(execve("/", argv, environ), EACCES);
    }
    ERR(execve("not executable", argv, environ), EACCES);
    ERR(execve("/bin/true", many, environ), E2BIG);
    ERR(execve("/proc/self/exe", many, environ), E2BIG);
    ERR(execve("/bin/true", (char *const *)bad_pointer(), environ), EFAULT);
    /* The program is as it was. */
    ERR(RAW(SYS_getppid), EDOM);
    OK(open("/dev/null", O_RDONLY));
    OK(chdir("/"));
    IS(raise(0), 0);
    return 0;
}

static int forbidden(void)
{
    char *const argv[] = {"x", NULL};
    IS(filter_call(0, SYS_execve, PERMITTED(EPERM)), 0);
    ERR(execve("/bin/true", argv, environ), EPERM);
    ERR(execve("/proc/self/exe", argv, environ), EPERM);
    ERR(execve("nothing", argv, environ), EPERM);
    return 0;
}

static void spawn(const char *who, const char *path, char *const *argv)
{
    pid_t pid;
    fflush(stdout);
    IS(posix_spawn(&pid, path, NULL, NULL, argv, environ), 0);
    say_end(who, pid);
}

static int spawned(void)
{
    char *const mkdir_argv[] = {"mkdir", "folder", NULL};
    char *const sh_argv[] = {"sh", "-c", "mkdir folder 2>/dev/null || exit 9", NULL};
    IS(filter_call(0, SYS_mkdir, SECCOMP_RET_KILL_PROCESS), 0);
    IS(filter_call(0, SYS_mkdirat, SECCOMP_RET_KILL_PROCESS), 0);
    spawn("mkdir", "/bin/mkdir", mkdir_argv);
    spawn("sh", "/bin/sh", sh_argv);
    fflush(stdout);
    IS(WEXITSTATUS(system("exit 5")), 5);
    CHECK(access("folder", F_OK) != 0);
    const int pid = vfork();
    if (pid == 0) {
        filter_call(0, SYS_exit_group, SECCOMP_RET_ALLOW);
        execv("/bin/mkdir", mkdir_argv);
        _exit(3);
    }
    say_end("vfork", pid);
    return 0;
}

/* Not the first thread, and with others that do not stop. */
static void *spins(void *unused)
{
    (void)unused;
    for (;;) {
        RAW(SYS_getppid);
    }
    return NULL;
}

static void *executes(void *path)
{
    char *const argv[] = {"itself", "thread", NULL};
    char *const native[] = {"sh", "-c", "grep ^Seccomp: /proc/self/status; mkdir folder 2>/dev/null || echo none", NULL};
    char *const wrong[] = {"x", NULL};
    for (int i = 0; i < 20; i++) {
        if (execve("no program", wrong, environ) != -1 || errno != ENOEXEC) {
            _exit(1);
        }
    }
    if (path == NULL) {
        execve("/proc/self/exe", argv, environ);
    } else {
        execve(path, native, environ);
    }
    _exit(1);
    return NULL;
}

static int from_a_thread(const char *path)
{
    pthread_t thread;
    CHECK(close(creat("no program", 0755)) == 0);
    for (int i = 0; i < 2; i++) {
        CHECK(pthread_create(&thread, NULL, spins, NULL) == 0);
    }
    IS(filter_call(SECCOMP_FILTER_FLAG_TSYNC, SYS_mkdir, PERMITTED(EPERM)), 0);
    IS(filter_call(SECCOMP_FILTER_FLAG_TSYNC, SYS_getppid, PERMITTED(EDOM)), 0);
    fflush(stdout);
    /* Said by nobody: the new program may be there first. */
    if (pthread_create(&thread, NULL, executes, (void *)(uintptr_t)path) == 0) {
        pthread_join(thread, NULL);
    }
    return 1;
}

static int itself_from_a_thread(void)
{
    return from_a_thread(NULL);
}

static int native_from_a_thread(void)
{
    return from_a_thread("/bin/sh");
}

/* Signals that come while it fails. */
static volatile int ticks;

static void tick(int signo)
{
    (void)signo;
    ticks++;
}

static int fails_in_a_storm(void)
{
    char *const argv[] = {"x", NULL};
    const struct itimerval often = {{0, 300}, {0, 300}}, never = {{0, 0}, {0, 0}};
    struct sigaction action = {.sa_handler = tick, .sa_flags = SA_RESTART};
    int right = 0, rounds = 0;
    CHECK(close(creat("no program", 0755)) == 0);
    IS(filter_call(0, SYS_getppid, PERMITTED(EDOM)), 0);
    IS(sigaction(SIGALRM, &action, NULL), 0);
    IS(setitimer(ITIMER_REAL, &often, NULL), 0);
    for (; rounds < 300 || ticks < 20; rounds++) {
        right += execve("no program", argv, environ) == -1 && errno == ENOEXEC && RAW(SYS_getppid) == -1;
    }
    IS(setitimer(ITIMER_REAL, &never, NULL), 0);
    CHECK(right == rounds);
    return 0;
}

/* And while it succeeds: then they are the next program's. */
static int succeeds_in_a_storm(void)
{
    char *const argv[] = {"true", NULL};
    const struct itimerval often = {{0, 300}, {0, 300}};
    struct sigaction action = {.sa_handler = tick};
    int ended = 0, killed = 0;
    IS(filter_call(0, SYS_getppid, PERMITTED(EDOM)), 0);
    IS(sigaction(SIGALRM, &action, NULL), 0);
    for (int i = 0; i < 40; i++) {
        int status;
        const int pid = fork();
        if (pid == 0) {
            setitimer(ITIMER_REAL, &often, NULL);
            execve("/bin/true", argv, environ);
            _exit(1);
        }
        CHECK(waitpid(pid, &status, 0) == pid);
        ended += status == 0;
        killed += WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM;
    }
    IS(ended + killed, 40);
    return 0;
}

/* What a thread has of its own and hands on: the signal of its parent's death. */
static int parents_death(void)
{
    char *const argv[] = {"sleep", "20", NULL};
    int ends[2];
    char byte;
    IS(pipe(ends), 0);
    fflush(stdout);
    const int parent = fork();
    if (parent == 0) {
        if (fork() == 0) {
            prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
            filter_call(0, SYS_getppid, PERMITTED(EDOM));
            execve("/bin/sleep", argv, environ);
        }
        usleep(300000);
        _exit(0);
    }
    close(ends[1]);
    const long long before = time(NULL);
    IS(read(ends[0], &byte, 1), 0); /* when nobody has the other end */
    CHECK(time(NULL) - before < 10);
    say_end("parent", parent);
    return 0;
}

/* A child that may not call malloc installs its filters too. */
static void *allocates(void *unused)
{
    (void)unused;
    for (;;) {
        free(malloc(1 << 18));
        free(malloc(100));
    }
    return NULL;
}

static int beside_threads(void)
{
    char *const argv[] = {"mkdir", "folder", NULL};
    pthread_t thread;
    static volatile int right;
    CHECK(pthread_create(&thread, NULL, allocates, NULL) == 0);
    for (volatile int i = 0; i < 20; i++) {
        int status;
        const int pid = vfork();
        if (pid == 0) {
            filter_call(0, SYS_mkdir, SECCOMP_RET_KILL_PROCESS);
            execv("/bin/mkdir", argv);
            _exit(3);
        }
        CHECK(waitpid(pid, &status, 0) == pid);
        right += WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS;
    }
    IS(right, 20);
    IS(prctl(PR_GET_SECCOMP), 0);
    return 0;
}

int main(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "again") == 0) {
        return again(argv[2]);
    }
    if (argc > 1 && strcmp(argv[1], "last") == 0) {
        return last(argc);
    }
    if (argc > 1) {
        TEXT(argv[1], "thread");
        ERR(RAW(SYS_mkdir, "folder", 0777), EPERM);
        ERR(RAW(SYS_getppid), EDOM);
        return done();
    }
    no_new_privileges();
    in_child("becomes itself", becomes_itself);
    in_child("becomes native", becomes_native);
    in_child("native is killed", native_is_killed);
    in_child("errors", errors);
    in_child("forbidden", forbidden);
    in_child("spawned", spawned);
    in_child("itself from a thread", itself_from_a_thread);
    in_child("native from a thread", native_from_a_thread);
    in_child("fails in a storm", fails_in_a_storm);
    in_child("succeeds in a storm", succeeds_in_a_storm);
    in_child("parent's death", parents_death);
    in_child("beside threads", beside_threads);
    return done();
}
