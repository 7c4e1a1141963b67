/* Opening files for the guest, by the flags and rights of preview1, to which those of preview2 come down. */
#ifndef WALI_WASI_OPENING_H
#define WALI_WASI_OPENING_H

#include "wasi/descriptors.h"
#include "wasi/lookup.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

#define OPENED_FOR_READING (RIGHT_FD_READ | RIGHT_FD_READDIR)
#define OPENED_FOR_WRITING (RIGHT_FD_WRITE | RIGHT_FD_ALLOCATE | RIGHT_FD_FILESTAT_SET_SIZE)

#define USUAL_PERMISSIONS 0666

/* What is asked for. */
struct opening {
    bool follows;
    uint32_t oflags;
    uint64_t base;
    uint64_t inheriting;
    uint32_t fdflags;
    uint32_t permissions; /* of a file that is made, but for the umask */
};

/* Opens the path, and says what a descriptor is to be made of, which must be made next: 0, -errno or
 * WASI_ERROR(). */
int64_t opening_open(struct lookup *lookup, const struct opening *opening, struct descriptor_plan *plan,
                     struct stat *st) __attribute__((visibility("hidden")));

#endif
