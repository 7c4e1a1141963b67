#define _GNU_SOURCE
#include "tests/fuzz/enclosure/watch.h"

#include "tests/fuzz/enclosure/root.h"

#include <dirent.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define PROGRAM "/proc/2"
#define TASKS PROGRAM "/task"
#define LONG_RUN 150 /* hundredths of a second of the processor's, without progress */

struct watch watch_begin(const char *progress, int seconds)
{
    struct watch watch = {NULL, seconds};
    if (progress != NULL) {
        const int fd = open(progress, O_RDWR | O_CLOEXEC);
        void *const place = mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 0);
        if (fd < 0 || place == MAP_FAILED) {
            cannot(progress);
        }
        close(fd);
        watch.progress = place;
    }
    return watch;
}

static int64_t milliseconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Appends `state(call)` of a thread: R is one that runs, S waits in the call of that number. */
static void add_thread(char *text, size_t size, const char *folder)
{
    char path[320], line[256] = "";
    char state = '?';
    snprintf(path, sizeof path, "%s/stat", folder);
    FILE *file = fopen(path, "re");
    if (file != NULL) {
        if (fgets(line, sizeof line, file) != NULL && strrchr(line, ')') != NULL) {
            state = strrchr(line, ')')[2];
        }
        fclose(file);
    }
    snprintf(path, sizeof path, "%s/syscall", folder);
    file = fopen(path, "re");
    int call = -1;
    if (file != NULL) {
        if (fscanf(file, "%d", &call) != 1) {
            call = -1;
        }
        fclose(file);
    }
    const size_t length = strlen(text);
    snprintf(text + length, size - length, " %c(%d)", state, call);
}

/* What the threads of the program do, which is the second process of its namespace. */
static void describe(char *text, size_t size)
{
    char path[300];
    DIR *const threads = opendir(TASKS);
    text[0] = '\0';
    for (struct dirent *entry; threads != NULL && (entry = readdir(threads)) != NULL;) {
        if (entry->d_name[0] != '.') {
            snprintf(path, sizeof path, TASKS "/%.20s", entry->d_name);
            add_thread(text, size, path);
        }
    }
    if (threads != NULL) {
        closedir(threads);
    }
}

/* Hundredths of a second of the processor's that the program has had. */
static long processor_time(void)
{
    char line[512] = "";
    long user = 0, system = 0;
    FILE *const file = fopen(PROGRAM "/stat", "re");
    if (file != NULL) {
        if (fgets(line, sizeof line, file) == NULL || strrchr(line, ')') == NULL ||
            sscanf(strrchr(line, ')') + 2, "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %ld %ld", &user,
                   &system) != 2) {
            user = system = 0;
        }
        fclose(file);
    }
    return user + system;
}

/* What is known of a program that makes no progress: since when, and how much it had run by then. */
struct stall {
    uint64_t progress;
    long processor;
};

/* Whether a program that makes no progress has come to a halt: all its threads wait, or it runs for long. One
 * that only waits for a processor has not. */
static bool has_stalled(const struct watch *watch, struct stall *stall, char *threads, size_t size)
{
    const long processor = processor_time();
    if (*watch->progress == 0 || *watch->progress != stall->progress) {
        *stall = (struct stall){*watch->progress, processor};
        return false;
    }
    describe(threads, size);
    return strstr(threads, " R(") == NULL || processor - stall->processor > LONG_RUN;
}

/* Answers whether the status has come. */
static bool wait_for(const struct watch *watch, int result, char *why, size_t size)
{
    const int64_t end = milliseconds() + (int64_t)watch->seconds * 1000;
    struct stall stall = {0, 0};
    for (;;) {
        struct pollfd ready = {result, POLLIN, 0};
        const int64_t left = end - milliseconds();
        if (left <= 0) {
            describe(why, size);
            return false;
        }
        if (poll(&ready, 1, watch->progress == NULL || left < STALLED ? (int)left : STALLED) > 0) {
            return true;
        }
        if (watch->progress != NULL && has_stalled(watch, &stall, why, size)) {
            return false;
        }
    }
}

void watch_end(const struct watch *watch, pid_t first, int result, int report)
{
    char threads[512] = "";
    int status = 0;
    const int64_t begin = milliseconds();
    if (wait_for(watch, result, threads, sizeof threads)) {
        if (read(result, &status, sizeof status) == sizeof status) {
            dprintf(report, "%s: %d\n", WIFSIGNALED(status) ? "signal" : "status",
                    WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
        } else {
            waitpid(first, &status, 0);
            exit(WIFEXITED(status) && WEXITSTATUS(status) == 77 ? 77 : 1);
        }
    } else {
        const bool over = milliseconds() - begin >= (int64_t)watch->seconds * 1000;
        dprintf(report, "%s:%s\n", over ? "time is over" : "stalled", threads);
    }
    kill(first, SIGKILL);
    waitpid(first, &status, 0);
}
