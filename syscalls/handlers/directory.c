/* chdir(2), fchdir(2), chroot(2), pivot_root(2), setns(2): the calls that move the root or the
 * current directory.
 *
 * The kernel makes these calls.  But while there are several threads, opening relies on the places
 * where paths begin (wali/native/files/path_origin.h): they may not come to lie on procfs, for
 * instance, unnoticed. */
#define _GNU_SOURCE
#include "syscalls/_generated/handlers.h"
#include "syscalls/handlers/host_pointer.h"
#include "wali/native/base/kernel.h"
#include "wali/native/files/path_origin.h"
#include "wali/native/files/pinned_fd.h"
#include "wali/native/thread/borrowed.h"
#include "wali/native/thread/fd_use.h"
#include "wali/native/thread/thread.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/vfs.h>

#define UNSUITED (-EREMCHG) /* an errno that no call here returns */

/* fchdir(2), if path_origin_suits() the directory's file system.  The descriptor is pinned, so that
 * no other thread replaces it between the look and the call.  UNSUITED also if that cannot be. */
static int64_t go_if_suited(int64_t fd)
{
    struct statfs fs;
    struct pin *const pin = fd_pin(fd);
    if (pin == NULL) {
        return UNSUITED;
    }
    int64_t result = KERNEL(fstatfs, fd, &fs);
    if (result == 0) {
        result = path_origin_suits(&fs) ? KERNEL(fchdir, fd) : UNSUITED;
    }
    pin_remove(pin);
    return result;
}

static int64_t go_to_path(const char *path)
{
    const int64_t fd = KERNEL(open, path, O_PATH | O_DIRECTORY | O_CLOEXEC, 0);
    if (fd < 0) {
        return fd == -EMFILE || fd == -ENFILE ? UNSUITED : fd;
    }
    const int64_t result = go_if_suited(fd);
    fd_close(fd);
    return result;
}

/* A process in its parent's memory has places of its own, unless it shares them: then they are
 * unknown already. */
static int64_t invalidate(void)
{
    return thread_borrows(wali_self) ? 0 : path_origin_invalidate();
}

int64_t sys_chdir(gaddr_t path)
{
    void *const host = host_pointer(path, 1);
    const int64_t result = threads_are_several() ? go_to_path(host) : UNSUITED;
    if (result != UNSUITED) {
        return result;
    }
    const int64_t busy = invalidate();
    return busy < 0 ? busy : KERNEL(chdir, host);
}

int64_t sys_fchdir(int32_t fd)
{
    const int64_t result = threads_are_several() ? go_if_suited(fd) : UNSUITED;
    if (result != UNSUITED) {
        return result;
    }
    const int64_t busy = invalidate();
    return busy < 0 ? busy : KERNEL(fchdir, fd);
}

int64_t sys_chroot(gaddr_t path)
{
    const int64_t busy = invalidate();
    return busy < 0 ? busy : KERNEL(chroot, host_pointer(path, 1));
}

int64_t sys_setns(int32_t fd, uint32_t type)
{
    const int64_t busy = invalidate();
    return busy < 0 ? busy : KERNEL(setns, fd, type);
}

/* pivot_root(2) moves the root of other processes too, and theirs may not come to lie on procfs
 * either. */
int64_t sys_pivot_root(gaddr_t new_root, gaddr_t put_old)
{
    struct statfs fs;
    const int64_t busy = invalidate();
    if (busy < 0) {
        return busy;
    }
    if (KERNEL(statfs, host_pointer(new_root, 1), &fs) == 0 && fs.f_type == PROC_SUPER_MAGIC) {
        return -EINVAL;
    }
    return KERNEL(pivot_root, host_pointer(new_root, 1), host_pointer(put_old, 1));
}
