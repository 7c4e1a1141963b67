/* Reading the lines of the cache and of compiled files: words with one space between them.  Nothing is
 * taken that is not as it is written. */
#ifndef WALI_START_FIELDS_H
#define WALI_START_FIELDS_H

#include <stdbool.h>
#include <stdint.h>

/* Takes the next word off the line at *at, which ends at a newline.  NULL if the line has no other.
 * The last one has taken the newline, and *at is then NULL. */
char *field_next(char **at) __attribute__((visibility("hidden")));

/* Numbers: decimal of at most 18 digits, 16 digits of base 16, and with a sign at most 10. */
bool field_size(const char *text, uint64_t *value) __attribute__((visibility("hidden")));
bool field_checksum(const char *text, uint64_t *value) __attribute__((visibility("hidden")));
bool field_delta(const char *text, int64_t *value) __attribute__((visibility("hidden")));

#endif
