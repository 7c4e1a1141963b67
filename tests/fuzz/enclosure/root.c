#define _GNU_SOURCE
#include "tests/fuzz/enclosure/root.h"

#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define PLACE "/sys" /* where the new root grows, until it is the root: a folder that nobody asks to see */
#define MOUNT_SETATTR 442
#define WHOLE_TREE 0x8000 /* AT_RECURSIVE */

static const char *const system_folders[] = {"/usr",       "/bin", "/lib", "/lib64", "/etc/ld.so.cache",
                                             "/etc/passwd"};
static const char *const devices[] = {"/dev/null",   "/dev/zero",    "/dev/full",
                                      "/dev/random", "/dev/urandom", "/dev/tty"};

static void make_parents(const char *path)
{
    char part[PATH_MAX];
    snprintf(part, sizeof part, "%s", path);
    for (char *at = part + 1; (at = strchr(at, '/')) != NULL; *at++ = '/') {
        *at = '\0';
        mkdir(part, 0755);
    }
}

static void be_read_only(const char *path)
{
    const struct {
        uint64_t set, clear, propagation, user_namespace;
    } read_only = {.set = 1 /* MOUNT_ATTR_RDONLY */};
    if (syscall(MOUNT_SETATTR, AT_FDCWD, path, WHOLE_TREE, &read_only, sizeof read_only) != 0) {
        cannot("mount_setattr");
    }
}

/* A path of the machine becomes visible at the same place; a link is made anew. */
static void show(const char *path, bool required, bool writable)
{
    char at[PATH_MAX], target[PATH_MAX];
    struct stat found;
    snprintf(at, sizeof at, PLACE "/new%s", path);
    if (lstat(path, &found) != 0) {
        if (required) {
            cannot(path);
        }
        return;
    }
    make_parents(at);
    if (S_ISLNK(found.st_mode)) {
        const ssize_t length = readlink(path, target, sizeof target - 1);
        target[length < 0 ? 0 : length] = '\0';
        if (symlink(target, at) != 0 && errno != EEXIST) {
            cannot(at);
        }
        return;
    }
    if (S_ISDIR(found.st_mode)) {
        mkdir(at, 0755);
    } else {
        close(open(at, O_CREAT | O_WRONLY | O_CLOEXEC, 0644));
    }
    if (mount(path, at, NULL, MS_BIND | MS_REC, NULL) != 0) {
        cannot(path);
    }
    if (!writable) {
        be_read_only(at);
    }
}

static void make_writable(const char *path, const char *options, uid_t owner)
{
    char at[PATH_MAX];
    snprintf(at, sizeof at, PLACE "/new%s", path);
    make_parents(at);
    mkdir(at, 0755);
    if (mount("tmpfs", at, "tmpfs", MS_NOSUID | MS_NODEV, options) != 0 || chown(at, owner, owner) != 0) {
        cannot(at);
    }
}

/* The old root is put aside, and taken away as soon as nothing is needed from it. */
static void become_root(void)
{
    if (chdir(PLACE "/new") != 0 || syscall(SYS_pivot_root, ".", ".") != 0 || umount2(".", MNT_DETACH) != 0 ||
        chdir("/") != 0) {
        cannot("pivot_root");
    }
}

void make_root(const struct seen *seen, uid_t owner)
{
    if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0) {
        cannot("make mounts private");
    }
    if (mount("tmpfs", PLACE, "tmpfs", MS_NOSUID, "size=64k,mode=755") != 0 ||
        mkdir(PLACE "/new", 0755) != 0 || mount(PLACE "/new", PLACE "/new", NULL, MS_BIND, NULL) != 0) {
        cannot(PLACE);
    }
    for (size_t i = 0; i < sizeof system_folders / sizeof *system_folders; i++) {
        show(system_folders[i], false, false);
    }
    for (size_t i = 0; i < sizeof devices / sizeof *devices; i++) {
        show(devices[i], false, true);
    }
    show("/proc", true, true);
    for (size_t i = 0; i < seen->count; i++) {
        show(seen->paths[i], true, false);
    }
    make_writable("/dev/shm", "size=4m,nr_inodes=256,mode=1777", owner);
    make_writable(SCRATCH, "size=32m,nr_inodes=4096,mode=755", owner);
    become_root();
}
