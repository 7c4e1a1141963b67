#define _GNU_SOURCE
#include "wali/native/calls/trace_stats.h"

#include "syscalls/rows.h"
#include "syscalls/trace.h"
#include "wali/native/base/kernel.h"
#include "wali/native/calls/gate.h"
#include "wali/native/engine/engine.h"
#include "wali/native/process/settings.h"
#include "wali/native/seccomp/filters.h"
#include "wali/native/thread/thread.h"

#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>

/* The counters of one call.  They lie in memory shared with whoever reads them, and so outlive the
 * guest however it ends. */
struct counters {
    _Atomic uint64_t calls, errors, nanoseconds;
};

#define TRACE_LINE 4096
#define CLOSE_RANGE 436 /* younger than some hosts' headers */
#define CLONE3 435

static struct counters *all_counters;

/* Whether other processes write to the trace too.  Lines are then written whole, and begin with the
 * process id in all processes but the first. */
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
    if (KERNEL(fstat, config->stats_fd, &st) < 0 || (uint64_t)st.st_size < wali_stats_size()) {
        return -1;
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

static bool forks(const struct wali_row *row)
{
    return row->number == SYS_fork || row->number == SYS_vfork || row->number == SYS_clone ||
           row->number == CLONE3;
}

static bool executes(const struct wali_row *row)
{
    return row->number == SYS_execve || row->number == SYS_execveat;
}

static bool ends(const struct wali_row *row)
{
    return row->number == SYS_exit || row->number == SYS_exit_group;
}

static size_t put_head(char *line, const struct wali_row *row, const wasmtime_val_raw_t *args)
{
    const pid_t pid = is_shared ? (pid_t)KERNEL(getpid) : first_pid;
    const size_t length = pid == first_pid ? 0 : (size_t)sprintf(line, "[pid %d] ", pid);
    return length + wali_trace_enter(line + length, TRACE_LINE - length, row, args);
}

/* Writes the line as far as it is known before the call, if the call may never return, or if no
 * other process can write in between. */
static void trace_before(const struct wali_row *row, const wasmtime_val_raw_t *args)
{
    char line[TRACE_LINE + 8];
    is_shared = is_shared || forks(row);
    if (is_shared && !ends(row) && !executes(row)) {
        return;
    }
    size_t length = put_head(line, row, args);
    if (executes(row)) { /* the next program's lines follow; on failure, the line again */
        length += (size_t)sprintf(line + length, ") = ?\n");
    }
    KERNEL(write, settings->trace_fd, line, length);
}

static void trace_after(const struct wali_row *row, const wasmtime_val_raw_t *args, int64_t result)
{
    char line[2 * TRACE_LINE];
    const size_t head = is_shared || executes(row) ? put_head(line, row, args) : 0;
    const size_t length = head + wali_trace_exit(line + head, TRACE_LINE, row, args, result);
    if (!forks(row) || result != 0) { /* a child's return from fork is no call of its own */
        KERNEL(write, settings->trace_fd, line, length);
    }
}

static bool is_ours(int64_t fd)
{
    const wali_config *config = settings;
    return fd >= 0 && (fd == config->trace_fd || fd == config->stats_fd);
}

/* close_range(2), but for the descriptors of the trace and of the counters. */
static void close_others(const struct wali_row *row, wasmtime_caller_t *caller, wasmtime_val_raw_t *args,
                         size_t count)
{
    const uint32_t a = (uint32_t)settings->trace_fd, b = (uint32_t)settings->stats_fd;
    const uint32_t kept[] = {a < b ? a : b, a < b ? b : a, UINT32_MAX};
    const wasmtime_val_raw_t flags = args[2];
    const uint32_t end = (uint32_t)args[1].i32;
    uint32_t start = (uint32_t)args[0].i32;
    args[0].i64 = start > end ? -EINVAL : 0;
    for (size_t i = 0; i < 3 && start <= end && args[0].i64 == 0; i++) {
        const uint32_t last = kept[i] > end || kept[i] == UINT32_MAX ? end : kept[i] - 1;
        if (kept[i] < start) {
            continue;
        }
        if (start <= last) {
            args[0].i32 = (int32_t)start;
            args[1].i32 = (int32_t)last;
            args[2] = flags;
            row_bound_to(row)((void *)(uintptr_t)row, caller, args, count);
        }
        if (last == end) {
            break;
        }
        start = kept[i] + 1;
    }
}

/* Calls the entry, but refuses to close or replace the descriptors of the trace and of the
 * counters: a guest that closes all that it may have inherited does not mean these. */
static wasm_trap_t *call_entry(const struct wali_row *row, wasmtime_caller_t *caller,
                               wasmtime_val_raw_t *args, size_t count)
{
    wasm_trap_t *trap = NULL;
    if (seccomp_is_used() && !gate_passes_row(wali_self, row, args, &trap)) {
        return trap;
    }
    const bool replaces = row->number == SYS_dup2 || row->number == SYS_dup3;
    if ((row->number == SYS_close && is_ours(args[0].i32)) || (replaces && is_ours(args[1].i32))) {
        args[0].i64 = -EBADF;
        return NULL;
    }
    if (row->number == CLOSE_RANGE) {
        close_others(row, caller, args, count);
        return NULL;
    }
    return row_bound_to(row)((void *)(uintptr_t)row, caller, args, count);
}

static wasm_trap_t *traced_entry(void *env, wasmtime_caller_t *caller, wasmtime_val_raw_t *args, size_t count)
{
    const struct wali_row *row = env;
    const bool traced = settings->trace_fd >= 0;
    struct counters *counters = all_counters;
    wasmtime_val_raw_t given[6];
    size_t parameters = strlen(row->signature);
    memcpy(given, args, parameters * sizeof given[0]);
    if (traced) {
        trace_before(row, given);
    }
    if (counters != NULL) {
        counters += row - wali_rows;
        atomic_fetch_add(&counters->calls, 1); /* before the call, which may not return */
    }
    uint64_t start = now();
    wasm_trap_t *trap = call_entry(row, caller, args, count);
    uint64_t elapsed = now() - start;
    if (counters != NULL) {
        atomic_fetch_add(&counters->nanoseconds, elapsed);
        if (args[0].i64 < 0 && args[0].i64 >= -4095) {
            atomic_fetch_add(&counters->errors, 1);
        }
    }
    if (traced) {
        trace_after(row, given, args[0].i64);
    }
    return trap;
}

wali_entry_t trace_stats_wrapper(const wali_config *config)
{
    return config->trace_fd >= 0 || config->stats_fd >= 0 ? traced_entry : NULL;
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
