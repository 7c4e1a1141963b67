/* An O_PATH descriptor holds a file that no driver has been asked for yet, so other threads of the
 * guest may do with it what they like.  But they must not put another file in its place between
 * the look and the opening: its number is pinned meanwhile (wali/native/thread/fd_use.h).
 *
 * The file is then opened by its link in the thread's folder of descriptors on procfs.  A guest that
 * may mount could cover that folder, or, before Linux 6.12, the link itself.  So the folder is
 * reached from the root of a procfs without a step to another mount, and older kernels leave the
 * opening to a helper. */
#define _GNU_SOURCE
#include "syscalls/handlers/open_pinned.h"

#include "wali/native/base/kernel.h"
#include "wali/native/files/own_exe.h"
#include "wali/native/files/pinned_fd.h"
#include "wali/native/files/real_proc.h"
#include "wali/native/files/refused.h"
#include "wali/native/thread/fd_use.h"

#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/utsname.h>

#define MOST_TRIES 4 /* between a file that is not there and one that is */

/* Whether the kernel keeps links in /proc/<pid>/fd from being mounted over: Linux 6.12. */
static bool links_are_sound(void)
{
    static atomic_int known; /* 1: no, 2: yes */
    struct utsname system;
    if (atomic_load_explicit(&known, memory_order_relaxed) == 0) {
        int version = 0, patchlevel = 0;
        const bool sound = KERNEL(uname, &system) == 0 &&
                           sscanf(system.release, "%d.%d", &version, &patchlevel) == 2 &&
                           (version > 6 || (version == 6 && patchlevel >= 12));
        atomic_store_explicit(&known, sound ? 2 : 1, memory_order_relaxed);
    }
    return atomic_load_explicit(&known, memory_order_relaxed) == 2;
}

static int64_t open_as(const struct open_request *request, const struct open_how *how)
{
    if (request->by_handle) {
        return KERNEL_WAIT(open_by_handle_at, request->dirfd, request->handle, how->flags);
    }
    return request->size == 0 ? KERNEL_WAIT(openat, request->dirfd, request->path, how->flags, how->mode)
                              : KERNEL_WAIT_NR(SYS_openat2, request->dirfd, request->path, how, sizeof *how);
}

static int64_t open_path_only(const struct open_request *request)
{
    const struct open_how how = {
        .flags = O_PATH | O_CLOEXEC | (request->how->flags & O_NOFOLLOW),
        .resolve = request->size == 0 ? 0 : request->how->resolve,
    };
    return open_as(request, &how);
}

static int64_t open_with(const struct open_request *request, uint64_t more)
{
    struct open_how how = *request->how;
    how.flags |= more;
    return open_as(request, &how);
}

/* Opens what a pinned descriptor holds, on another number. */
static int64_t open_again(int64_t path_fd, uint64_t flags)
{
    char link[16];
    const int64_t folder = real_proc_open("thread-self/fd", O_PATH | O_DIRECTORY);
    if (folder < 0) {
        return UNDECIDED_OPEN;
    }
    struct pin *const pin = fd_pin(folder);
    int64_t fd = UNDECIDED_OPEN;
    if (pin != NULL && is_on_proc(folder)) { /* only procfs's root has a thread-self */
        snprintf(link, sizeof link, "%d", (int)path_fd);
        fd = KERNEL_WAIT(openat, folder, link, (flags | O_CLOEXEC) & ~(uint64_t)O_CREAT, 0);
    }
    if (pin != NULL) {
        pin_remove(pin);
    }
    fd_close(folder);
    return fd;
}

/* Puts an open file in the place of the pinned descriptor, which is the lowest that was free. */
static int64_t put_in_place(int64_t fd, int64_t place, uint64_t flags)
{
    const int64_t result = KERNEL(dup3, fd, place, flags & O_CLOEXEC);
    fd_close(fd);
    return result;
}

/* A directory is nothing to refuse.  O_DIRECTORY makes the kernel mount what is to be mounted there
 * first, but would show in F_GETFL, so the directory is opened once more. */
static int64_t open_directory(const struct open_request *request)
{
    const uint64_t flags = request->how->flags;
    if ((flags & O_CREAT) != 0) {
        return -EISDIR;
    }
    const int64_t fd = open_with(request, O_DIRECTORY);
    const int64_t again = fd < 0 ? fd : KERNEL(openat, fd, ".", (flags | O_CLOEXEC) & ~(uint64_t)O_TRUNC, 0);
    return fd < 0 || again < 0 ? fd : put_in_place(again, fd, flags);
}

/* What the link in /proc/<pid>/fd would lose: O_NOFOLLOW, which F_GETFL shows; and O_CREAT, from
 * which sticky directories protect the files of others (fs.protected_regular, proc_sys_fs(5)).  The
 * link /proc/self/exe has a meaning of its own. */
static bool wants_helper(const struct open_request *request, const struct stat *st)
{
    const uint64_t flags = request->how->flags;
    return (flags & O_NOFOLLOW) != 0 || ((flags & O_CREAT) != 0 && st->st_uid != KERNEL(geteuid)) ||
           is_host_program(st->st_dev, st->st_ino);
}

/* Opens what a pinned descriptor holds, in its place; or -errno. */
static int64_t open_held(const struct open_request *request, int64_t path_fd, const struct stat *st)
{
    const uint64_t flags = request->how->flags;
    const enum verdict verdict = verdict_of_path(path_fd, st);
    if (S_ISLNK(st->st_mode)) { /* not followed, as was asked for */
        return -ELOOP;
    }
    if (verdict != GRANTED) {
        return verdict == REFUSED ? -EACCES : UNDECIDED_OPEN;
    }
    if (((flags & O_ACCMODE) != O_RDONLY || (flags & O_TRUNC) != 0) && is_guest_program(path_fd, st)) {
        return -ETXTBSY;
    }
    if (wants_helper(request, st)) {
        return UNDECIDED_OPEN;
    }
    const int64_t fd = open_again(path_fd, flags);
    return fd < 0 ? fd : put_in_place(fd, path_fd, flags);
}

static int64_t open_what_is_there(const struct open_request *request, int64_t path_fd)
{
    struct stat st;
    int64_t result = UNDECIDED_OPEN;
    struct pin *const pin = fd_pin(path_fd);
    const bool known = pin != NULL && KERNEL(fstat, path_fd, &st) == 0;
    const bool is_directory = known && S_ISDIR(st.st_mode);
    if (known && !is_directory) {
        result = open_held(request, path_fd, &st);
    }
    if (pin != NULL) {
        pin_remove(pin);
    }
    if (result >= 0) {
        return result;
    }
    fd_close(path_fd);
    return is_directory ? open_directory(request) : result;
}

/* The kernel looks at flags before it looks at the path. */
int64_t open_flags_error(const struct open_request *request)
{
    const int64_t result = request->size == 0
                               ? KERNEL(openat, AT_FDCWD, NULL, request->how->flags, request->how->mode)
                               : KERNEL_NR(SYS_openat2, AT_FDCWD, NULL, request->how, request->size);
    return result == -EFAULT ? 0 : result;
}

int64_t open_pinned(const struct open_request *request)
{
    if (!links_are_sound()) {
        return UNDECIDED_OPEN;
    }
    const bool creates = !request->by_handle && (request->how->flags & O_CREAT) != 0;
    const int64_t wrong = request->by_handle ? 0 : open_flags_error(request);
    if (wrong < 0) {
        return wrong;
    }
    for (int tries = 0; tries < MOST_TRIES; tries++) {
        const int64_t path_fd = open_path_only(request);
        if (path_fd >= 0) {
            return open_what_is_there(request, path_fd);
        }
        if (!creates || (path_fd != -ENOENT && path_fd != -ENOTDIR)) {
            return path_fd;
        }
        /* A new file is nothing to refuse.  "file/" is ENOTDIR, but EISDIR with O_CREAT. */
        const int64_t fd = open_with(request, O_EXCL);
        if (fd != -EEXIST) {
            return fd;
        }
    }
    return UNDECIDED_OPEN; /* a link to where nothing is */
}
