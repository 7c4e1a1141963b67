#define _GNU_SOURCE
#include "wali/native/calls/trace_stats.h"

#include "syscalls/rows.h"
#include "wali/native/base/kernel.h"
#include "wali/native/calls/trace_events.h"
#include "wali/native/calls/trace_lines.h"
#include "wali/native/calls/trace_options.h"
#include "wali/native/process/settings.h"
#include "wasi/rows.h"

#include <stdatomic.h>
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

int trace_stats_open(const wali_config *config)
{
    if (config->trace_fd >= 0) {
        trace_options_read(config->trace_options); /* the launcher has told what is wrong with them */
        trace_lines_open(config);
        trace_events_begin();
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
    return settings->stats_fd >= 0;
}

uint64_t counters_begin(size_t row)
{
    if (all_counters != NULL) {
        atomic_fetch_add(&all_counters[row].calls, 1);
    }
    return all_counters != NULL ? trace_now(CLOCK_MONOTONIC) : 0;
}

void counters_end(size_t row, uint64_t begun, bool failed)
{
    if (all_counters != NULL) {
        const uint64_t elapsed = trace_now(CLOCK_MONOTONIC) - begun;
        atomic_fetch_add(&all_counters[row].nanoseconds, elapsed);
        atomic_fetch_add(&all_counters[row].errors, failed);
    }
}
