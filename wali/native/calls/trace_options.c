#define _GNU_SOURCE
#include "wali/native/calls/trace_options.h"

#include "syscalls/trace.h"
#include "wali/native/calls/trace_injections.h"
#include "wali/native/calls/trace_sets.h"
#include "wasi/rows.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct trace_options trace_options;

static char failure[256];

static const char *fail(const char *what, const char *text, size_t length)
{
    snprintf(failure, sizeof failure, "%s: %.*s", what, (int)(length < 100 ? length : 100), text);
    return failure;
}

/* Until the first -e trace= everything is listed. */
static const char *read_calls(const char *set, size_t length)
{
    static bool chosen[TRACE_MOST_ROWS];
    const char *wrong;
    size_t n;
    if (!trace_set_read(set, length, chosen, &wrong, &n)) {
        return fail("no system call, family or expression", wrong, n);
    }
    memcpy(trace_options.is_listed, chosen, sizeof chosen);
    return NULL;
}

static const char *read_signals(const char *set, size_t length)
{
    const bool is_complement = length > 0 && set[0] == '!';
    uint64_t signals = 0;
    for (const char *at = set + is_complement, *end = set + length; at < end;) {
        const char *comma = memchr(at, ',', (size_t)(end - at));
        const size_t n = (size_t)((comma == NULL ? end : comma) - at);
        const int signo = trace_signal_number(at, n);
        if (n == 3 && strncmp(at, "all", 3) == 0) {
            signals = UINT64_MAX;
        } else if (signo > 0) {
            signals |= UINT64_C(1) << (signo - 1);
        } else if (n != 4 || strncmp(at, "none", 4) != 0) {
            return fail("no signal", at, n);
        }
        at += n + (comma != NULL);
    }
    trace_options.signals = is_complement ? ~signals : signals;
    return NULL;
}

static const char *read_status(const char *set, size_t length)
{
    static const char succeeded[] = "successful", failed[] = "failed";
    if (length == sizeof succeeded - 1 && strncmp(set, succeeded, length) == 0) {
        trace_options.successes_alone = true;
    } else if (length == sizeof failed - 1 && strncmp(set, failed, length) == 0) {
        trace_options.failures_alone = true;
    } else {
        return fail("no status that is known (successful, failed)", set, length);
    }
    return NULL;
}

/* What is behind -e. */
static const char *read_expression(const char *text, size_t length)
{
    static const struct {
        const char *word;
        const char *(*read)(const char *, size_t);
    } kinds[] = {
        {"trace=", read_calls},         {"t=", read_calls},           {"signal=", read_signals},
        {"signals=", read_signals},     {"s=", read_signals},         {"status=", read_status},
        {"inject=", trace_inject_read}, {"fault=", trace_fault_read},
    };
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        const size_t n = strlen(kinds[i].word);
        if (length >= n && strncmp(text, kinds[i].word, n) == 0) {
            return kinds[i].read(text + n, length - n);
        }
    }
    if (memchr(text, '=', length) != NULL) {
        return fail("-e takes trace=, signal=, status=, inject= and fault=, and not", text, length);
    }
    return read_calls(text, length);
}

static const char *read_number(const char *text, size_t length, unsigned most, uint32_t *number)
{
    char *end;
    const unsigned long value = strtoul(text, &end, 10);
    if (end != text + length || length == 0 || value > most) {
        return fail("no number, or too large a one", text, length);
    }
    *number = (uint32_t)value;
    return NULL;
}

static const char *read_value(char letter, const char *text, size_t length)
{
    uint32_t number = 0;
    const char *wrong;
    switch (letter) {
    case 's':
        return read_number(text, length, TRACE_MOST_TEXT, &trace_style.most_text);
    case 'a':
        wrong = read_number(text, length, 200, &number);
        trace_options.column = number;
        return wrong;
    default:
        return read_expression(text, length);
    }
}

static bool read_switch(char letter)
{
    switch (letter) {
    case 't':
        trace_options.clock = trace_options.clock < 3 ? trace_options.clock + 1 : 3;
        return true;
    case 'r':
        return trace_options.is_relative = true;
    case 'T':
        return trace_options.has_durations = true;
    case 'y':
        return trace_style.shows_paths = true;
    case 'v':
        return trace_style.is_verbose = true;
    case 'x':
        trace_style.hexadecimal = trace_style.hexadecimal < 2 ? trace_style.hexadecimal + 1 : 2;
        return true;
    case 'z':
        return trace_options.successes_alone = true;
    case 'Z':
        return trace_options.failures_alone = true;
    case 'k':
        return trace_options.has_backtraces = true;
    default:
        return false;
    }
}

/* How many times a letter stands in a word, if the word is nothing else. */
static size_t repeated(const char *word, size_t length, char letter)
{
    for (size_t i = 1; i < length; i++) {
        if (word[i] != letter) {
            return 0;
        }
    }
    return length - 1;
}

/* Reads a word of letters: switches, the last of which may take a value, from the word itself or from
 * the next one. */
static const char *read_letters(const char **at, size_t length)
{
    const char *const word = *at;
    if (repeated(word, length, 'f') > 0) { /* always on */
        trace_options.is_separate = length > 2;
        return NULL;
    }
    if (repeated(word, length, 'q') > 0) {
        trace_options.ends_are_quiet = length > 2;
        return NULL;
    }
    for (size_t i = 1; i < length; i++) {
        if (strchr("esa", word[i]) != NULL) {
            const char *value = word + i + 1;
            size_t n = length - i - 1;
            if (n == 0) {
                value = word + length + strspn(word + length, " ");
                n = strcspn(value, " ");
                *at = value;
            }
            return n == 0 ? fail("a value is missing behind", word, length) : read_value(word[i], value, n);
        }
        if (word[i] != 'f' && !read_switch(word[i])) {
            return fail("not known", word, length);
        }
    }
    return NULL;
}

static int32_t zone_now(void)
{
    const time_t now = time(NULL);
    struct tm parts;
    return localtime_r(&now, &parts) == NULL ? 0 : (int32_t)parts.tm_gmtoff;
}

const char *trace_options_read(const char *words)
{
    static const char json[] = "--json";
    trace_options = (struct trace_options){.signals = UINT64_MAX, .column = TRACE_COLUMN};
    memset(trace_options.is_listed, true, sizeof trace_options.is_listed);
    for (const char *at = words == NULL ? "" : words; *(at += strspn(at, " ")) != '\0';) {
        const size_t length = strcspn(at, " ");
        const char *const word = at;
        const char *wrong = NULL;
        if (length == sizeof json - 1 && strncmp(at, json, length) == 0) {
            trace_options.is_json = true;
        } else if (at[0] != '-' || length < 2) {
            wrong = fail("no option", at, length);
        } else {
            wrong = read_letters(&at, length);
        }
        if (wrong != NULL) {
            return wrong;
        }
        at += at == word ? length : strcspn(at, " ");
    }
    if (trace_options.clock > 0 || trace_style.is_verbose) {
        trace_style.zone = zone_now();
    }
    return NULL;
}
