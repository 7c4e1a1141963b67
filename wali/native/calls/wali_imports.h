/* The interface of the module name "wali": the calls of the table, and the auxiliary imports
 * (start-up, threads, setjmp). */
#ifndef WALI_CALLS_WALI_IMPORTS_H
#define WALI_CALLS_WALI_IMPORTS_H

#include "wali/native/imports/interface.h"

#include <stdbool.h>

extern const struct import_interface wali_imports __attribute__((visibility("hidden")));

/* Whether the module that was linked imports a function of WALI. */
bool wali_is_used(void) __attribute__((visibility("hidden")));

#endif
