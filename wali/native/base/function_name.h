/* Names of functions as a backtrace shows them. */
#ifndef WALI_BASE_FUNCTION_NAME_H
#define WALI_BASE_FUNCTION_NAME_H

#include <stddef.h>

/* Copies the name of a function, of `length` bytes, to text[size] as a string, without the hash of
 * Rust's.  What is too long loses first what stands in C++'s template arguments, then its end: "..."
 * stands for either.  `size` is 8 at least. */
void function_name_show(const char *name, size_t length, char *text, size_t size)
    __attribute__((visibility("hidden")));

#endif
