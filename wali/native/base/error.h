/* How the core reports to Python: one line of text. */
#ifndef WALI_BASE_ERROR_H
#define WALI_BASE_ERROR_H

#include "wali/native/start/core.h"

/* Fills *error and returns -1. */
int error_set(wali_error *error, int code, int errnum, const char *format, ...)
    __attribute__((format(printf, 4, 5), visibility("hidden")));

#endif
