/* The guest's program, in whose place the kernel knows the host's: /proc/self/exe. */
#ifndef WALI_FILES_OWN_EXE_H
#define WALI_FILES_OWN_EXE_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>

struct wali_program {
    char path[PATH_MAX];      /* the guest's, resolved, as /proc/self/exe names it */
    char host_path[PATH_MAX]; /* what the kernel says there */
    size_t host_length;
    dev_t host_device;
    ino_t host_inode;
};

extern struct wali_program wali_program __attribute__((visibility("hidden")));

void own_exe_begin(const char *module_path) __attribute__((visibility("hidden")));

/* Whether this file is the host's program. */
static inline bool is_host_program(dev_t device, ino_t inode)
{
    return inode == wali_program.host_inode && device == wali_program.host_device;
}

/* Whether a path is that of this process's own link to its program: /proc/self/exe, in any
 * spelling.  Not for the fast path. */
bool path_is_own_exe(int dirfd, const char *path) __attribute__((visibility("hidden")));

#endif
