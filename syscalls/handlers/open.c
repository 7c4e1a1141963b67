/* open(2), openat2(2), open_by_handle_at(2).
 *
 * A guest may never have a descriptor on the host's memory: /proc/<pid>/mem, its own or another
 * process's, which may be another guest; and the devices in device_refused.c.  A path proves
 * nothing (symbolic links, dirfd, chroot, bind mounts, reopening through /proc/self/fd), so the
 * opened file is looked at.  An O_PATH descriptor cannot be read, and is checked when it is opened
 * again.
 *
 * Threads share descriptors.  A thread that guesses the number could use or duplicate a refused
 * descriptor in the microsecond before it is closed.  So while there are several threads, nothing
 * is opened among them that may turn out to be refused.  Either the kernel is told not to open
 * anything of the kind (open_near.h), or a helper with a descriptor table of its own opens the file
 * and looks at it (open_apart.h).
 *
 * Left to the kernel: /proc/<pid>/map_files, which needs CAP_CHECKPOINT_RESTORE and holds plain
 * files that can be opened by their names as well; /proc/<pid>/pagemap, kpage* and clear_refs,
 * which hold no contents of memory. */
#define _GNU_SOURCE

#include "syscalls/handlers/open.h"

#include "syscalls/_generated/handlers.h"
#include "syscalls/handlers/device_refused.h"
#include "syscalls/handlers/host_pointer.h"
#include "syscalls/handlers/open_apart.h"
#include "syscalls/handlers/open_near.h"
#include "wali/native/base/kernel.h"
#include "wali/native/files/own_exe.h"
#include "wali/native/process/environment.h"
#include "wali/native/thread/thread.h"

#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>

static bool is_on_proc(int64_t fd)
{
    struct statfs fs;
    return KERNEL(fstatfs, fd, &fs) == 0 && fs.f_type == PROC_SUPER_MAGIC;
}

/* Whether this is a regular file on procfs that reads memory.  /proc/kcore has a size that no other
 * file comes near.  /proc/<pid>/mem is empty and has a permission to write, and it is the only such
 * file with negative offsets, because its offsets are addresses.  Name and path say nothing,
 * because a bind mount changes them.  The first test is nearly always enough. */
static bool is_memory(int64_t fd, const struct stat *st)
{
    const bool is_whole = st->st_size > INT64_C(1) << 40;
    if (!S_ISREG(st->st_mode) || major(st->st_dev) != 0 ||
        (!is_whole && (st->st_size != 0 || (st->st_mode & (S_IWUSR | S_IWGRP | S_IWOTH)) == 0)) ||
        !is_on_proc(fd)) {
        return false;
    }
    return is_whole || KERNEL(lseek, fd, INT64_MIN, SEEK_SET) == INT64_MIN;
}

static bool is_refused(int64_t fd, const struct stat *st)
{
    return S_ISCHR(st->st_mode) ? is_refused_device(st->st_rdev) : is_memory(fd, st);
}

/* A new file or a directory is no memory.  An O_PATH descriptor cannot be read. */
static bool is_harmless(uint64_t flags)
{
    return (flags & (O_DIRECTORY | O_PATH)) != 0 || (flags & (O_CREAT | O_EXCL)) == (O_CREAT | O_EXCL);
}

/* The descriptor if the guest may have it; else closes it: -EACCES.  An -errno stays. */
static int64_t check_fd(int64_t fd)
{
    struct stat st;
    if (fd < 0 || KERNEL(fstat, fd, &st) < 0 || !is_refused(fd, &st)) {
        return fd;
    }
    KERNEL(close, fd);
    return -EACCES;
}

/* The same after opening a path.  If the path is /proc/self/exe in some spelling, the guest's
 * program is opened in path_fd of the host's.  The name of the guest's program may lead anywhere by
 * now, so that file is checked too. */
static int64_t check_opened(int64_t fd, uint64_t flags, int dirfd, const char *path)
{
    struct stat st;
    if (fd >= 0 && KERNEL(fstat, fd, &st) == 0 && is_host_program(st.st_dev, st.st_ino) &&
        path_is_own_exe(dirfd, path)) {
        KERNEL(close, fd);
        fd = KERNEL(open, wali_program.path, flags, 0);
    }
    return check_fd(fd);
}

/* A call to open something. */
struct request {
    int dirfd;
    const char *path;
    bool by_handle;             /* open_by_handle_at(2), with path "" */
    const void *handle;         /* NULL is the kernel's to refuse */
    const struct open_how *how; /* with size 0 unknown flags are ignored: not openat2(2) */
    size_t size;
    bool on_proc; /* whether files on procfs may be opened */
};

static int64_t open_once(const struct request *request)
{
    const struct open_how *how = request->how;
    if (request->by_handle) {
        return KERNEL(open_by_handle_at, request->dirfd, request->handle, how->flags);
    }
    return request->size == 0 ? KERNEL(openat, request->dirfd, request->path, how->flags, how->mode)
                              : KERNEL(openat2, request->dirfd, request->path, how, request->size);
}

#ifndef SYS_close_range
#define SYS_close_range 436
#endif

static void close_others(int64_t one, int64_t other)
{
    const int64_t low = one < other ? one : other;
    const int64_t high = one < other ? other : one;
    if (low > 0) {
        KERNEL_NR(SYS_close_range, 0, low - 1, 0);
    }
    KERNEL_NR(SYS_close_range, low + 1, high - 1, 0);
    KERNEL_NR(SYS_close_range, high + 1, UINT32_MAX, 0);
}

/* Opens in a helper process, where opening may wait for the other end of a FIFO.  The helper's
 * copies of the guest's descriptors may not keep files open for so long.  So a FIFO is opened by
 * way of O_PATH, after all other descriptors are closed. */
static int64_t open_and_wait(const struct request *request, int needed)
{
    const uint64_t flags = request->how->flags;
    const struct open_how path_how = {.flags = O_PATH | O_CLOEXEC | (flags & O_NOFOLLOW),
                                      .resolve = request->size == 0 ? 0 : request->how->resolve};
    struct request path_request = *request;
    path_request.how = &path_how;
    path_request.size = request->size == 0 ? 0 : sizeof path_how;
    const int64_t path_fd = (flags & O_NONBLOCK) != 0 ? -EINVAL : open_once(&path_request);
    char link[40], text[8];
    struct stat st;
    if (path_fd < 0 || KERNEL(fstat, path_fd, &st) < 0 || !S_ISFIFO(st.st_mode)) {
        return open_once(request);
    }
    snprintf(link, sizeof link, "/proc/self/fd/%d", (int)path_fd);
    if (KERNEL(readlink, link, text, sizeof text) < 0) { /* procfs is not mounted */
        return open_once(request);
    }
    close_others(path_fd, needed);
    return KERNEL(open, link, flags & ~(uint64_t)(O_CREAT | O_NOFOLLOW), 0);
}

#define ON_PROC (-EREMCHG) /* an errno that no call that opens returns */

/* Runs in the helper. */
static int64_t open_checked(const void *given, int needed)
{
    const struct request *const request = given;
    const int64_t fd = request->on_proc ? open_once(request) : open_and_wait(request, needed);
    if (fd >= 0 && !request->on_proc && is_on_proc(fd)) {
        return ON_PROC;
    }
    return check_opened(fd, request->how->flags, request->dirfd, request->path);
}

/* Opens in a helper: a process first, then, for what is on procfs, a thread.  A process can be
 * killed while it waits, but has another /proc/self.  A thread has only another /proc/thread-self,
 * and nothing on procfs makes it wait. */
static int64_t open_in_helper(const struct request *given)
{
    static const char thread_self[] = "/proc/thread-self/";
    char own[PATH_MAX + 64];
    struct request request = *given;
    struct opening opening = {open_checked, &request, (request.how->flags & O_CLOEXEC) != 0, false};
    if (strncmp(request.path, thread_self, sizeof thread_self - 1) == 0) {
        snprintf(own, sizeof own, "/proc/self/task/%d/%s", (int)KERNEL(gettid),
                 request.path + sizeof thread_self - 1);
        request.path = own;
    }
    int64_t result = ON_PROC;
    if (strncmp(request.path, "/proc/", 6) != 0) { /* these paths lead to procfs in most cases */
        result = open_apart(&opening);
    }
    if (result == ON_PROC) {
        request.on_proc = true;
        opening.as_thread = true;
        result = open_apart(&opening);
    }
    return result;
}

static int64_t open_among_threads(int dirfd, const char *path, const struct open_how *how, size_t size)
{
    const struct request request = {dirfd, path, false, NULL, how, size, false};
    const int64_t result = dirfd == AT_FDCWD ? open_near(path, how, size) : -EXDEV;
    return result == -EXDEV ? open_in_helper(&request) : check_fd(result);
}

static int64_t open_path(int dirfd, gaddr_t path, const struct open_how *how, size_t size)
{
    char text[PATH_MAX];
    const bool harmless = is_harmless(how->flags);
    if (!harmless && threads_are_several()) {
        const int64_t length = copy_in_string(text, sizeof text, path);
        return length < 0 ? length : open_among_threads(dirfd, text, how, size);
    }
    void *const host = host_pointer(path, 1);
    const int64_t fd = size == 0 ? KERNEL_WAIT(openat, dirfd, host, how->flags, how->mode)
                                 : KERNEL_WAIT_NR(SYS_openat2, dirfd, host, how, size);
    struct stat st;
    if (fd < 0 || harmless || KERNEL(fstat, fd, &st) < 0) {
        return fd;
    }
    if (environment_fd >= 0) {
        environment_was_opened(&st);
    }
    const bool is_program = is_host_program(st.st_dev, st.st_ino);
    if (!is_program && !is_refused(fd, &st)) {
        return fd;
    }
    if (is_program && copy_in_string(text, sizeof text, path) <= 0) {
        return fd;
    }
    return check_opened(fd, how->flags, dirfd, text);
}

int64_t open_for_reading(int dirfd, const char *path, int flags)
{
    const struct open_how how = {.flags = (uint32_t)flags};
    return threads_are_several()
               ? open_among_threads(dirfd, path, &how, 0)
               : check_opened(KERNEL(openat, dirfd, path, flags, 0), how.flags, dirfd, path);
}

int64_t sys_openat(int32_t dirfd, gaddr_t path, int32_t flags, uint32_t mode)
{
    const struct open_how how = {.flags = (uint32_t)flags, .mode = mode};
    return open_path(dirfd, path, &how, 0);
}

int64_t sys_open(gaddr_t path, int32_t flags, uint32_t mode)
{
    return sys_openat(AT_FDCWD, path, flags, mode);
}

int64_t sys_creat(gaddr_t path, uint32_t mode)
{
    return sys_openat(AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, mode);
}

/* The struct is copied, so that the flags that are checked are the flags that are used. */
int64_t sys_openat2(int32_t dirfd, gaddr_t path, gaddr_t how, uint32_t size)
{
    union {
        struct open_how known;
        uint8_t bytes[OPEN_HOW_MAX];
    } copy;
    if (size < sizeof copy.known) {
        return -EINVAL;
    }
    if (size > OPEN_HOW_MAX) {
        return -E2BIG;
    }
    if (!copy_in(&copy, how, size)) {
        return -EFAULT;
    }
    return open_path(dirfd, path, &copy.known, size);
}

/* procfs has no handles.  A handle of a device leads to the same device as its name.  struct
 * file_handle says its own length, at most MAX_HANDLE_SZ: the kernel's read beyond guest memory
 * meets the guard and faults. */
int64_t sys_open_by_handle_at(int32_t mount_fd, gaddr_t handle, int32_t flags)
{
    void *host = host_pointer(handle, sizeof(struct file_handle));
    const struct open_how how = {.flags = (uint32_t)flags};
    const bool harmless = (how.flags & (O_DIRECTORY | O_PATH)) != 0; /* a handle creates no file */
    if (!harmless && threads_are_several()) {
        const struct request request = {mount_fd, "", true, host, &how, 0, false};
        return open_in_helper(&request);
    }
    const int64_t fd = KERNEL_WAIT(open_by_handle_at, mount_fd, host, flags);
    return harmless ? fd : check_fd(fd);
}
