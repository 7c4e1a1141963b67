/* readlink(2), stat(2), fstatat(2), statx(2): the kernel's calls, but for /proc/self/exe. */
#define _GNU_SOURCE
#include "syscalls/_generated/handlers.h"
#include "syscalls/handlers/host_pointer.h"
#include "syscalls/handlers/own_exe.h"
#include "wali/native/base/kernel.h"
#include "wali/native/files/own_exe.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

/* Whether the text of a link, as far as `room` bytes show it, is the path of the host's program. */
static bool names_host_program(const char *text, int64_t length, uint32_t room)
{
    const size_t full = wali_program.host_length;
    return length > 0 && (uint64_t)length == (full < room ? full : room) &&
           memcmp(text, wali_program.host_path, (size_t)length) == 0;
}

/* By a buffer of the host's: the guest's must not hold the end of the host's path behind a shorter
 * answer.  A size that is negative to the kernel is the kernel's to refuse. */
int64_t sys_readlinkat(int32_t dirfd, gaddr_t path, gaddr_t buffer, uint32_t size)
{
    char text[PATH_MAX];
    const uint32_t room = size > sizeof text && size <= INT_MAX ? (uint32_t)sizeof text : size;
    const int64_t length = KERNEL(readlinkat, dirfd, host_pointer(path, 1), text, room);
    const char *shown = text;
    int64_t answer = length;
    if (names_host_program(text, length, room) && is_own_exe(dirfd, path)) {
        const size_t full = strlen(wali_program.path);
        shown = wali_program.path;
        answer = (int64_t)(full < size ? full : size);
    }
    return answer <= 0 || copy_out(buffer, shown, (size_t)answer) ? answer : -EFAULT;
}

int64_t sys_readlink(gaddr_t path, gaddr_t buffer, uint32_t size)
{
    return sys_readlinkat(AT_FDCWD, path, buffer, size);
}

int64_t sys_newfstatat(int32_t dirfd, gaddr_t path, gaddr_t to, uint32_t flags)
{
    struct {
        uint64_t device, inode;
    } found;
    void *const host = host_pointer(to, sizeof(struct stat));
    const int64_t result = KERNEL(newfstatat, dirfd, host_pointer(path, 1), host, flags);
    if (result == 0 && copy_in(&found, to, sizeof found) && is_host_program(found.device, found.inode) &&
        is_own_exe(dirfd, path)) {
        return KERNEL(stat, wali_program.path, host);
    }
    return result;
}

int64_t sys_stat(gaddr_t path, gaddr_t to)
{
    return sys_newfstatat(AT_FDCWD, path, to, 0);
}

int64_t sys_statx(int32_t dirfd, gaddr_t path, uint32_t flags, uint32_t mask, gaddr_t to)
{
    struct statx found;
    void *const host = host_pointer(to, sizeof found);
    const int64_t result = KERNEL(statx, dirfd, host_pointer(path, 1), flags, mask, host);
    if (result == 0 && copy_in(&found, to, sizeof found) &&
        is_host_program(makedev(found.stx_dev_major, found.stx_dev_minor), found.stx_ino) &&
        is_own_exe(dirfd, path)) {
        return KERNEL(statx, AT_FDCWD, wali_program.path, flags & ~(uint32_t)AT_SYMLINK_NOFOLLOW, mask, host);
    }
    return result;
}
