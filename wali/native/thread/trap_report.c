#include "wali/native/thread/trap_report.h"

#include "wali/native/base/fatal.h"
#include "wali/native/base/function_name.h"
#include "wali/native/engine/engine.h"
#include "wali/native/engine/internals/frame_text.h"

#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static int64_t code_delta;

void trap_report_begin(int64_t delta)
{
    code_delta = delta;
}

int64_t trap_report_code_delta(void)
{
    return code_delta;
}

struct cause {
    int signal;
    const char *text;
};

/* By the engine's trap code: the signal that Linux would raise for the same error. */
static const struct cause causes[] = {
    [TRAP_STACK_OVERFLOW] = {SIGSEGV, "the native stack overflowed (--stack-size sets its size)"},
    [TRAP_MEMORY_OUT_OF_BOUNDS] = {SIGSEGV, "bad memory access"},
    [TRAP_HEAP_MISALIGNED] = {SIGBUS, "misaligned atomic access"},
    [TRAP_TABLE_OUT_OF_BOUNDS] = {SIGSEGV, "call through a bad function pointer"},
    [TRAP_INDIRECT_CALL_TO_NULL] = {SIGSEGV, "call through a null function pointer"},
    [TRAP_BAD_SIGNATURE] = {SIGSEGV, "call through a function pointer of another type (try --fix-calls)"},
    [TRAP_INTEGER_OVERFLOW] = {SIGFPE, "integer overflow"},
    [TRAP_INTEGER_DIVISION_BY_ZERO] = {SIGFPE, "integer division by zero"},
    [TRAP_BAD_CONVERSION_TO_INTEGER] = {SIGFPE, "conversion of a float that no integer holds"},
    [TRAP_UNREACHABLE] = {SIGILL, "unreachable code"},
    [TRAP_NULL_REFERENCE] = {SIGSEGV, "use of a null reference"},
    [TRAP_ARRAY_OUT_OF_BOUNDS] = {SIGSEGV, "array access out of bounds"},
    [TRAP_ALLOCATION_TOO_LARGE] = {SIGABRT, "an object that is too large"},
    [TRAP_CAST_FAILURE] = {SIGABRT, "cast of a reference to another type"},
};

static const struct cause *cause_of(int code)
{
    const bool known = code >= 0 && (size_t)code < sizeof causes / sizeof causes[0];
    return known && causes[code].text != NULL ? &causes[code] : NULL;
}

int trap_signal(int code)
{
    const struct cause *cause = cause_of(code);
    return cause == NULL || cause->signal == SIGABRT ? 0 : cause->signal;
}

/* The reason in a message of the engine's, "while ... backtrace: ... Caused by: reason": the
 * backtrace is ours to show.  The message changes. */
static const char *reason_in(char *message)
{
    static const char mark[] = "Caused by:";
    char *reason = message;
    for (char *found = strstr(message, mark); found != NULL; found = strstr(reason, mark)) {
        reason = found + sizeof mark - 1;
    }
    reason += strspn(reason, " \n");
    for (size_t end = strlen(reason); end > 0 && strchr(" \n", reason[end - 1]) != NULL; end--) {
        reason[end - 1] = '\0';
    }
    for (char *line = strchr(reason, '\n'); line != NULL; line = strchr(line, '\n')) {
        *line = ' ';
    }
    return strcmp(reason, "thrown Wasm exception") == 0 ? "an exception that nothing catches" : reason;
}

#define FRAMES_SHOWN 32
#define NAME_SHOWN 241  /* bytes, with the one that ends it */
#define PLACE_SHOWN 200 /* bytes of a place in the source: its end */

/* What is known of where a trap was.  The engine makes it when it is asked for it first, in memory. */
struct backtrace {
    wasm_frame_vec_t frames;
    wasm_byte_vec_t message;
};

static struct backtrace backtrace_of(const wasm_trap_t *trap)
{
    struct backtrace found = {{0, NULL}, {0, NULL}};
    engine.wasm_trap_trace(trap, &found.frames);
    for (size_t i = 0; i < found.frames.size && i < FRAMES_SHOWN; i++) {
        engine.wasmtime_frame_func_name(found.frames.data[i]);
        engine.wasmtime_frame_module_name(found.frames.data[i]);
    }
    engine.wasm_trap_message(trap, &found.message);
    return found;
}

/* " at FILE:LINE:COLUMN", or nothing. */
static void show_place(const struct text_part *place, char *text, size_t size)
{
    const bool whole = place->length <= PLACE_SHOWN;
    const size_t length = whole ? place->length : PLACE_SHOWN;
    text[0] = '\0';
    if (place->bytes != NULL) {
        snprintf(text, size, " at %s%.*s", whole ? "" : "...", (int)length,
                 place->bytes + place->length - length);
    }
}

static bool is_mangled(const struct text_part *name)
{
    return name->length > 2 && name->bytes[0] == '_' && (name->bytes[1] == 'R' || name->bytes[1] == 'Z');
}

/* The name without the module's, which stands before it in the text if the frame has no place. */
static struct text_part without_module(struct text_part name, const wasm_frame_t *frame)
{
    const wasm_byte_vec_t *module = engine.wasmtime_frame_module_name(frame);
    static const char unknown[] = "<unknown>";
    const bool is_named = module != NULL && module->data != NULL;
    const size_t length = is_named ? module->size : sizeof unknown - 1;
    if (name.length > length && name.bytes[length] == '!' &&
        memcmp(name.bytes, is_named ? module->data : unknown, length) == 0) {
        return (struct text_part){name.bytes + length + 1, name.length - length - 1};
    }
    return name;
}

/* The name of the frame's function.  The one in the module is as people know it, unless the linker has
 * left it mangled; the one in `line`, the frame's last, is as the compiler calls it. */
static void show_name(const wasm_frame_t *frame, const struct frame_line *line, char *text)
{
    const wasm_byte_vec_t *own = engine.wasmtime_frame_func_name(frame);
    struct text_part name =
        own == NULL ? (struct text_part){NULL, 0} : (struct text_part){own->data, own->size};
    if (line->name.bytes != NULL &&
        (is_mangled(&name) || (name.bytes == NULL && line->place.bytes != NULL))) {
        name = without_module(line->name, frame);
    }
    if (name.bytes != NULL) {
        function_name_show(name.bytes, name.length, text, NAME_SHOWN);
    } else {
        snprintf(text, NAME_SHOWN, "function %u", engine.wasm_frame_func_index(frame));
    }
}

/* One line for the frame, and one for each function that the compiler has put into the frame's. */
static void say_frame(size_t number, const wasm_frame_t *frame, struct frame_text *text)
{
    char before[24], where[24] = "?"; /* the engine knows no offset at a function's entry */
    char name[NAME_SHOWN], place[PLACE_SHOWN + 24];
    struct frame_line line = {{NULL, 0}, {NULL, 0}}, outer;
    const size_t offset = engine.wasm_frame_module_offset(frame);
    if (offset != SIZE_MAX) {
        snprintf(where, sizeof where, "%#llx", (long long)offset + code_delta);
    }
    snprintf(before, sizeof before, "%2zu: %8s", number, where);
    if (!frame_text_find(text, number, &line)) {
        line = (struct frame_line){{NULL, 0}, {NULL, 0}};
    }
    while (frame_text_next(text, &outer)) {
        function_name_show(line.name.bytes, line.name.length, name, sizeof name);
        show_place(&line.place, place, sizeof place);
        fatal_say("  %12s %s%s", before, name, place);
        before[0] = '\0';
        line = outer;
    }
    show_name(frame, &line, name);
    show_place(&line.place, place, sizeof place);
    fatal_say("  %12s %s%s", before, name, place);
}

static void say_backtrace(const struct backtrace *backtrace)
{
    const wasm_frame_vec_t *frames = &backtrace->frames;
    struct frame_text text = {backtrace->message.data, backtrace->message.data + backtrace->message.size};
    for (size_t i = 0; i < frames->size && i < FRAMES_SHOWN; i++) {
        say_frame(i, frames->data[i], &text);
    }
    if (frames->size > FRAMES_SHOWN) {
        fatal_say("  ... %zu more", frames->size - FRAMES_SHOWN);
    }
}

void trap_say_backtrace(const wasm_trap_t *trap)
{
    struct backtrace backtrace = backtrace_of(trap);
    say_backtrace(&backtrace);
    engine.wasm_frame_vec_delete(&backtrace.frames);
    engine.wasm_byte_vec_delete(&backtrace.message);
}

/* From fatal_line() on other threads may be stopped, one of them with malloc's lock. */
_Noreturn void guest_trapped(wasm_trap_t *trap)
{
    uint8_t code;
    char text[900];
    int signal = SIGABRT;
    const char *reason = text;
    const struct cause *cause = engine.wasmtime_trap_code(trap, &code) ? cause_of(code) : NULL;
    const struct backtrace backtrace = backtrace_of(trap);
    if (cause != NULL) {
        signal = cause->signal;
        reason = cause->text;
    } else {
        const size_t size = backtrace.message.size, shown = size < sizeof text ? size : sizeof text - 1;
        snprintf(text, sizeof text, "%.*s", (int)shown, backtrace.message.data + size - shown); /* its end */
        reason = reason_in(text);
    }
    fatal_line(signal, "%s", reason);
    say_backtrace(&backtrace);
    die_by_signal(signal);
}

_Noreturn void guest_set_up_trapped(wasm_trap_t *trap)
{
    uint8_t code;
    wasm_frame_vec_t frames = {0, NULL};
    engine.wasm_trap_trace(trap, &frames);
    if (frames.size > 0 || !engine.wasmtime_trap_code(trap, &code)) {
        guest_trapped(trap);
    }
    if (code == TRAP_MEMORY_OUT_OF_BOUNDS) {
        guest_segfault("the module's data do not fit into its memory");
    }
    if (code == TRAP_TABLE_OUT_OF_BOUNDS) {
        guest_segfault("the module's functions do not fit into its table");
    }
    guest_trapped(trap);
}

_Noreturn void guest_failed(wasmtime_error_t *failure)
{
    char text[900];
    engine_error_take(failure, text, sizeof text);
    guest_abort(reason_in(text));
}
