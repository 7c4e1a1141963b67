/* Text that others have written, as a terminal may get it. */
#ifndef WALI_BASE_PRINTABLE_H
#define WALI_BASE_PRINTABLE_H

#include <stddef.h>

/* cdef begin */
/* Writes `length` bytes of text to out[size], and a NUL.  Control and format characters are escaped
 * as \n, \t, \r, \x1b or \u202e, a byte that is not UTF-8 as \x9b; all else stays as it is.  Cut,
 * between two characters, where `out` ends.  Returns the number of bytes written before the NUL.
 * Async-signal-safe. */
size_t wali_printable(const char *text, size_t length, char *out, size_t size);
/* cdef end */

#endif
