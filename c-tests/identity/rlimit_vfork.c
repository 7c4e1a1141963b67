/* CALLS: setrlimit, vfork */
/* Limits that a vfork's child sets are its own and its program's, not its parent's. */
#include "check.h"

#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>

#define MIB ((size_t)1 << 20)

static const struct rlimit little = {100 << 20, 100 << 20};

static void child(int way, int out)
{
    char text[32] = "";
    int ends[2], status = -1;
    OK(pipe(ends));
    const pid_t pid = vfork();
    if (pid == 0) {
        dup2(ends[1], out);
        if (setrlimit(RLIMIT_AS, &little) != 0 ||
            mmap(NULL, 200 * MIB, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED) {
            _exit(1);
        }
        if (way == 0) {
            _exit(0);
        }
        execl(way == 1 ? "/bin/sh" : "/nonexistent", "sh", "-c", "ulimit -Sv", (char *)NULL);
        _exit(3);
    }
    close(ends[1]);
    CHECK(waitpid(pid, &status, 0) == pid);
    IS(WEXITSTATUS(status), way == 2 ? 3 : 0);
    OK(read(ends[0], text, sizeof text - 1));
    TEXT(text, way == 1 ? "102400\n" : "");
    close(ends[0]);
}

int main(void)
{
    struct rlimit now;
    for (int way = 0; way < 3; way++) {
        child(way, 1);
        OK(getrlimit(RLIMIT_AS, &now));
        CHECK(now.rlim_cur != little.rlim_cur && now.rlim_max != little.rlim_max);
        void *large = mmap(NULL, 200 * MIB, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        CHECK(large != MAP_FAILED);
        munmap(large, 200 * MIB);
    }
    return done();
}
