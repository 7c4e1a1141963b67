#include "wali/native/base/error.h"

#include <stdarg.h>
#include <stdio.h>

int error_set(wali_error *error, int code, int errnum, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    error->code = code;
    error->errnum = errnum;
    vsnprintf(error->text, sizeof error->text, format, arguments);
    va_end(arguments);
    return -1;
}
