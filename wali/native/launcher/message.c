#include "wali/native/launcher/message.h"

#include "wali/native/base/printable.h"

#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int message(int status, const char *format, ...)
{
    static char text[4 * PATH_MAX], shown[sizeof text];
    const char *no_colour = getenv("NO_COLOR");
    const bool red = isatty(STDERR_FILENO) && (no_colour == NULL || no_colour[0] == '\0');
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    wali_printable(text, strlen(text), shown, sizeof shown);
    fprintf(stderr, "%swali-run%s: %s\n", red ? "\033[1;31m" : "", red ? "\033[0m" : "", shown);
    return status;
}
