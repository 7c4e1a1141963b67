/* CALLS: personality */
#include "check.h"

#include <sys/personality.h>
#include <sys/utsname.h>
#include <sys/wait.h>

#define QUERY 0xffffffff

static const char *machine(void)
{
    static struct utsname name;
    OK(uname(&name));
    return name.machine;
}

int main(int argc, char **argv)
{
    if (argc > 1) { /* executed by the child below */
        IS(RAW(SYS_personality, QUERY), PER_LINUX32);
        TEXT(machine(), "i686");
        return done();
    }
    IS(RAW(SYS_personality, QUERY), PER_LINUX);
    TEXT(machine(), "x86_64");
    IS(RAW(SYS_personality, UNAME26 | WHOLE_SECONDS), PER_LINUX);
    struct utsname name;
    OK(uname(&name));
    CHECK(strncmp(name.release, "2.6.", 4) == 0);
    IS(RAW(SYS_personality, PER_LINUX32), UNAME26 | WHOLE_SECONDS);
    TEXT(machine(), "i686");
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) { /* outlasts fork and execve */
        execl("/proc/self/exe", argv[0], "again", (char *)NULL);
        _exit(99);
    }
    int status;
    CHECK(waitpid(child, &status, 0) == child && status == 0);
    IS(RAW(SYS_personality, PER_LINUX), PER_LINUX32);
    TEXT(machine(), "x86_64");
    return done();
}
