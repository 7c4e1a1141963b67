/* CALLS: wait4 */
#include "check.h"
#include "child.h"

#include <sys/resource.h>

static int status_to_end_with;

static int end_with(void)
{
    return status_to_end_with;
}

static int own_group(void)
{
    setpgid(0, 0);
    return 4;
}

static int burn(void)
{
    volatile unsigned n = 0;
    struct rusage usage;
    do {
        for (int i = 0; i < 100000; i++) {
            n += (unsigned)i;
        }
        getrusage(RUSAGE_SELF, &usage);
    } while (usage.ru_utime.tv_sec == 0 && usage.ru_utime.tv_usec < 30000);
    return 0;
}

int main(void)
{
    int status;
    ERR(waitpid(-1, &status, 0), ECHILD);
    ERR(waitpid(getpid(), &status, 0), ECHILD);
    ERR(waitpid(-1, &status, 0x10), EINVAL);
    ERR(RAW(SYS_wait4, -1, &status, 0x7fffff00, 0), EINVAL);

    bool all = true;
    for (int code = 0; code < 256; code++) {
        status_to_end_with = code;
        pid_t pid = start(end_with);
        all = all && waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) == code;
    }
    CHECK(all);

    static const int deaths[] = {SIGHUP, SIGINT, SIGKILL, SIGUSR1, SIGPIPE, SIGALRM, SIGTERM, SIGVTALRM};
    for (size_t i = 0; i < sizeof deaths / sizeof *deaths; i++) {
        pid_t pid = start(sleep_forever);
        OK(kill(pid, deaths[i]));
        say("killed by %d: %s", deaths[i], end_of(pid));
    }

    pid_t pid = start(sleep_forever);
    IS(waitpid(pid, &status, WNOHANG), 0);
    OK(kill(pid, SIGSTOP));
    CHECK(waitpid(pid, &status, WUNTRACED) == pid);
    TEXT(ending(status), "stopped 19");
    IS(waitpid(pid, &status, WUNTRACED | WNOHANG), 0);
    OK(kill(pid, SIGCONT));
    CHECK(waitpid(pid, &status, WCONTINUED) == pid);
    TEXT(ending(status), "continued");
    OK(kill(pid, SIGTERM));
    TEXT(end_of(pid), "signal 15");
    ERR(waitpid(pid, &status, 0), ECHILD);

    /* A child of this group, of another group, any child. */
    status_to_end_with = 1;
    pid = start(end_with);
    CHECK(waitpid(0, &status, 0) == pid);
    TEXT(ending(status), "exit 1");
    pid = start(own_group);
    setpgid(pid, pid);
    CHECK(waitpid(-pid, &status, 0) == pid);
    TEXT(ending(status), "exit 4");
    pid = start(end_with);
    CHECK(wait(NULL) == pid);

    struct rusage usage;
    pid = start(burn);
    CHECK(wait4(pid, &status, 0, &usage) == pid);
    CHECK(usage.ru_utime.tv_usec >= 20000 || usage.ru_utime.tv_sec > 0);
    CHECK(usage.ru_maxrss > 0);

    /* The child is waited for first: a bad address comes too late. */
    pid = start(end_with);
    ERR(wait4(pid, bad_pointer(), 0, NULL), EFAULT);
    ERR(waitpid(pid, &status, 0), ECHILD);

    /* Who ignores SIGCHLD has no zombies. */
    signal(SIGCHLD, SIG_IGN);
    pid = start(end_with);
    ERR(waitpid(pid, &status, 0), ECHILD);
    signal(SIGCHLD, SIG_DFL);
    return done();
}
