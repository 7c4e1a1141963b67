/* Two things keep the kernel from opening a refused file, even for a moment.  With RESOLVE_NO_XDEV
 * the path stays on the mount where it begins, which is known to be of a file system for plain
 * files (path_origin.h), not procfs.  Such a file system may have device nodes too, so the file is
 * opened in a way that no character device allows:
 *   - a file that exists, with O_DIRECT.  The kernel refuses O_DIRECT (EINVAL) for all files whose
 *     pages no file system reads and writes (open(2)), before they get a descriptor.  The flag is
 *     removed once the file is open;
 *   - a new file, with O_EXCL.
 *
 * Which way fits is a guess, because the path may lead to another file by then.  A wrong guess
 * opens nothing, and a helper opens the file (open_apart.h). */
#define _GNU_SOURCE
#include "syscalls/handlers/open_near.h"

#include "wali/native/base/kernel.h"
#include "wali/native/files/own_exe.h"
#include "wali/native/files/path_origin.h"
#include "wali/native/files/pinned_fd.h"

#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>

/* The flags of open(2), which ignores all others.  openat2(2) refuses the others. */
#define KNOWN_FLAGS                                                                                          \
    (O_ACCMODE | O_CREAT | O_EXCL | O_NOCTTY | O_TRUNC | O_APPEND | O_NONBLOCK | O_SYNC | O_DSYNC |          \
     O_ASYNC | O_DIRECT | O_LARGEFILE | O_DIRECTORY | O_NOFOLLOW | O_NOATIME | O_CLOEXEC | O_PATH |          \
     O_TMPFILE)
#define LARGE_FILE 0100000 /* O_LARGEFILE, which is 0 in libc's headers */

/* The flag that fits the file at the path now; 0 if a helper has to open the file. */
static uint64_t fitting_flag(const char *path, uint64_t flags)
{
    struct stat st;
    const bool creates = (flags & O_CREAT) != 0;
    const int follow = (flags & O_NOFOLLOW) != 0 ? AT_SYMLINK_NOFOLLOW : 0;
    const int64_t failure = KERNEL(newfstatat, AT_FDCWD, path, &st, follow);
    if (failure < 0) {
        return failure == -ENOENT && creates ? O_EXCL : O_DIRECT;
    }
    if (st.st_ino == wali_program.inode) {
        return 0; /* perhaps the guest's program: it may not be emptied */
    }
    switch (st.st_mode & S_IFMT) {
    case S_IFREG:
    case S_IFLNK: /* with O_NOFOLLOW, which refuses a link */
        return O_DIRECT;
    default:
        /* A directory refuses O_DIRECT, and O_DIRECTORY would show in F_GETFL.  Opening a FIFO would
         * wait for the other end before the kernel refuses. */
        return 0;
    }
}

/* Whether the call's own result is unknown: the answer may come from the flag that was added, or
 * from a filter that does not know openat2(2).  RESOLVE_NO_XDEV itself answers -EXDEV. */
static bool is_undecided(int64_t result, uint64_t flag)
{
    switch (result) {
    case -ENOSYS:
    case -EPERM:
        return true;
    case -EINVAL:
        return flag == O_DIRECT;
    case -EEXIST:
        return flag == O_EXCL;
    default:
        return false;
    }
}

/* Removes O_DIRECT.  -EXDEV if that fails: the number may already be another file's, if another
 * thread has guessed it. */
static int64_t clear_direct(int64_t fd, uint64_t flags)
{
    if (KERNEL(fcntl, fd, F_SETFL, flags) == 0) {
        return fd;
    }
    fd_close(fd);
    return -EXDEV;
}

static int64_t open_as(const char *path, const struct open_how *given, size_t size, uint64_t flag)
{
    union {
        struct open_how known;
        uint8_t bytes[OPEN_HOW_MAX];
    } how;
    const uint64_t flags = given->flags;
    memcpy(how.bytes, given, size == 0 ? sizeof how.known : size);
    if (size == 0) {
        how.known.flags &= KNOWN_FLAGS | LARGE_FILE;
        how.known.mode &= (flags & O_CREAT) != 0 ? 07777 : 0;
    }
    how.known.flags |= flag;
    how.known.resolve |= RESOLVE_NO_XDEV;
    const int64_t result =
        KERNEL_WAIT_NR(SYS_openat2, AT_FDCWD, path, &how, size == 0 ? sizeof how.known : size);
    if (result >= 0 && flag == O_DIRECT && (flags & O_DIRECT) == 0) {
        return clear_direct(result, flags);
    }
    return is_undecided(result, flag) ? -EXDEV : result;
}

int64_t open_near(const char *path, const struct open_how *how, size_t size)
{
    const bool from_root = path[0] == '/' && (size == 0 || (how->resolve & RESOLVE_IN_ROOT) == 0);
    if (!path_origin_pin(from_root ? ORIGIN_ROOT : ORIGIN_DIRECTORY)) {
        return -EXDEV;
    }
    const uint64_t flag = fitting_flag(path, how->flags);
    const int64_t result = flag == 0 ? -EXDEV : open_as(path, how, size, flag);
    path_origin_unpin();
    return result;
}
