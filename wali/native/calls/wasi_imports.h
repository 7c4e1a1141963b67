/* The interface of WASI's module names: the functions of the tables in wasi/. */
#ifndef WALI_CALLS_WASI_IMPORTS_H
#define WALI_CALLS_WASI_IMPORTS_H

#include "wali/native/imports/interface.h"

#include <stdbool.h>

extern const struct import_interface wasi_imports __attribute__((visibility("hidden")));

/* Whether the module that was linked imports a function of WASI: it is a program of WASI. */
bool wasi_is_used(void) __attribute__((visibility("hidden")));

#endif
