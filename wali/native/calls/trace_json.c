#define _GNU_SOURCE
#include "wali/native/calls/trace_json.h"

#include "syscalls/trace_date.h"
#include "wali/native/base/kernel.h"

#include <string.h>

/* Bytes that are kept for what stands behind the arguments. */
#define TAIL 1024
#define ARGUMENT (8 << 10)

/* The trace's text is printable ASCII, so that two characters alone need a backslash.  What is left out
 * leaves room for that, a character, the quote, and a bracket behind it. */
static void put_quoted(struct text *text, const char *from, const char *to)
{
    put(text, '"');
    for (; from < to && text->end - text->at > 3; from++) {
        if (*from == '"' || *from == '\\') {
            put(text, '\\');
        }
        put(text, *from);
    }
    put(text, '"');
}

static void put_decimal(struct text *text, uint64_t nanoseconds, unsigned digits)
{
    uint64_t fraction = nanoseconds % 1000000000;
    for (unsigned i = digits; i < 9; i++) {
        fraction /= 10;
    }
    put_number(text, nanoseconds / 1000000000, 10);
    put(text, '.');
    put_padded(text, fraction, digits);
}

static void put_arguments(struct text *text, const struct wali_traced *call)
{
    char room[ARGUMENT];
    bool any = false;
    put_text(text, ",\"args\":[");
    for (size_t i = 0; call->row->signature[i] != '\0'; i++) {
        struct text argument = {room, room + sizeof room};
        if (wali_trace_argument(&argument, call, i) && text->end - text->at > 8) {
            put_text(text, any ? "," : "");
            put_quoted(text, room, argument.at);
            any = true;
        }
    }
    put(text, ']');
}

static void put_result_of(struct text *text, const struct wali_traced *call)
{
    char room[512];
    struct text shown = {room, room + sizeof room};
    const int64_t result = call->result;
    const bool failed = result < 0 && result >= -4095;
    put_text(text, ",\"result\":");
    if (result == TRACE_NO_RESULT || result == -RESTART) {
        put_text(text, "null");
    } else {
        put_signed(text, failed ? -1 : result);
    }
    if (failed && result != -RESTART) {
        put_text(text, ",\"error\":\"");
        put_choice(text, &wali_symbols_errno, -result);
        put(text, '"');
    }
    put_text(text, ",\"text\":");
    wali_trace_result(&shown, call);
    put_quoted(text, room, shown.at);
}

size_t trace_json_call(char *buf, size_t size, const struct wali_traced *call, int32_t tid, uint64_t wall,
                       uint64_t duration, bool is_injected)
{
    struct text text = {buf, buf + size - TAIL};
    put_member(&text, "{\"pid\":", tid);
    put_text(&text, ",\"time\":");
    put_decimal(&text, wall, 6);
    put_text(&text, ",\"call\":\"");
    put_text(&text, call->row->name);
    put(&text, '"');
    put_arguments(&text, call);
    text.end += TAIL;
    put_result_of(&text, call);
    put_text(&text, ",\"seconds\":");
    put_decimal(&text, duration, 9);
    put_text(&text, is_injected ? ",\"injected\":true}\n" : "}\n");
    return (size_t)(text.at - buf);
}
