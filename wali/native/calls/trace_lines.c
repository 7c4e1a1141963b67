#define _GNU_SOURCE
#include "wali/native/calls/trace_lines.h"

#include "syscalls/trace_date.h"
#include "wali/native/base/fatal.h"
#include "wali/native/base/kernel.h"
#include "wali/native/calls/trace_options.h"
#include "wali/native/thread/borrowed.h"
#include "wali/native/thread/thread.h"

#include <fcntl.h>
#include <linux/futex.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <time.h>

/* Processes that execute another program at the same time, and whose lines have an end. */
#define MOST_HANDED 64

/* What all processes of a trace share.  Any of them may be killed at any time: a lock whose holder is
 * gone is taken from it. */
struct area {
    _Atomic int32_t lock; /* tid of the holder */
    _Atomic int32_t waiters;
    _Atomic int32_t open;  /* tid of the thread whose line has no end yet */
    _Atomic int32_t tasks; /* threads that are traced */
    _Atomic uint64_t last; /* when the last line was begun */
    struct {
        _Atomic int32_t process;
        _Atomic uint32_t column;
    } handed[MOST_HANDED]; /* lines of processes that execute another program */
};

static struct area own_area;
static struct area *area = &own_area;

size_t trace_area_size(void)
{
    return sizeof *area;
}

void trace_lines_open(const wali_config *config)
{
    struct stat st;
    const int fd = config->trace_area_fd;
    const bool is_whole = fd >= 0 && KERNEL(fstat, fd, &st) == 0 && (uint64_t)st.st_size >= sizeof *area;
    void *memory = is_whole
                       ? mmap(NULL, sizeof *area, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0)
                       : mmap(NULL, sizeof *area, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory != MAP_FAILED) {
        area = memory;
    }
}

int32_t trace_tid(void)
{
    return wali_self == NULL || wali_self->tid == 0 || thread_borrows(wali_self) ? (int32_t)KERNEL(gettid)
                                                                                 : wali_self->tid;
}

uint64_t trace_now(int clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

void trace_tasks_add(int32_t count)
{
    atomic_fetch_add(&area->tasks, count);
}

/* How long a holder may take before it is looked at, and how often it is before it is passed over. */
#define PATIENCE_NANOSECONDS 20000000
#define MOST_LOOKS 100

static bool is_gone(int32_t tid)
{
    return KERNEL(tkill, tid, 0) == -ESRCH;
}

/* False if the thread has the lock already: a signal has come while it wrote. */
static bool lock(int32_t tid)
{
    const struct timespec patience = {0, PATIENCE_NANOSECONDS};
    int32_t holder = 0;
    for (unsigned looks = 0; !atomic_compare_exchange_strong(&area->lock, &holder, tid); holder = 0) {
        if (holder == tid) {
            return false;
        }
        atomic_fetch_add(&area->waiters, 1);
        const int64_t woken = KERNEL(futex, &area->lock, FUTEX_WAIT, holder, &patience, NULL, 0);
        atomic_fetch_sub(&area->waiters, 1);
        if (woken == -ETIMEDOUT && (is_gone(holder) || ++looks == MOST_LOOKS) &&
            atomic_compare_exchange_strong(&area->lock, &holder, tid)) {
            return true;
        }
    }
    return true;
}

static void unlock(void)
{
    atomic_store(&area->lock, 0);
    if (atomic_load(&area->waiters) > 0) {
        KERNEL(futex, &area->lock, FUTEX_WAKE, 1, NULL, NULL, 0);
    }
}

/* What is lost is told once, and ends nothing: natively the program would not know either. */
static void tell_loss(int64_t failure)
{
    static atomic_flag told;
    if (!atomic_flag_test_and_set(&told)) {
        fatal_say("wali: --trace: cannot write: %s", strerrordesc_np((int)-failure));
    }
}

/* With -ff the trace's descriptor is the folder, and each thread has a file in it, whose name begins as
 * settings->trace_base. */
static int64_t separate_file(int32_t tid)
{
    char name[300];
    snprintf(name, sizeof name, "%s.%d", settings->trace_base, tid);
    return KERNEL(openat, settings->trace_fd, name, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
}

static void write_parts(struct iovec *parts, size_t count, int32_t tid)
{
    const bool is_separate = trace_options.is_separate;
    const int64_t fd = is_separate ? separate_file(tid) : settings->trace_fd;
    int64_t written = fd;
    for (size_t i = 0; i < count && fd >= 0;) {
        if (parts[i].iov_len == 0) {
            i++;
            continue;
        }
        written = KERNEL(writev, (int)fd, parts + i, count - i);
        if (written == -EINTR) {
            continue;
        }
        if (written < 0) {
            break;
        }
        for (uint64_t left = (uint64_t)written; left > 0 && i < count;) { /* a part of it */
            const uint64_t n = left < parts[i].iov_len ? left : parts[i].iov_len;
            parts[i].iov_base = (char *)parts[i].iov_base + n;
            parts[i].iov_len -= n;
            left -= n;
            i += parts[i].iov_len == 0;
        }
    }
    if (is_separate && fd >= 0) {
        KERNEL(close, (int)fd);
    }
    if (written < 0) {
        tell_loss(written);
    }
}

static struct iovec part(const char *text, size_t length)
{
    return (struct iovec){(void *)(uintptr_t)text, length};
}

/* A process of several has its id before each line: on a screen once there are several. */
static void put_id(struct text *text, int32_t tid)
{
    if (trace_options.is_separate || trace_options.is_json) {
        return;
    }
    if (settings->trace_base != NULL) {
        struct text start = *text;
        put_number(text, (uint64_t)tid, 10);
        do {
            put(text, ' ');
        } while (text->at - start.at < 6);
    } else if (atomic_load(&area->tasks) > 1) {
        char digits[16];
        put_text(text, "[pid ");
        snprintf(digits, sizeof digits, "%5d", tid);
        put_text(text, digits);
        put_text(text, "] ");
    }
}

static void put_seconds_since(struct text *text, uint64_t nanoseconds, unsigned width)
{
    char digits[40];
    snprintf(digits, sizeof digits, "%*llu.%06llu", (int)width,
             (unsigned long long)(nanoseconds / 1000000000),
             (unsigned long long)(nanoseconds / 1000 % 1000000));
    put_text(text, digits);
}

static void put_clock_time(struct text *text, uint64_t wall)
{
    const int64_t seconds = (int64_t)(wall / 1000000000);
    if (trace_options.clock == 3) {
        put_seconds_since(text, wall, 0);
    } else {
        put_clock(text, seconds);
    }
    if (trace_options.clock == 2) {
        put(text, '.');
        put_padded(text, wall / 1000 % 1000000, 6);
    }
    put(text, ' ');
}

/* What stands before a line: the id, and times. */
static size_t put_leader(char *buf, size_t size, int32_t tid, uint64_t wall)
{
    struct text text = {buf, buf + size};
    put_id(&text, tid);
    if (trace_options.is_json) {
        return 0;
    }
    if (trace_options.clock > 0) {
        put_clock_time(&text, wall);
    }
    if (trace_options.is_relative) {
        const uint64_t last = atomic_exchange(&area->last, wall);
        put_text(&text, trace_options.clock > 0 ? "(+" : "");
        put_seconds_since(&text, last == 0 || wall < last ? 0 : wall - last, 6);
        put_text(&text, trace_options.clock > 0 ? ") " : " ");
    }
    return (size_t)(text.at - buf);
}

static const char unfinished[] = " <unfinished ...>\n";

/* The end of a line that another thread has begun. */
static struct iovec other_line_end(int32_t tid)
{
    const int32_t open = atomic_load(&area->open);
    const bool ends = open != 0 && open != tid && !trace_options.is_separate;
    return part(unfinished, ends ? sizeof unfinished - 1 : 0);
}

/* The same, of a line of the thread's own too. */
static struct iovec any_line_end(void)
{
    return part(unfinished,
                atomic_load(&area->open) != 0 && !trace_options.is_separate ? sizeof unfinished - 1 : 0);
}

static bool has_wall(void)
{
    return trace_options.clock > 0 || trace_options.is_relative || trace_options.is_json;
}

#define LEADER 96

void trace_line_begin(struct trace_line *line, const char *name, const char *text, size_t length,
                      bool deferred)
{
    *line = (struct trace_line){.name = name, .length = length, .text = text};
    line->wall = has_wall() ? trace_now(CLOCK_REALTIME) : 0;
    if (!deferred) {
        char leader[LEADER];
        const int32_t tid = trace_tid();
        const bool locks = lock(tid);
        line->leader = put_leader(leader, sizeof leader, tid, line->wall);
        struct iovec parts[] = {any_line_end(), part(leader, line->leader), part(text, length)};
        write_parts(parts, 3, tid);
        atomic_store(&area->open, tid);
        line->is_written = true;
        if (locks) {
            unlock();
        }
    }
    line->begun = trace_options.has_durations || trace_options.is_json ? trace_now(CLOCK_MONOTONIC) : 0;
}

static size_t put_padding(char *buf, size_t column)
{
    const size_t to = trace_options.column;
    const size_t count = column < to ? to - column : 1;
    memset(buf, ' ', count);
    return count;
}

void trace_line_end(struct trace_line *line, const char *rest, size_t rest_length, const char *result,
                    size_t result_length)
{
    char leader[LEADER], resumed[96], padding[256];
    const int32_t tid = trace_tid();
    const bool locks = lock(tid);
    const bool goes_on = line->is_written && (trace_options.is_separate || atomic_load(&area->open) == tid);
    size_t length = 0;
    if (!goes_on && line->is_written) {
        length = (size_t)snprintf(resumed, sizeof resumed, "<... %s resumed>", line->name);
    }
    const uint64_t wall = !line->is_written || !has_wall() ? line->wall : trace_now(CLOCK_REALTIME);
    const size_t led = goes_on ? 0 : put_leader(leader, sizeof leader, tid, wall);
    const size_t before = goes_on ? line->leader + line->length : led + (length > 0 ? length : line->length);
    struct iovec parts[] = {
        goes_on ? part("", 0) : other_line_end(tid),
        part(leader, led),
        part(resumed, length),
        part(line->text, line->is_written ? 0 : line->length),
        part(rest, rest_length),
        part(padding, trace_options.is_json ? 0 : put_padding(padding, before + rest_length)),
        part(result, result_length),
    };
    write_parts(parts, sizeof parts / sizeof parts[0], tid);
    atomic_store(&area->open, 0);
    if (locks) {
        unlock();
    }
}

void trace_line_whole(const char *text, size_t length)
{
    char leader[LEADER];
    const int32_t tid = trace_tid();
    const bool locks = lock(tid);
    const uint64_t wall = has_wall() ? trace_now(CLOCK_REALTIME) : 0;
    struct iovec parts[] = {
        any_line_end(), {leader, put_leader(leader, sizeof leader, tid, wall)}, part(text, length)};
    write_parts(parts, 3, tid);
    atomic_store(&area->open, 0);
    if (locks) {
        unlock();
    }
}

void trace_line_hand_on(const struct trace_line *line)
{
    const int32_t pid = (int32_t)KERNEL(getpid);
    for (size_t i = 0; i < MOST_HANDED; i++) {
        int32_t owner = atomic_load(&area->handed[i].process);
        if ((owner == 0 || owner == pid || is_gone(owner)) &&
            atomic_compare_exchange_strong(&area->handed[i].process, &owner, pid)) {
            atomic_store(&area->handed[i].column, (uint32_t)(line->leader + line->length));
            return;
        }
    }
}

/* The calling process's line that was handed on, and its column; false if there is none. */
static bool take_handed(uint32_t *column)
{
    const int32_t pid = (int32_t)KERNEL(getpid);
    for (size_t i = 0; i < MOST_HANDED; i++) {
        int32_t owner = pid;
        *column = atomic_load(&area->handed[i].column);
        if (atomic_compare_exchange_strong(&area->handed[i].process, &owner, 0)) {
            return true;
        }
    }
    return false;
}

void trace_line_take_back(void)
{
    uint32_t column;
    take_handed(&column);
}

bool trace_line_take_over(void)
{
    uint32_t column;
    if (!take_handed(&column)) {
        return false;
    }
    struct trace_line line = {.name = "execve", .is_written = true, .length = column};
    trace_line_end(&line, ")", 1, "= 0\n", 4);
    return true;
}
