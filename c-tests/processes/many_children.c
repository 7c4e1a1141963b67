/* CALLS: fork, wait4 */
/* A thousand at once, which live until the parent lets go. */
#include "check.h"
#include "child.h"

#include <sys/resource.h>

#define CHILDREN 1000

int main(void)
{
    static pid_t pids[CHILDREN];
    int gate[2], status, started = 0, ended = 0, sum = 0;
    struct rlimit limit;
    if (getrlimit(RLIMIT_NPROC, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY &&
        limit.rlim_cur < 4 * CHILDREN) {
        skip("too few processes allowed");
    }
    OK(pipe(gate));
    for (int i = 0; i < CHILDREN; i++) {
        pid_t pid = fork();
        if (pid == 0) {
            char c;
            close(gate[1]);
            _exit(read(gate[0], &c, 1) == 0 ? i % 200 : 255);
        }
        pids[i] = pid;
        started += pid > 0;
    }
    IS(started, CHILDREN);
    IS(waitpid(-1, &status, WNOHANG), 0);
    OK(close(gate[1]));
    for (int i = 0; i < CHILDREN; i++) {
        if (waitpid(pids[i], &status, 0) == pids[i] && WIFEXITED(status)) {
            ended++;
            sum += WEXITSTATUS(status);
        }
    }
    IS(ended, CHILDREN);
    IS(sum, 5 * (199 * 200 / 2));
    ERR(waitpid(-1, &status, 0), ECHILD);
    return done();
}
