/* The guest's program, and the host's, which the kernel shows as /proc/self/exe instead. */
#ifndef WALI_FILES_OWN_EXE_H
#define WALI_FILES_OWN_EXE_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

struct wali_program {
    char path[PATH_MAX];      /* the guest's program, resolved as in /proc/self/exe */
    char host_path[PATH_MAX]; /* what the kernel's /proc/self/exe says */
    size_t host_length;       /* of host_path; 0 if it cannot be read */
    dev_t host_device;
    ino_t host_inode;
    dev_t device; /* of the guest's program; 0 if it is not known when the file was made */
    ino_t inode;
    int64_t birth; /* in nanoseconds: another file may get the inode's number one day */
};

extern struct wali_program wali_program __attribute__((visibility("hidden")));

/* Sets wali_program; called before the guest starts. */
void own_exe_begin(const char *module_path) __attribute__((visibility("hidden")));

/* Whether a file is the host's program. */
static inline bool is_host_program(dev_t device, ino_t inode)
{
    return inode == wali_program.host_inode && device == wali_program.host_device;
}

/* Whether a file is the guest's program, which cannot be opened for writing while it runs (open(2),
 * ETXTBSY).  *st is what fstat(2) says of fd, which may be an O_PATH descriptor.  Makes a system
 * call only if the number of the inode fits. */
bool is_guest_program(int64_t fd, const struct stat *st) __attribute__((visibility("hidden")));

/* The same for a path, relative to dirfd, that has the program's name; false for other names. */
bool names_guest_program(int dirfd, const char *path) __attribute__((visibility("hidden")));

/* Whether a path, relative to dirfd, names the process's own link to its program: /proc/self/exe in
 * any spelling.  Makes several system calls if the path's last part is "exe". */
bool path_is_own_exe(int dirfd, const char *path) __attribute__((visibility("hidden")));

/* Whether a path, relative to dirfd, ends in the name `last`, in the process's own folder in /proc or
 * in the folder `below` it ("/fd"), in any spelling. */
bool path_is_own(int dirfd, const char *path, const char *last, const char *below)
    __attribute__((visibility("hidden")));

#endif
