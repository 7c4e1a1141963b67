/* Replacing the entries of all system calls by another entry, for the whole process.  Before that,
 * imports are bound to their own entries, so a call costs nothing more. */
#ifndef WALI_IMPORTS_REBIND_H
#define WALI_IMPORTS_REBIND_H

#include "wali/native/engine/engine.h"

#include <stdbool.h>

/* Finds the words in which the engine stores the entries; does nothing if they are known.  The
 * engine allocates for it, so it must have been called before a fork whose child may not allocate.
 * False if the words cannot be found. */
bool rebind_locate(wasmtime_context_t *context) __attribute__((visibility("hidden")));

/* Replaces the entries; rebind_locate has returned true before.  The entry's environment is the row
 * of the call. */
void rebind_calls(wali_entry_t entry) __attribute__((visibility("hidden")));

#endif
