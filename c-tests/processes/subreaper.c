/* CALLS: prctl, fork, wait4 */
/* Orphans come to the nearest ancestor that asked for them (PR_SET_CHILD_SUBREAPER(2const)). */
#include "check.h"
#include "child.h"

#include <sys/prctl.h>

static int gate[2];

static int orphan(void)
{
    char c;
    close(gate[1]);
    (void)!read(gate[0], &c, 1);
    while (getppid() != (pid_t)atoi(getenv("ANCESTOR"))) {
        usleep(1000);
    }
    return 17;
}

static int middle(void)
{
    return start(orphan) > 0 ? 2 : 3;
}

static int die_with_parent(void)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    int signal = 0;
    OK(prctl(PR_GET_PDEATHSIG, &signal));
    IS(signal, SIGKILL);
    (void)!write(gate[1], "x", 1);
    return sleep_forever();
}

static int parent_of_doomed(void)
{
    char c;
    start(die_with_parent);
    (void)!read(gate[0], &c, 1);
    return 4;
}

int main(void)
{
    char pid[20];
    int status;
    snprintf(pid, sizeof pid, "%d", getpid());
    setenv("ANCESTOR", pid, 1);
    OK(pipe(gate));
    OK(prctl(PR_SET_CHILD_SUBREAPER, 1));
    TEXT(end_of(start(middle)), "exit 2");
    IS(waitpid(-1, &status, WNOHANG), 0);
    OK(close(gate[1]));
    CHECK(wait(&status) > 0);
    TEXT(ending(status), "exit 17");

    OK(close(gate[0]));
    OK(pipe(gate));
    TEXT(end_of(start(parent_of_doomed)), "exit 4");
    CHECK(wait(&status) > 0);
    TEXT(ending(status), "signal 9");
    ERR(wait(&status), ECHILD);
    return done();
}
