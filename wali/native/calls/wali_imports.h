/* The interface WALI: the calls of the table, and the imports of start-up, threads and jumps. */
#ifndef WALI_CALLS_WALI_IMPORTS_H
#define WALI_CALLS_WALI_IMPORTS_H

#include "wali/native/imports/interface.h"

extern const struct import_interface wali_imports __attribute__((visibility("hidden")));

#endif
