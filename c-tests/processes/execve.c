/* CALLS: execve */
/* The program becomes itself again: what stays, what goes (execve(2)). */
#include "check.h"
#include "child.h"

#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/time.h>

extern char **environ;

static void show_mask(void)
{
    sigset_t mask;
    OK(sigprocmask(SIG_BLOCK, NULL, &mask));
    say("blocked: USR1 %d, USR2 %d, TERM %d", sigismember(&mask, SIGUSR1), sigismember(&mask, SIGUSR2),
        sigismember(&mask, SIGTERM));
}

static void show_dispositions(void)
{
    static const int numbers[] = {SIGHUP, SIGINT, SIGPIPE, SIGUSR1, SIGCHLD, SIGXFSZ};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        struct sigaction action;
        OK(sigaction(numbers[i], NULL, &action));
        say("%d: %s", numbers[i], action.sa_handler == SIG_IGN ? "ignored" : "default");
    }
}

/* In the new program. */
static int after(int argc, char **argv)
{
    for (int i = 0; i < argc; i++) {
        say("argv[%d] = \"%s\"", i, argv[i]);
    }
    CHECK(argv[argc] == NULL);
    for (char **variable = environ; *variable != NULL; variable++) {
        say("%.*s", strncmp(*variable, "PID=", 4) == 0 ? 4 : 100, *variable);
    }
    CHECK(atoi(getenv("PID")) == getpid());
    int fd = atoi(getenv("KEPT"));
    char text[4] = "";
    IS(read(fd, text, 3), 3);
    TEXT(text, "def");
    ERR(fcntl(atoi(getenv("CLOSED")), F_GETFD), EBADF);
    show_mask();
    show_dispositions();
    sigset_t pending;
    OK(sigpending(&pending));
    IS(sigismember(&pending, SIGUSR1), 1);
    struct rlimit limit;
    OK(getrlimit(RLIMIT_CORE, &limit));
    IS(limit.rlim_cur, 0);
    IS(umask(0), 027);
    CHECK(alarm(0) > 900);
    char path[4096];
    OK(getcwd(path, sizeof path));
    TEXT(strrchr(path, '/'), "/folder");
    IS(getpriority(PRIO_PROCESS, 0), 19);
    return done() == 0 ? 42 : 1;
}

static char *format(const char *name, int value)
{
    char *text = malloc(40);
    snprintf(text, 40, "%s=%d", name, value);
    return text;
}

static int become_myself(void)
{
    sigset_t mask;
    int kept = open("file", O_RDONLY), closed = open("file", O_RDONLY | O_CLOEXEC);
    (void)!lseek(kept, 3, SEEK_SET);
    sigemptyset(&mask);
    sigaddset(&mask, SIGUSR1);
    sigaddset(&mask, SIGTERM);
    sigprocmask(SIG_SETMASK, &mask, NULL);
    signal(SIGHUP, SIG_IGN);
    signal(SIGPIPE, SIG_IGN);
    raise(SIGUSR1);
    struct rlimit none = {0, 0};
    setrlimit(RLIMIT_CORE, &none);
    umask(027);
    alarm(1000);
    setpriority(PRIO_PROCESS, 0, 19);
    (void)!mkdir("folder", 0755);
    (void)!chdir("folder");
    char *argv[] = {"a name", "again", "", "two words", "line\nbreak", "\xc3\xa4\xff", NULL};
    char *envp[] = {"A=",
                    "B=one=two",
                    "B=again",
                    "NO_EQUALS",
                    format("PID", getpid()),
                    format("KEPT", kept),
                    format("CLOSED", closed),
                    NULL};
    execve(own_path(), argv, envp);
    return 1;
}

int main(int argc, char **argv)
{
    if (argc > 1) {
        return after(argc, argv);
    }
    make_file("file", "abcdef");
    TEXT(end_of(start(become_myself)), "exit 42");

    return done();
}
