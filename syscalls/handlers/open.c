/* open(2), openat2(2), open_by_handle_at(2).
 *
 * What is opened is looked at (refused.h).  An O_PATH descriptor cannot be read, and is looked at
 * when it is opened again.
 *
 * Threads share descriptors.  A thread that guesses the number could use or duplicate a refused
 * descriptor in the microsecond before it is closed.  So while there are several threads, nothing
 * is opened among them that may turn out to be refused.  Either the kernel is told not to open
 * anything of the kind (open_near.h), or the file is held by an O_PATH descriptor while it is looked
 * at (open_pinned.h), or a helper with a descriptor table of its own opens the file (open_apart.h). */
#define _GNU_SOURCE

#include "syscalls/handlers/open.h"

#include "syscalls/_generated/handlers.h"
#include "syscalls/handlers/host_pointer.h"
#include "syscalls/handlers/open_apart.h"
#include "syscalls/handlers/open_near.h"
#include "syscalls/handlers/open_pinned.h"
#include "syscalls/handlers/open_request.h"
#include "wali/native/base/kernel.h"
#include "wali/native/files/own_exe.h"
#include "wali/native/files/pinned_fd.h"
#include "wali/native/files/real_proc.h"
#include "wali/native/files/refused.h"
#include "wali/native/process/environment.h"
#include "wali/native/thread/thread.h"

#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* A new file or a directory is no memory.  An O_PATH descriptor cannot be read. */
static bool is_harmless(uint64_t flags)
{
    return (flags & (O_DIRECTORY | O_PATH)) != 0 || (flags & (O_CREAT | O_EXCL)) == (O_CREAT | O_EXCL);
}

/* check_fd() after opening a path.  If the path is /proc/self/exe in some spelling, the guest's
 * program is opened in path_fd of the host's.  The name of the guest's program may lead anywhere by
 * now, so that file is checked too. */
static int64_t check_opened(int64_t fd, uint64_t flags, int dirfd, const char *path)
{
    struct stat st;
    if (fd >= 0 && KERNEL(fstat, fd, &st) == 0 && is_host_program(st.st_dev, st.st_ino) &&
        path_is_own_exe(dirfd, path)) {
        fd_close(fd);
        fd = KERNEL(open, wali_program.path, flags, 0);
    }
    return check_fd(fd);
}

static int64_t open_once(const struct open_request *request)
{
    const struct open_how *how = request->how;
    if (request->by_handle) {
        return KERNEL(open_by_handle_at, request->dirfd, request->handle, how->flags);
    }
    return request->size == 0 ? KERNEL(openat, request->dirfd, request->path, how->flags, how->mode)
                              : KERNEL(openat2, request->dirfd, request->path, how, request->size);
}

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
static int64_t open_and_wait(const struct open_request *request, int needed)
{
    const uint64_t flags = request->how->flags;
    const struct open_how path_how = {.flags = O_PATH | O_CLOEXEC | (flags & O_NOFOLLOW),
                                      .resolve = request->size == 0 ? 0 : request->how->resolve};
    struct open_request path_request = *request;
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
    const struct open_request *const request = given;
    const int64_t fd = request->on_proc ? open_once(request) : open_and_wait(request, needed);
    if (fd >= 0 && !request->on_proc && is_on_proc(fd)) {
        return ON_PROC;
    }
    return check_opened(fd, request->how->flags, request->dirfd, request->path);
}

/* Opens in a helper: a process first, then, for what is on procfs, a thread.  A process can be
 * killed while it waits, but has another /proc/self.  A thread has only another /proc/thread-self,
 * and nothing on procfs makes it wait. */
static int64_t open_in_helper(const struct open_request *given)
{
    static const char thread_self[] = "/proc/thread-self/";
    char own[PATH_MAX + 64];
    struct open_request request = *given;
    struct opening opening = {open_checked, &request, (request.how->flags & O_CLOEXEC) != 0, false, NULL};
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

static int64_t open_anywhere(const struct open_request *request)
{
    const int64_t result = open_pinned(request);
    return result == UNDECIDED_OPEN ? open_in_helper(request) : result;
}

static int64_t open_among_threads(int dirfd, const char *path, const struct open_how *how, size_t size)
{
    const struct open_request request = {dirfd, path, false, NULL, how, size, false};
    const int64_t near = dirfd == AT_FDCWD ? open_near(path, how, size) : -EXDEV;
    return near == -EXDEV ? open_anywhere(&request) : check_fd(near);
}

/* The error of a path that cannot be read, unless the flags are wrong, which the kernel looks at
 * first. */
static int64_t flags_or_path_error(const struct open_how *how, size_t size, int64_t otherwise)
{
    const struct open_request nowhere = {AT_FDCWD, NULL, false, NULL, how, size, false};
    const int64_t wrong = open_flags_error(&nowhere);
    return wrong < 0 ? wrong : otherwise;
}

static bool writes(uint64_t flags)
{
    return (flags & O_ACCMODE) != O_RDONLY || (flags & O_TRUNC) != 0;
}

/* Whether a call would empty the running program.  With one thread only a path with the program's
 * name is looked at before the kernel opens it. */
static bool would_empty_program(int dirfd, gaddr_t path, uint64_t flags)
{
    char text[PATH_MAX];
    return (flags & (O_TRUNC | O_EXCL)) == O_TRUNC && copy_in_string(text, sizeof text, path) > 0 &&
           names_guest_program(dirfd, text);
}

static int64_t open_path(int dirfd, gaddr_t path, const struct open_how *how, size_t size)
{
    char text[PATH_MAX];
    const bool harmless = is_harmless(how->flags);
    if (!harmless && threads_are_several()) {
        const int64_t length = copy_in_string(text, sizeof text, path);
        return length < 0 ? flags_or_path_error(how, size, length)
                          : open_among_threads(dirfd, text, how, size);
    }
    void *const host = host_pointer(path, 1);
    if (would_empty_program(dirfd, path, how->flags)) {
        return -ETXTBSY;
    }
    const int64_t fd = size == 0 ? KERNEL_WAIT(openat, dirfd, host, how->flags, how->mode)
                                 : KERNEL_WAIT_NR(SYS_openat2, dirfd, host, how, size);
    struct stat st;
    if (fd < 0 || harmless || KERNEL(fstat, fd, &st) < 0) {
        return fd;
    }
    if (environment_fd >= 0) {
        environment_was_opened(&st);
    }
    if (writes(how->flags) && is_guest_program(fd, &st)) {
        fd_close(fd);
        return -ETXTBSY;
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
        const struct open_request request = {mount_fd, "", true, host, &how, 0, false};
        return open_anywhere(&request);
    }
    const int64_t fd = KERNEL_WAIT(open_by_handle_at, mount_fd, host, flags);
    return harmless ? fd : check_fd(fd);
}
