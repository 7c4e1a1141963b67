#define _GNU_SOURCE
#include "wali/native/start/invoke.h"

#include "wali/native/base/fatal.h"
#include "wali/native/base/kernel.h"
#include "wali/native/base/write_all.h"
#include "wali/native/engine/engine.h"
#include "wali/native/engine/internals/vm_function.h"
#include "wali/native/process/exit.h"
#include "wali/native/process/settings.h"
#include "wali/native/thread/guest_call.h"
#include "wali/native/thread/thread.h"

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Whole numbers below are written without an exponent. */
#define MOST_WHOLE 1e15

_Noreturn void cannot_begin(int status, const char *format, ...)
{
    char text[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    fatal_say("wali: %s: %s", settings->module_path, text);
    for (;;) {
        KERNEL(exit_group, status);
    }
}

static bool read_types(const wasm_valtype_vec_t *types, struct invoke_values *values)
{
    static const char letters[] = {[WASM_I32] = 'i', [WASM_I64] = 'I', [WASM_F32] = 'f', [WASM_F64] = 'F'};
    values->count = types->size;
    for (size_t i = 0; i < types->size && types->size <= MOST_VALUES; i++) {
        const uint8_t kind = engine_value_kind(types->data[i]);
        if (kind > WASM_F64) {
            return false;
        }
        values->letters[i] = letters[kind];
    }
    return types->size <= MOST_VALUES;
}

static bool read_integer(const char *text, unsigned bits, int64_t *value)
{
    char *end = NULL;
    errno = 0;
    *value = text[0] == '-' ? strtoll(text, &end, 0) : (int64_t)strtoull(text, &end, 0);
    const bool fits = bits == 64 || (*value >= INT32_MIN && *value <= (int64_t)UINT32_MAX);
    return errno == 0 && end != text && *end == '\0' && fits;
}

/* A word of the command line as a parameter.  False if it is no such number. */
static bool read_value(const char *text, char letter, wasmtime_val_raw_t *value)
{
    char *end = NULL;
    value->i64 = 0;
    if (letter == 'i' || letter == 'I') {
        return read_integer(text, letter == 'i' ? 32 : 64, &value->i64);
    }
    if (letter == 'f') {
        const float number = strtof(text, &end);
        memcpy(value, &number, sizeof number);
    } else {
        const double number = strtod(text, &end);
        memcpy(value, &number, sizeof number);
    }
    return end != text && *end == '\0';
}

/* The fewest digits that mean the same number; all digits of a whole one that is not very large. */
static void float_text(double number, bool is_double, char *text, size_t size)
{
    if (number > -MOST_WHOLE && number < MOST_WHOLE && number == (double)(int64_t)number) {
        snprintf(text, size, "%.0f", number);
        return;
    }
    int digits = 1;
    const int most = is_double ? 17 : 9;
    do {
        snprintf(text, size, "%.*g", digits, number);
    } while (digits++ < most &&
             (is_double ? strtod(text, NULL) != number : strtof(text, NULL) != (float)number));
}

static void write_result(char letter, const wasmtime_val_raw_t *value)
{
    char line[64];
    if (letter == 'i' || letter == 'I') {
        snprintf(line, sizeof line - 1, "%lld",
                 letter == 'i' ? (long long)value->i32 : (long long)value->i64);
    } else if (letter == 'f') {
        float number;
        memcpy(&number, value, sizeof number);
        float_text((double)number, false, line, sizeof line - 1);
    } else {
        double number;
        memcpy(&number, value, sizeof number);
        float_text(number, true, line, sizeof line - 1);
    }
    strcat(line, "\n");
    const int failure = write_all(STDOUT_FILENO, line, strlen(line));
    if (failure != 0) {
        cannot_begin(NOT_WRITTEN, "standard output: %s", strerror(failure));
    }
}

static bool read_type(const wasmtime_func_t *function, struct invoke_values *params,
                      struct invoke_values *results)
{
    if (!vm_is_compiled(wali_self->engine.context, function)) {
        return false;
    }
    wasm_functype_t *type = engine.wasmtime_func_type(wali_self->engine.context, function);
    const wasm_valtype_vec_t *taken = engine.wasm_functype_params(type);
    const wasm_valtype_vec_t *given = engine.wasm_functype_results(type);
    const bool is_read = read_types(taken, params) && read_types(given, results);
    engine.wasm_functype_delete(type);
    return is_read;
}

void invoke_read(struct invocation *invocation, const char *name, const wasmtime_func_t *function)
{
    const struct invoke_values *const params = &invocation->params;
    invocation->function = *function;
    if (!read_type(function, &invocation->params, &invocation->results)) {
        cannot_begin(WRONG_OPTION,
                     "--invoke %s: not a function of its own that takes and gives numbers, %d at most", name,
                     MOST_VALUES);
    }
    const size_t given = settings->argc > 0 ? (size_t)settings->argc - 1 : 0;
    if (given != params->count) {
        cannot_begin(WRONG_OPTION, "--invoke %s: takes %zu arguments, not %zu", name, params->count, given);
    }
    for (size_t i = 0; i < given; i++) {
        const char *word = settings->argv[i + 1];
        if (!read_value(word, params->letters[i], &invocation->values[i])) {
            cannot_begin(WRONG_OPTION, "--invoke %s: argument %zu, %s, is not a number of its type", name,
                         i + 1, word);
        }
    }
}

_Noreturn void invoke_run(struct invocation *invocation)
{
    const struct invoke_values *const params = &invocation->params, *const results = &invocation->results;
    const size_t count = params->count > results->count ? params->count : results->count;
    const bool left = guest_call(wali_self, &invocation->function, invocation->values, count);
    for (size_t i = 0; i < results->count && !left; i++) {
        write_result(results->letters[i], &invocation->values[i]);
    }
    process_exit(0);
}
