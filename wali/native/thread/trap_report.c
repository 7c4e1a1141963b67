#define _GNU_SOURCE
#include "wali/native/thread/trap_report.h"

#include "wali/native/base/kernel.h"
#include "wali/native/engine/internals/last_exit.h"
#include "wali/native/process/fork.h"
#include "wali/native/thread/stop_threads.h"
#include "wali/native/thread/thread.h"

#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct cause {
    int signal;
    const char *text;
};

/* The signal that Linux would have raised for the same mistake. */
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

static const char *signal_name(int signal)
{
    static const char *const names[] = {[SIGSEGV] = "SIGSEGV",
                                        [SIGBUS] = "SIGBUS",
                                        [SIGFPE] = "SIGFPE",
                                        [SIGILL] = "SIGILL",
                                        [SIGABRT] = "SIGABRT"};
    return names[signal];
}

/* One write a line, straight to the descriptor: the guest's stdio is not ours. */
static void say(const char *format, ...) __attribute__((format(printf, 1, 2)));
static void say(const char *format, ...)
{
    char line[512];
    va_list arguments;
    va_start(arguments, format);
    int n = vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    if (n > (int)sizeof line - 1) {
        n = (int)sizeof line - 1;
    }
    KERNEL(write, STDERR_FILENO, line, n);
}

void die_of_signal(int signal)
{
    struct {
        void *handler;
        uint64_t flags;
        void *restorer;
        uint64_t mask;
    } action = {0};
    const uint64_t only = UINT64_C(1) << (signal - 1);
    uint64_t mask;
    if (wali_self != NULL) {
        stop_threads_begin(wali_self, false);
    }
    KERNEL(rt_sigaction, signal, &action, NULL, sizeof only);
    KERNEL(tgkill, KERNEL(getpid), KERNEL(gettid), signal);
    KERNEL(rt_sigprocmask, SIG_UNBLOCK, &only, &mask, sizeof mask);
    KERNEL(rt_sigprocmask, SIG_SETMASK, &mask, NULL, sizeof mask);
    if (wali_self != NULL) {
        stop_threads_end(wali_self);
    }
}

static _Noreturn void die(int signal)
{
    die_of_signal(signal);
    for (;;) { /* only init of a namespace survives its own signal */
        KERNEL(exit_group, 128 + signal);
    }
}

wasm_trap_t *leave_trap(void)
{
    static const char why[] = "the guest leaves its frames";
    last_exit_suppress(wali_self);
    return engine.wasmtime_trap_new(why, sizeof why - 1);
}

#define FRAMES_SHOWN 32

static void say_frame(size_t number, const wasm_frame_t *frame)
{
    const wasm_byte_vec_t *name = engine.wasmtime_frame_func_name(frame);
    size_t offset = engine.wasm_frame_module_offset(frame);
    char where[24] = "?"; /* the engine knows none where a function is entered */
    if (offset != SIZE_MAX) {
        snprintf(where, sizeof where, "%#llx", (long long)offset + wali_process.config->code_delta);
    }
    if (name != NULL && name->data != NULL) {
        char shown[200]; /* whoever made the module wrote it: nothing for the terminal to obey */
        const size_t size = name->size < sizeof shown ? name->size : sizeof shown;
        for (size_t i = 0; i < size; i++) {
            shown[i] = (unsigned char)name->data[i] < ' ' || name->data[i] == 127 ? '?' : name->data[i];
        }
        say("  %2zu: %8s %.*s\n", number, where, (int)size, shown);
    } else {
        say("  %2zu: %8s function %u\n", number, where, engine.wasm_frame_func_index(frame));
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
        say("  ... %zu more\n", frames.size - FRAMES_SHOWN);
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
        say("wali: %s: %s (%s)\n", wali_process.config->module_path, cause.text, signal_name(cause.signal));
    } else {
        say("wali: %s: %.*s (%s)\n", wali_process.config->module_path, (int)message.size, message.data,
            signal_name(cause.signal));
    }
    say_backtrace(trap);
    die(cause.signal);
}

static _Noreturn void end_with(int signal, const char *why)
{
    say("wali: %s: %s (%s)\n", wali_process.config->module_path, why, signal_name(signal));
    die(signal);
}

_Noreturn void guest_abort(const char *why)
{
    end_with(SIGABRT, why);
}

_Noreturn void guest_failed(wasmtime_error_t *failure)
{
    char text[900];
    engine_error_take(failure, text, sizeof text);
    guest_abort(text);
}

_Noreturn void guest_fault(const char *why)
{
    end_with(SIGSEGV, why);
}

_Noreturn void guest_faulted(int signal, uint32_t address)
{
    say("wali: %s: bad memory access at %#x (%s)\n", wali_process.config->module_path, address,
        signal_name(signal));
    die(signal);
}
