#define _GNU_SOURCE
#include "wali/native/calls/trace_stats.h"

#include "syscalls/rows.h"
#include "wali/native/base/fatal.h"
#include "wali/native/base/kernel.h"
#include "wali/native/process/settings.h"
#include "wali/native/thread/thread.h"
#include "wali/native/thread/thread_list.h"
#include "wasi/rows.h"

#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>

/* The counters of one call.  They lie in memory shared with whoever reads them, and so outlive the
 * guest however it ends.  wali/start/counted.py reads them, in the order of wali_rows[] and
 * wasi_rows[]. */
struct counters {
    _Atomic uint64_t calls, errors, nanoseconds;
};

static struct counters *all_counters;

static size_t counters_size(void)
{
    return (wali_row_count + wasi_row_count) * sizeof(struct counters);
}

static bool is_shared;
static pid_t first_pid;

int trace_stats_open(const wali_config *config)
{
    if (config->trace_fd >= 0) {
        /* The trace's descriptor is closed on exec, unless execve has just handed it on. */
        is_shared = (KERNEL(fcntl, config->trace_fd, F_GETFD) & FD_CLOEXEC) == 0;
        first_pid = is_shared ? 0 : (pid_t)KERNEL(getpid);
    }
    if (config->stats_fd < 0) {
        return 0;
    }
    struct stat st;
    if (KERNEL(fstat, config->stats_fd, &st) < 0 || (uint64_t)st.st_size < counters_size()) {
        return -1;
    }
    void *memory = mmap(NULL, counters_size(), PROT_READ | PROT_WRITE, MAP_SHARED, config->stats_fd, 0);
    if (memory == MAP_FAILED) {
        return -1;
    }
    all_counters = memory;
    return 0;
}

bool trace_is_on(void)
{
    return settings->trace_fd >= 0;
}

bool trace_stats_are_on(void)
{
    return trace_is_on() || settings->stats_fd >= 0;
}

bool trace_is_shared(void)
{
    return is_shared || !thread_is_only_one();
}

void trace_becomes_shared(void)
{
    is_shared = true;
}

size_t trace_head(char *line)
{
    const pid_t pid = is_shared ? (pid_t)KERNEL(getpid) : first_pid;
    const int32_t tid = wali_self == NULL || thread_is_only_one() ? pid : (int32_t)KERNEL(gettid);
    if (tid != pid && tid != (int32_t)KERNEL(getpid)) {
        return (size_t)sprintf(line, "[tid %d] ", tid);
    }
    return pid == first_pid ? 0 : (size_t)sprintf(line, "[pid %d] ", pid);
}

/* What is lost is told once, and ends nothing: natively the program would not know either. */
void trace_write(const char *line, size_t length)
{
    static atomic_flag told;
    const int64_t written = KERNEL(write, settings->trace_fd, line, length);
    if (written < 0 && !atomic_flag_test_and_set(&told)) {
        fatal_say("wali: --trace: cannot write: %s", strerrordesc_np((int)-written));
    }
}

static uint64_t now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

uint64_t counters_begin(size_t row)
{
    if (all_counters != NULL) {
        atomic_fetch_add(&all_counters[row].calls, 1);
    }
    return now();
}

void counters_end(size_t row, uint64_t begun, bool failed)
{
    const uint64_t elapsed = now() - begun;
    if (all_counters != NULL) {
        atomic_fetch_add(&all_counters[row].nanoseconds, elapsed);
        atomic_fetch_add(&all_counters[row].errors, failed);
    }
}
