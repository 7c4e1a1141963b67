#include "wali/native/calls/trace_injections.h"

#include "syscalls/_generated/symbols.h"
#include "wali/native/base/kernel.h"
#include "wali/native/base/sigset.h"
#include "wali/native/calls/trace_sets.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define WORD_ROOM 64

static char failure[256];

static const char *fail(const char *what, const char *text, size_t length)
{
    snprintf(failure, sizeof failure, "%s: %.*s", what, (int)(length < 100 ? length : 100), text);
    return failure;
}

static bool is_number(const char *text, int64_t *number)
{
    char *end;
    *number = strtoll(text, &end, 0);
    return end != text && *end == '\0';
}

static int number_of(const struct wali_symbols *symbols, const char *name)
{
    for (size_t i = 0; i < symbols->count; i++) {
        if (strcmp(symbols->all[i].name, name) == 0) {
            return (int)symbols->all[i].value;
        }
    }
    return 0;
}

int trace_signal_number(const char *name, size_t length)
{
    char word[WORD_ROOM];
    int64_t number;
    if (length == 0 || length > sizeof word - 4) {
        return 0;
    }
    snprintf(word, sizeof word, "%s%.*s", strncmp(name, "SIG", 3) == 0 ? "" : "SIG", (int)length, name);
    if (is_number(word + 3, &number)) {
        return number > 0 && number <= SIGNALS ? (int)number : 0;
    }
    return number_of(&wali_symbols_signals, word);
}

static bool read_error(struct injection *injection, const char *value)
{
    int64_t number;
    if (!is_number(value, &number)) {
        number = number_of(&wali_symbols_errno, value);
    }
    injection->has_result = true;
    injection->result = -number;
    return number > 0 && number <= 4095;
}

static bool read_result(struct injection *injection, const char *value)
{
    injection->has_result = true;
    return is_number(value, &injection->result) && injection->result >= 0;
}

static bool read_signal(struct injection *injection, const char *value)
{
    injection->signal = trace_signal_number(value, strlen(value));
    return injection->signal > 0;
}

/* Microseconds, or with a unit. */
static bool read_delay(uint64_t *delay, const char *value)
{
    static const struct {
        const char *unit;
        uint64_t nanoseconds;
    } units[] = {{"", 1000}, {"us", 1000}, {"ms", 1000000}, {"ns", 1}, {"s", 1000000000}};
    char *end;
    const uint64_t number = strtoull(value, &end, 10);
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        if (end != value && strcmp(end, units[i].unit) == 0 && number <= 1000000000) {
            *delay = number * units[i].nanoseconds;
            return true;
        }
    }
    return false;
}

/* first, first+, first+step, first..last, first..last+step. */
static bool read_when(struct injection *injection, const char *value)
{
    char *end;
    injection->first = (uint32_t)strtoul(value, &end, 10);
    injection->last = injection->first;
    injection->step = 1;
    if (end == value || injection->first == 0) {
        return false;
    }
    if (strncmp(end, "..", 2) == 0) {
        const char *const from = end + 2;
        injection->last = (uint32_t)strtoul(from, &end, 10);
        if (end == from || injection->last < injection->first) {
            return false;
        }
    } else if (*end == '+') {
        injection->last = UINT32_MAX;
    }
    if (*end == '+') {
        const char *const from = ++end;
        if (*from != '\0') {
            injection->step = (uint32_t)strtoul(from, &end, 10);
        }
    }
    return *end == '\0' && injection->step > 0;
}

static bool read_part(struct injection *injection, const char *word)
{
    const char *const equals = strchr(word, '=');
    const size_t n = equals == NULL ? 0 : (size_t)(equals - word) + 1;
    const char *const value = word + n;
    if (n == 6 && strncmp(word, "error=", n) == 0) {
        return read_error(injection, value);
    }
    if (n == 7 && strncmp(word, "retval=", n) == 0) {
        return read_result(injection, value);
    }
    if (n == 7 && strncmp(word, "signal=", n) == 0) {
        return read_signal(injection, value);
    }
    if (n == 12 && strncmp(word, "delay_enter=", n) == 0) {
        return read_delay(&injection->delay_enter, value);
    }
    if (n == 11 && strncmp(word, "delay_exit=", n) == 0) {
        return read_delay(&injection->delay_exit, value);
    }
    return n == 5 && strncmp(word, "when=", n) == 0 && read_when(injection, value);
}

static const char *read_injection(const char *text, size_t length, struct injection injection)
{
    static bool members[TRACE_MOST_ROWS];
    const char *const end = text + length;
    const char *colon = memchr(text, ':', length);
    const size_t n = (size_t)((colon == NULL ? end : colon) - text);
    const char *wrong;
    size_t wrong_length;
    if (trace_options.injections_count == MOST_INJECTIONS) {
        return fail("more injections than 16", text, length);
    }
    if (!trace_set_read(text, n, members, &wrong, &wrong_length)) {
        return fail("no system call, family or expression", wrong, wrong_length);
    }
    while (colon != NULL && colon < end) {
        const char *const at = colon + 1;
        char word[WORD_ROOM];
        colon = memchr(at, ':', (size_t)(end - at));
        const size_t part = (size_t)((colon == NULL ? end : colon) - at);
        snprintf(word, sizeof word, "%.*s", (int)part, at);
        if (part >= sizeof word || !read_part(&injection, word)) {
            return fail("no injection", at, part);
        }
    }
    if (!injection.has_result && injection.signal == 0 && injection.delay_enter == 0 &&
        injection.delay_exit == 0) {
        return fail("inject= needs error=, retval=, signal=, delay_enter= or delay_exit=", text, length);
    }
    trace_options.injections[trace_options.injections_count++] = injection;
    for (size_t row = 0; row < wali_row_count; row++) {
        trace_options.injection_of[row] =
            members[row] ? (uint8_t)trace_options.injections_count : trace_options.injection_of[row];
    }
    return NULL;
}

const char *trace_inject_read(const char *text, size_t length)
{
    return read_injection(text, length, (struct injection){.first = 1, .step = 1, .last = UINT32_MAX});
}

const char *trace_fault_read(const char *text, size_t length)
{
    const struct injection fault = {
        .has_result = true, .result = -ENOSYS, .first = 1, .step = 1, .last = UINT32_MAX};
    return read_injection(text, length, fault);
}

static __thread uint32_t invocations[TRACE_MOST_ROWS];

const struct injection *trace_injection_next(size_t row)
{
    const uint8_t at = trace_options.injection_of[row];
    if (at == 0) {
        return NULL;
    }
    const struct injection *one = &trace_options.injections[at - 1];
    const uint32_t now = ++invocations[row];
    return now >= one->first && now <= one->last && (now - one->first) % one->step == 0 ? one : NULL;
}

void trace_injections_fork_child(void)
{
    if (trace_options.injections_count > 0) {
        memset(invocations, 0, sizeof invocations);
    }
}

void trace_delay(uint64_t nanoseconds)
{
    const struct timespec time = {(time_t)(nanoseconds / 1000000000), (long)(nanoseconds % 1000000000)};
    KERNEL(clock_nanosleep, CLOCK_MONOTONIC, 0, &time, NULL);
}
