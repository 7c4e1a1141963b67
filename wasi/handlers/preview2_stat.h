/* What stat(2) says, as wasi:filesystem has it. */
#ifndef WALI_WASI_PREVIEW2_STAT_H
#define WALI_WASI_PREVIEW2_STAT_H

#include "wasi/_generated/preview2_types.h"

#include <stdint.h>
#include <sys/stat.h>
#include <time.h>

/* `descriptor-type` of a file. */
uint8_t wit_type_of(mode_t mode) __attribute__((visibility("hidden")));

/* A time; one before 1970 is none that a datetime can tell, and has no seconds. */
void wit_put_time(const struct timespec *time, struct wit_datetime *answer)
    __attribute__((visibility("hidden")));

void wit_stat_of(const struct stat *st, struct wit_descriptor_stat *answer)
    __attribute__((visibility("hidden")));

/* Tells files apart, and is the same as long as a file is there. */
void wit_hash_of(const struct stat *st, struct wit_metadata_hash_value *answer)
    __attribute__((visibility("hidden")));

/* The time for utimensat(2); one that the kernel does not take has nanoseconds that it refuses. */
struct timespec wit_time_in(const struct wit_new_timestamp *time) __attribute__((visibility("hidden")));

#endif
