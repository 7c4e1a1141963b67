/* The one encoding of strings. */
#ifndef WALI_WASI_UTF8_H
#define WALI_WASI_UTF8_H

#include <stdbool.h>
#include <stddef.h>

/* Whether a text is UTF-8 as RFC 3629 has it; NULs are. */
bool is_utf8(const char *text, size_t length) __attribute__((visibility("hidden")));

#endif
