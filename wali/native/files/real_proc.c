#define _GNU_SOURCE
#include "wali/native/files/real_proc.h"

#include "wali/native/base/kernel.h"
#include "wali/native/files/pinned_fd.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#define PROC_ROOT 1 /* inode number of procfs's root */

bool is_on_proc(int64_t fd)
{
    struct statfs fs;
    return KERNEL(fstatfs, fd, &fs) == 0 && fs.f_type == PROC_SUPER_MAGIC;
}

int64_t real_proc_open(const char *path, uint64_t flags)
{
    const struct open_how how = {.flags = flags | O_CLOEXEC,
                                 .resolve = RESOLVE_NO_XDEV | RESOLVE_NO_MAGICLINKS};
    struct stat st;
    const int64_t root = KERNEL(open, "/proc", O_PATH | O_DIRECTORY | O_CLOEXEC, 0);
    if (root < 0) {
        return root;
    }
    int64_t fd = -ENOENT;
    if (KERNEL(fstat, root, &st) == 0 && st.st_ino == PROC_ROOT && is_on_proc(root)) {
        fd = KERNEL_NR(SYS_openat2, root, path, &how, sizeof how);
    }
    fd_close(root);
    return fd;
}

int64_t real_proc_readlink(const char *path, char *to, size_t size)
{
    const int64_t link = real_proc_open(path, O_PATH | O_NOFOLLOW);
    if (link < 0) {
        return link;
    }
    const int64_t length = KERNEL(readlinkat, link, "", to, size);
    fd_close(link);
    return length;
}

int64_t real_proc_reopen(int64_t fd, uint64_t flags)
{
    char link[40];
    const int64_t links = real_proc_open("self/fd", O_PATH | O_DIRECTORY);
    if (links < 0 && links != -ENOSYS) {
        return links;
    }
    snprintf(link, sizeof link, links < 0 ? "/proc/self/fd/%d" : "%d", (int)fd);
    const int64_t again = KERNEL(openat, links < 0 ? AT_FDCWD : links, link, flags | O_CLOEXEC, 0);
    if (links >= 0) {
        fd_close(links);
    }
    return again;
}
