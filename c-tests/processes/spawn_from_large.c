/* CALLS: vfork, clone */
/* posix_spawn, vfork, system and popen cost the same, whatever their program has touched: nothing of it is
 * copied. */
#include "check.h"
#include "child.h"

#include <spawn.h>
#include <sys/mman.h>
#include <time.h>

#define TOUCHED ((size_t)512 << 20)
#define TRIES 20
/* A copy takes 10 ms for as much. */
#define MORE 4e-3

static char *argv[] = {"true", NULL}, *envp[] = {NULL};

static void by_spawn(void)
{
    pid_t pid;
    if (posix_spawn(&pid, "/bin/true", NULL, NULL, argv, envp) != 0 || waitpid(pid, NULL, 0) != pid) {
        check_failed(__FILE__, __LINE__, "posix_spawn");
    }
}

static void by_vfork(void)
{
    const pid_t pid = vfork();
    if (pid == 0) {
        execve("/bin/true", argv, envp);
        _exit(1);
    }
    if (waitpid(pid, NULL, 0) != pid) {
        check_failed(__FILE__, __LINE__, "vfork");
    }
}

static void by_system(void)
{
    if (system("exit 0") != 0) {
        check_failed(__FILE__, __LINE__, "system");
    }
}

static void by_popen(void)
{
    FILE *file = popen("echo a", "r");
    if (file == NULL || getc(file) != 'a' || pclose(file) != 0) {
        check_failed(__FILE__, __LINE__, "popen");
    }
}

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static double quickest(void (*way)(void))
{
    double best = 1e9;
    for (int i = 0; i < TRIES; i++) {
        const double start = seconds();
        way();
        const double time = seconds() - start;
        best = time < best ? time : best;
    }
    return best;
}

int main(void)
{
    static void (*const ways[])(void) = {by_spawn, by_vfork, by_system, by_popen};
    double small[4];
    for (int i = 0; i < 4; i++) {
        small[i] = quickest(ways[i]);
    }
    char *memory = mmap(NULL, TOUCHED, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    CHECK(memory != MAP_FAILED);
    memset(memory, 1, TOUCHED);
    for (int i = 0; i < 4; i++) {
        const double large = quickest(ways[i]);
        if (large > 3 * small[i] + MORE) {
            check_failed(__FILE__, __LINE__, "way %d: %.2f ms, and %.2f", i, small[i] * 1e3, large * 1e3);
        }
    }
    return done();
}
