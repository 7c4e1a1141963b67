/* The start-up imports of WALI: arguments, environment, the process's end. */
#ifndef WALI_CALLS_WALI_IMPORTS_H
#define WALI_CALLS_WALI_IMPORTS_H

#include "wali/native/engine/engine.h"

#include <sys/stat.h>

/* An import that is not a system call. */
struct startup_import {
    const char *name;
    const char *signature; /* parameters, 'i' or 'I' each */
    char result;           /* 'i' for an i32, '-' for none, 0 where any will do */
    wali_entry_t entry;
};

/* After the guest has opened a file, while wali_process.environment_fd >= 0. */
void environment_opened(const struct stat *opened) __attribute__((visibility("hidden")));

extern const struct startup_import startup_imports[] __attribute__((visibility("hidden")));
extern const size_t startup_import_count __attribute__((visibility("hidden")));

#endif
