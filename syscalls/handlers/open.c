/* open(2), openat2(2), open_by_handle_at(2).
 *
 * What a guest may never have is a descriptor on /proc/<pid>/mem: its own would
 * be the host's memory, and that of another process perhaps another guest's.  A
 * path proves nothing (symbolic links, dirfd, chroot, bind mounts, reopening
 * through /proc/self/fd), so the opened file is looked at.  Descriptors that come
 * from an O_PATH one are opened again, and checked then.
 *
 * Left to the kernel: /dev/mem, /dev/kmem and /proc/kcore (CAP_SYS_RAWIO),
 * /proc/<pid>/map_files (CAP_CHECKPOINT_RESTORE; yields plain files, which can be
 * opened by their names as well), /proc/<pid>/pagemap, kpage* and clear_refs (no
 * contents).  What stays open: threads share descriptors, so one that guesses the
 * number can use or duplicate it in the microsecond before it is closed again. */
#define _GNU_SOURCE

#include "host_pointer.h"
#include "own_exe.h"
#include "syscalls/_generated/handlers.h"
#include "wali/native/kernel.h"
#include "wali/native/process.h"
#include "wali/native/startup.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>

#define HOW_MAX 4096 /* the kernel's limit on an extended struct (openat2(2)) */

/* A regular, empty file on procfs that somebody may write and whose offset can
 * be negative: only there is an offset an address.  Name and path cannot be
 * asked, as a bind mount changes them.  The first test is nearly always enough. */
static bool is_process_memory(int64_t fd, const struct stat *st)
{
    if (!S_ISREG(st->st_mode) || st->st_size != 0 || major(st->st_dev) != 0 ||
        (st->st_mode & (S_IWUSR | S_IWGRP | S_IWOTH)) == 0) {
        return false;
    }
    struct statfs fs;
    if (KERNEL(fstatfs, fd, &fs) < 0 || fs.f_type != PROC_SUPER_MAGIC) {
        return false;
    }
    return KERNEL(lseek, fd, INT64_MIN, SEEK_SET) == INT64_MIN;
}

/* A new file or a directory is not on procfs, or not memory; an O_PATH
 * descriptor cannot be read. */
static bool is_harmless(uint64_t flags)
{
    return (flags & (O_DIRECTORY | O_PATH)) != 0 || (flags & (O_CREAT | O_EXCL)) == (O_CREAT | O_EXCL);
}

/* What came of opening a path: the descriptor, if the guest may have it. */
static int64_t checked(int64_t fd, uint64_t flags, int dirfd, gaddr_t path)
{
    struct stat st;
    if (fd < 0 || is_harmless(flags) || KERNEL(fstat, fd, &st) < 0) {
        return fd;
    }
    if (wali_process.environment_fd >= 0) {
        environment_opened(&st);
    }
    if (is_host_program(st.st_dev, st.st_ino) && is_own_exe(dirfd, path)) {
        KERNEL(close, fd);
        return KERNEL(open, wali_program.path, flags, 0);
    }
    if (!is_process_memory(fd, &st)) {
        return fd;
    }
    KERNEL(close, fd);
    return -EACCES;
}

int64_t sys_openat(int32_t dirfd, gaddr_t path, int32_t flags, uint32_t mode)
{
    return checked(KERNEL_WAIT(openat, dirfd, host_pointer(path, 1), flags, mode), (uint32_t)flags, dirfd,
                   path);
}

int64_t sys_open(gaddr_t path, int32_t flags, uint32_t mode)
{
    return sys_openat(AT_FDCWD, path, flags, mode);
}

int64_t sys_creat(gaddr_t path, uint32_t mode)
{
    return sys_openat(AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, mode);
}

/* The struct is copied, so that the flags looked at are the flags used. */
int64_t sys_openat2(int32_t dirfd, gaddr_t path, gaddr_t how, uint32_t size)
{
    union {
        struct open_how known;
        uint8_t bytes[HOW_MAX];
    } copy;
    if (size < sizeof copy.known) {
        return -EINVAL;
    }
    if (size > HOW_MAX) {
        return -E2BIG;
    }
    if (!copy_in(&copy, how, size)) {
        return -EFAULT;
    }
    return checked(KERNEL_WAIT(openat2, dirfd, host_pointer(path, 1), &copy, size), copy.known.flags, dirfd,
                   path);
}

/* struct file_handle has a length of its own, at most MAX_HANDLE_SZ, which the
 * kernel reads; what leaves guest memory by that meets the guard and faults. */
int64_t sys_open_by_handle_at(int32_t mount_fd, gaddr_t handle, int32_t flags)
{
    void *host = host_pointer(handle, sizeof(struct file_handle));
    return checked(KERNEL_WAIT(open_by_handle_at, mount_fd, host, flags), (uint32_t)flags, AT_FDCWD,
                   gaddr(0));
}
