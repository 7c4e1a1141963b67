/* CALLS: clone */
/* REQUIRES: cap-sys-admin */
#include "check.h"
#include "child.h"

#include <linux/sched.h>

int main(void)
{
    pid_t pid = (pid_t)RAW(SYS_clone, CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWPID | SIGCHLD, 0, 0, 0, 0);
    if (pid == -1 && errno == EPERM) {
        skip("namespaces are not allowed here");
    }
    if (pid == 0) {
        char name[65] = "";
        IS(getpid(), 1);
        OK(sethostname("inside", 6));
        OK(gethostname(name, sizeof name));
        TEXT(name, "inside");
        _exit(done());
    }
    TEXT(end_of(pid), "exit 0");
    char name[65] = "";
    OK(gethostname(name, sizeof name));
    CHECK(strcmp(name, "inside") != 0);
    return done();
}
