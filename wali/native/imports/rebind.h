/* Every system call through another entry first, from some moment on, for the whole
 * process.  Until then that costs nothing: what is bound is what the linker bound. */
#ifndef WALI_IMPORTS_REBIND_H
#define WALI_IMPORTS_REBIND_H

#include "wali/native/engine/engine.h"

#include <stdbool.h>

/* Finds where the engine keeps what it calls, once; it allocates, so a child that
 * may not must find it done.  False if that is nowhere to be seen. */
bool rebind_locate(wasmtime_context_t *context) __attribute__((visibility("hidden")));

/* Once it has learned.  The entry's environment is the row of the call. */
void rebind_calls(wali_entry_t entry) __attribute__((visibility("hidden")));

#endif
