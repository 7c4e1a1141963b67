/* The guest's program, and the host's, which the kernel shows as /proc/self/exe instead. */
#ifndef WALI_FILES_OWN_EXE_H
#define WALI_FILES_OWN_EXE_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>

struct wali_program {
    char path[PATH_MAX];      /* the guest's program, resolved as in /proc/self/exe */
    char host_path[PATH_MAX]; /* what the kernel's /proc/self/exe says */
    size_t host_length;       /* of host_path; 0 if it cannot be read */
    dev_t host_device;
    ino_t host_inode;
};

extern struct wali_program wali_program __attribute__((visibility("hidden")));

/* Sets wali_program; called before the guest starts. */
void own_exe_begin(const char *module_path) __attribute__((visibility("hidden")));

/* Whether a file is the host's program. */
static inline bool is_host_program(dev_t device, ino_t inode)
{
    return inode == wali_program.host_inode && device == wali_program.host_device;
}

/* Whether a path, relative to dirfd, names the process's own link to its program: /proc/self/exe in
 * any spelling.  Makes several system calls if the path's last part is "exe". */
bool path_is_own_exe(int dirfd, const char *path) __attribute__((visibility("hidden")));

#endif
