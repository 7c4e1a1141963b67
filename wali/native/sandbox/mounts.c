#define _GNU_SOURCE
#include "wali/native/sandbox/mounts.h"

#include "wali/native/base/kernel.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <stddef.h>
#include <string.h>
#include <sys/mount.h>

#define OPEN_TREE 428
#define MOVE_MOUNT 429
#define FS_OPEN 430
#define FS_CONFIG 431
#define FS_MOUNT 432
#define OPENAT_BELOW 437 /* openat2 */
#define SET_ATTRIBUTES 442

#define COPY_TREE 1                                     /* OPEN_TREE_CLONE */
#define AND_BELOW 0x8000                                /* AT_RECURSIVE */
#define FROM_DESCRIPTOR 4                               /* MOVE_MOUNT_F_EMPTY_PATH */
#define TO_DESCRIPTOR 0x40                              /* MOVE_MOUNT_T_EMPTY_PATH */
#define SET_TEXT 1                                      /* FSCONFIG_SET_STRING */
#define CREATE 6                                        /* FSCONFIG_CMD_CREATE */
enum { NO_WRITING = 1, NO_SETUID = 2, NO_DEVICES = 4 }; /* MOUNT_ATTR_ */

struct attributes { /* struct mount_attr */
    uint64_t set, clear, propagation, users;
};

int64_t mounts_make_private(void)
{
    return KERNEL(mount, NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL);
}

int64_t mount_copy(const char *path)
{
    return KERNEL_NR(OPEN_TREE, AT_FDCWD, path, COPY_TREE | AND_BELOW | O_CLOEXEC);
}

int64_t mount_new_folder(void)
{
    const int64_t fs = KERNEL_NR(FS_OPEN, "tmpfs", 1); /* closed on exec */
    int64_t mount = fs;
    if (fs >= 0) {
        KERNEL_NR(FS_CONFIG, fs, SET_TEXT, "mode", "0755", 0);
        KERNEL_NR(FS_CONFIG, fs, SET_TEXT, "size", "1m", 0);
        mount = KERNEL_NR(FS_CONFIG, fs, CREATE, NULL, NULL, 0);
        mount = mount < 0 ? mount : KERNEL_NR(FS_MOUNT, fs, 1, NO_SETUID | NO_DEVICES);
        KERNEL(close, fs);
    }
    return mount;
}

int64_t mount_restrict(int64_t mount, bool writing, bool devices)
{
    const struct attributes attributes = {.set = NO_SETUID | (uint64_t)(writing ? NO_WRITING : 0) |
                                                 (uint64_t)(devices ? NO_DEVICES : 0)};
    return KERNEL_NR(SET_ATTRIBUTES, mount, "", AT_EMPTY_PATH | AND_BELOW, &attributes, sizeof attributes);
}

int64_t mount_restrict_one(int64_t mount)
{
    const struct attributes attributes = {.set = NO_WRITING};
    return KERNEL_NR(SET_ATTRIBUTES, mount, "", AT_EMPTY_PATH, &attributes, sizeof attributes);
}

int64_t mount_move(int64_t mount, int64_t place)
{
    return KERNEL_NR(MOVE_MOUNT, mount, "", place, "", FROM_DESCRIPTOR | TO_DESCRIPTOR);
}

int64_t mount_move_to(int64_t mount, const char *path)
{
    return KERNEL_NR(MOVE_MOUNT, mount, "", AT_FDCWD, path, FROM_DESCRIPTOR);
}

int64_t place_open(int64_t root, const char *path)
{
    const struct open_how how = {.flags = O_PATH | O_CLOEXEC,
                                 .resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS};
    return KERNEL_NR(OPENAT_BELOW, root, path, &how, sizeof how);
}

int64_t root_change(int64_t root)
{
    int64_t failure = KERNEL(fchdir, root);
    failure = failure < 0 ? failure : KERNEL(pivot_root, ".", ".");
    failure = failure < 0 ? failure : KERNEL(umount2, ".", MNT_DETACH);
    return failure < 0 ? failure : KERNEL(chdir, "/");
}

bool path_is_devices(const char *path)
{
    return strncmp(path, "/dev", 4) == 0 && (path[4] == '\0' || path[4] == '/');
}
