/* A call that opens a file by a path or a handle. */
#ifndef WALI_OPEN_REQUEST_H
#define WALI_OPEN_REQUEST_H

#include <linux/openat2.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct open_request {
    int dirfd;
    const char *path;
    bool by_handle;             /* open_by_handle_at(2), with path "" */
    const void *handle;         /* NULL is the kernel's to refuse */
    const struct open_how *how; /* with size 0 unknown flags are ignored: not openat2(2) */
    size_t size;
    bool on_proc; /* whether files on procfs may be opened */
};

#endif
