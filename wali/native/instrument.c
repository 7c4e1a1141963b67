#define _GNU_SOURCE
#include "instrument.h"

#include "kernel.h"
#include "process.h"
#include "syscalls/rows.h"
#include "syscalls/trace.h"

#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

/* Shared between the guest and whoever reads them, so that they outlive the
 * guest however it ends. */
struct counters {
    _Atomic uint64_t calls, errors, nanoseconds;
};

#define TRACE_LINE 4096

static struct counters *all_counters;

int counters_open(const wali_config *config)
{
    if (config->stats_fd < 0) {
        return 0;
    }
    void *memory = mmap(NULL, wali_stats_size(), PROT_READ | PROT_WRITE, MAP_SHARED, config->stats_fd, 0);
    if (memory == MAP_FAILED) {
        return -1;
    }
    all_counters = memory;
    return 0;
}

static uint64_t now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

static void write_trace(const char *text, size_t length)
{
    KERNEL(write, wali_process.config->trace_fd, text, length);
}

wasm_trap_t *instrumented_entry(void *env, wasmtime_caller_t *caller, wasmtime_val_raw_t *args, size_t count)
{
    const struct wali_row *row = env;
    const wali_config *config = wali_process.config;
    struct counters *counters = all_counters;
    wasmtime_val_raw_t given[6];
    char line[TRACE_LINE];
    size_t parameters = strlen(row->signature);
    memcpy(given, args, parameters * sizeof given[0]);
    if (config->trace_fd >= 0) {
        write_trace(line, wali_trace_enter(line, sizeof line, row, given));
    }
    if (counters != NULL) {
        counters += row - wali_rows;
        atomic_fetch_add(&counters->calls, 1); /* first: the call may not return */
    }
    uint64_t start = now();
    wasm_trap_t *trap = row->entry(NULL, caller, args, count);
    uint64_t elapsed = now() - start;
    if (counters != NULL) {
        atomic_fetch_add(&counters->nanoseconds, elapsed);
        if (args[0].i64 < 0 && args[0].i64 >= -4095) {
            atomic_fetch_add(&counters->errors, 1);
        }
    }
    if (config->trace_fd >= 0) {
        write_trace(line, wali_trace_exit(line, sizeof line, row, given, args[0].i64));
    }
    return trap;
}

size_t wali_stats_size(void)
{
    return wali_row_count * sizeof(struct counters);
}

size_t wali_stats_rows(void)
{
    return wali_row_count;
}

const char *wali_stats_row(const void *stats, size_t index, uint64_t *calls, uint64_t *errors,
                           uint64_t *nanoseconds)
{
    const struct counters *row = (const struct counters *)stats + index;
    *calls = row->calls;
    *errors = row->errors;
    *nanoseconds = row->nanoseconds;
    return wali_rows[index].name;
}
