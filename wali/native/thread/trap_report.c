#include "wali/native/thread/trap_report.h"

#include "wali/native/base/fatal.h"
#include "wali/native/engine/engine.h"

#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static int64_t code_delta;

void trap_report_begin(int64_t delta)
{
    code_delta = delta;
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
};

int trap_signal(int code)
{
    const bool known = code >= 0 && (size_t)code < sizeof causes / sizeof causes[0];
    return known ? causes[code].signal : 0;
}

#define FRAMES_SHOWN 32

static void say_frame(size_t number, const wasm_frame_t *frame)
{
    const wasm_byte_vec_t *name = engine.wasmtime_frame_func_name(frame);
    size_t offset = engine.wasm_frame_module_offset(frame);
    char where[24] = "?"; /* the engine knows no offset at a function's entry */
    if (offset != SIZE_MAX) {
        snprintf(where, sizeof where, "%#llx", (long long)offset + code_delta);
    }
    if (name != NULL && name->data != NULL) {
        char shown[200]; /* untrusted: control characters could drive the terminal */
        const size_t size = name->size < sizeof shown ? name->size : sizeof shown;
        for (size_t i = 0; i < size; i++) {
            shown[i] = (unsigned char)name->data[i] < ' ' || name->data[i] == 127 ? '?' : name->data[i];
        }
        fatal_say("  %2zu: %8s %.*s\n", number, where, (int)size, shown);
    } else {
        fatal_say("  %2zu: %8s function %u\n", number, where, engine.wasm_frame_func_index(frame));
    }
}

static void say_backtrace(const wasm_trap_t *trap)
{
    wasm_frame_vec_t frames = {0, NULL};
    engine.wasm_trap_trace(trap, &frames);
    for (size_t i = 0; i < frames.size && i < FRAMES_SHOWN; i++) {
        say_frame(i, frames.data[i]);
    }
    if (frames.size > FRAMES_SHOWN) {
        fatal_say("  ... %zu more\n", frames.size - FRAMES_SHOWN);
    }
}

_Noreturn void guest_trapped(wasm_trap_t *trap)
{
    uint8_t code;
    struct cause cause = {SIGABRT, NULL};
    wasm_byte_vec_t message = {0, NULL};
    if (engine.wasmtime_trap_code(trap, &code) && code < sizeof causes / sizeof causes[0]) {
        cause = causes[code];
    } else {
        engine.wasm_trap_message(trap, &message);
    }
    if (cause.text != NULL) {
        fatal_line(cause.signal, "%s", cause.text);
    } else {
        fatal_line(cause.signal, "%.*s", (int)message.size, message.data);
    }
    say_backtrace(trap);
    die_by_signal(cause.signal);
}

_Noreturn void guest_failed(wasmtime_error_t *failure)
{
    char text[900];
    engine_error_take(failure, text, sizeof text);
    guest_abort(text);
}
