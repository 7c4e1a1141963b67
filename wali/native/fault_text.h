/* How the core reports to Python: one line of text. */
#ifndef WALI_FAULT_TEXT_H
#define WALI_FAULT_TEXT_H

#include "core.h"

/* Fills *error and returns -1. */
int fault(wali_error *error, int code, int errnum, const char *format, ...)
    __attribute__((format(printf, 4, 5), visibility("hidden")));

#endif
