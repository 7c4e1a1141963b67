/* Opening what lies below a folder without openat2(2): one component after the other.  The answers
 * are those of openat2(2) with RESOLVE_NO_MAGICLINKS, and with RESOLVE_BENEATH if the path is
 * confined. */
#ifndef WALI_WASI_WALK_H
#define WALI_WASI_WALK_H

#include <stdbool.h>
#include <stdint.h>

/* Where paths begin. */
struct path_origin {
    int folder;    /* a descriptor of the host's */
    bool confined; /* nothing outside the folder can be reached */
};

/* Opens as openat2(2) does; O_CLOEXEC is added.  A path that leads out of a confined origin is
 * -EXDEV.  -EAGAIN: something was renamed meanwhile, and another try may do. */
int64_t walk_open(const struct path_origin *origin, const char *path, uint64_t flags, uint32_t mode)
    __attribute__((visibility("hidden")));

#endif
