/* CALLS: open, dup2, dup3, close, close_range, fork */
/* Among threads a file is held by a descriptor while it is looked at.  Others that put another file there, or close it,
 * are given nothing by that; and no descriptor is left behind, in the process or in its children. */
#include "check.h"

#include <dirent.h>
#include <limits.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/wait.h>

enum { ROUNDS = 3000, LAST = 9 };

static atomic_int stop, got;

/* /proc/<pid>/mem alone has negative offsets. */
static bool is_memory(int fd)
{
    return RAW(SYS_lseek, fd, INT64_MIN, SEEK_SET) == INT64_MIN;
}

static void *replace(void *given)
{
    const int memory = *(const int *)given;
    for (int i = 0; !atomic_load(&stop); i++) {
        const int fd = 3 + i % 4;
        if (i % 3 == 0) {
            dup2(memory, fd);
        } else if (i % 3 == 1) {
            dup3(memory, fd, O_CLOEXEC);
        }
        close(fd);
        if (i % 100 == 0) {
            RAW(SYS_close_range, 3, LAST, 0);
        }
    }
    return given;
}

static void *guess(void *unused)
{
    while (!atomic_load(&stop)) {
        for (int fd = 3; fd <= LAST; fd++) {
            if (is_memory(fd)) {
                atomic_fetch_add(&got, 1);
            }
        }
    }
    return unused;
}

static int count_descriptors(void)
{
    int count = 0;
    DIR *const folder = opendir("/proc/self/fd");
    while (readdir(folder) != NULL) {
        count++;
    }
    closedir(folder);
    return count;
}

static void open_some(void)
{
    const char *const paths[] = {"pipe", "/dev/null", "/proc/self/stat", ".", "/proc/self/mem"};
    for (int i = 0; i < ROUNDS; i++) {
        const int fd = open(paths[i % 5], O_RDONLY | O_NONBLOCK);
        if (fd >= 0) {
            if (is_memory(fd)) {
                atomic_fetch_add(&got, 1);
            }
            close(fd);
        }
        if (i % 100 == 0) {
            const pid_t child = fork();
            if (child == 0) {
                _exit(count_descriptors() > LAST + 4);
            }
            int status;
            waitpid(child, &status, 0);
            if (status != 0) {
                say("a child has more descriptors than were open");
            }
        }
    }
}

int main(void)
{
    pthread_t threads[2];
    OK(mkfifo("pipe", 0600));
    int memory = fcntl(open("/proc/self/mem", O_PATH), F_DUPFD, LAST + 1);
    close(3);
    const int before = count_descriptors();
    OK(pthread_create(&threads[0], NULL, replace, &memory));
    OK(pthread_create(&threads[1], NULL, guess, NULL));
    open_some();
    atomic_store(&stop, 1);
    for (int i = 0; i < 2; i++) {
        OK(pthread_join(threads[i], NULL));
    }
    for (int fd = 3; fd <= LAST; fd++) {
        close(fd);
    }
    IS(count_descriptors() - before, 0);
    IS(atomic_load(&got), 0);
    return done();
}
