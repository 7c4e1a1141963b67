/* Calling an export by its name, for --invoke: the guest's arguments are its parameters. */
#ifndef WALI_START_INVOKE_H
#define WALI_START_INVOKE_H

#include "wali/native/engine/engine.h"

#include <stddef.h>

/* Of parameters or results. */
#define MOST_VALUES 64

/* The values of one direction: a letter each, i and I for integers, f and F for floats of 32 and 64
 * bits. */
struct invoke_values {
    size_t count;
    char letters[MOST_VALUES];
};

/* A call of an export. */
struct invocation {
    wasmtime_func_t function;
    struct invoke_values params, results;
    wasmtime_val_raw_t values[MOST_VALUES];
};

/* Reads the types of a function and the arguments for it.  Ends the process if they do not fit, before
 * anything of the module's has run. */
void invoke_read(struct invocation *invocation, const char *name, const wasmtime_func_t *function)
    __attribute__((visibility("hidden")));

/* Makes the call, and writes its results to standard output, one a line.  Ends the process. */
_Noreturn void invoke_run(struct invocation *invocation) __attribute__((visibility("hidden")));

/* The statuses of wali-run for results that could not be written, for a command line that does not fit the
 * module, and for what is no program. */
enum { NOT_WRITTEN = 1, WRONG_OPTION = 2, NOT_RUNNABLE = 126 };

/* Ends the process with one of them, after a line that says why. */
_Noreturn void cannot_begin(int status, const char *format, ...)
    __attribute__((format(printf, 2, 3), visibility("hidden")));

#endif
