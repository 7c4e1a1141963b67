/* openat2(2) keeps a path below the folder where it begins (RESOLVE_BENEATH), whatever others
 * rename meanwhile.  Where the kernel does not know the call (before Linux 5.6), or a filter of
 * seccomp refuses it, walk.c does the same by steps.
 *
 * Magic links are never followed, for they lead to what the process has open, its root and its
 * program: all the host's. */
#define _GNU_SOURCE
#include "wasi/paths.h"

#include "wali/native/base/kernel.h"
#include "wasi/errors.h"
#include "wasi/utf8.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <stdatomic.h>
#include <string.h>

/* EAGAIN says that some folder was renamed, which need not be one of the path's. */
#define MOST_TRIES 32

int64_t path_copy_in(char to[PATH_MAX], struct wasi_list from, bool confined)
{
    if (from.count >= PATH_MAX) {
        return -ENAMETOOLONG;
    }
    if (!wasi_copy_in(to, from.at, from.count)) {
        return -EFAULT;
    }
    to[from.count] = '\0';
    if (from.count == 0) {
        return -ENOENT;
    }
    if (confined && !is_utf8(to, from.count)) {
        return -EILSEQ;
    }
    if (memchr(to, '\0', from.count) != NULL) {
        return -EINVAL;
    }
    return confined && to[0] == '/' ? -EPERM : 0;
}

static int64_t open_by_kernel(const struct path_origin *origin, const char *path, uint64_t flags,
                              uint32_t mode)
{
    const struct open_how how = {
        .flags = flags | O_CLOEXEC,
        .mode = (flags & O_CREAT) != 0 ? mode : 0,
        .resolve = RESOLVE_NO_MAGICLINKS | (origin->confined ? RESOLVE_BENEATH : 0),
    };
    return KERNEL_NR(SYS_openat2, origin->folder, path, &how, sizeof how);
}

/* Whether openat2(2) is there.  A filter may refuse it with EPERM, which files have, too: then it
 * is asked for what nobody refuses. */
static bool is_missing(int64_t result)
{
    static const struct path_origin root = {AT_FDCWD, false};
    if (result != -EPERM) {
        return result == -ENOSYS;
    }
    const int64_t fd = open_by_kernel(&root, "/", O_PATH, 0);
    if (fd >= 0) {
        KERNEL(close, fd);
    }
    return fd == -EPERM || fd == -ENOSYS;
}

static int64_t open_once(const struct path_origin *origin, const char *path, uint64_t flags, uint32_t mode,
                         int tries)
{
    static atomic_bool missing;
    if (!atomic_load_explicit(&missing, memory_order_relaxed) && tries < MOST_TRIES) {
        const int64_t result = open_by_kernel(origin, path, flags, mode);
        if (!is_missing(result)) {
            return result;
        }
        atomic_store_explicit(&missing, true, memory_order_relaxed);
    }
    return walk_open(origin, path, flags, mode);
}

/* The walk minds only what is renamed of its own path, so that it ends the tries where others
 * rename without end. */
int64_t path_open_from(const struct path_origin *origin, const char *path, uint64_t flags, uint32_t mode)
{
    int tries = 0;
    int64_t result;
    do {
        result = open_once(origin, path, flags, mode, tries);
    } while (result == -EINTR || (result == -EAGAIN && tries++ < 2 * MOST_TRIES));
    return result == -EXDEV ? WASI_ERROR(WASI_PERM) : result;
}

/* The calls that take the place's name do not follow a link there, even before a slash: mkdir(2),
 * rmdir(2), unlink(2), rename(2), and what link(2) and symlink(2) make. */
int64_t path_place_find(struct path_place *place, const struct path_origin *origin, char *path)
{
    char *end = path + strlen(path);
    place->has_slash = end[-1] == '/';
    while (end > path && end[-1] == '/') {
        end--;
    }
    char *name = end;
    while (name > path && name[-1] != '/') {
        name--;
    }
    const bool is_up = end - name == 2 && name[0] == '.' && name[1] == '.';
    const char *folder = path;
    place->name = name;
    if (is_up || end == path) { /* no name, but a folder as a whole */
        place->name = ".";
    } else if (name == path) {
        place->folder = origin->folder;
        place->is_opened = false;
        return 0;
    } else if (name - path == 1) {
        folder = "/";
    } else {
        name[-1] = '\0';
    }
    const int64_t fd = path_open_from(origin, folder, O_PATH | O_DIRECTORY, 0);
    place->folder = (int)fd;
    place->is_opened = true;
    return fd < 0 ? fd : 0;
}

void path_place_leave(const struct path_place *place)
{
    if (place->is_opened) {
        KERNEL(close, place->folder);
    }
}
