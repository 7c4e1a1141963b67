#define _GNU_SOURCE
#include "wasi/path_calls.h"

#include "wali/native/base/kernel.h"
#include "wasi/errors.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* A descriptor of what a path names, or -errno. */
static int64_t find(const struct lookup *lookup, bool follows)
{
    return lookup_open(lookup, O_PATH | (follows ? 0 : O_NOFOLLOW), 0);
}

/* The result of a call on a descriptor of find(), which has served. */
static int64_t closed(int64_t fd, int64_t result)
{
    KERNEL(close, fd);
    return result;
}

/* Most paths are one name, and what it names no link: the kernel then need not open it. */
static int64_t stat_once(const struct lookup *lookup, bool follows, struct stat *st)
{
    if (lookup_is_name(lookup)) {
        const int64_t result =
            KERNEL(newfstatat, lookup->origin.folder, lookup->path, st, AT_SYMLINK_NOFOLLOW);
        if (result < 0 || !follows || !S_ISLNK(st->st_mode)) {
            return result;
        }
    }
    const int64_t fd = find(lookup, follows);
    return fd < 0 ? fd : closed(fd, KERNEL(fstat, fd, st));
}

int64_t path_stat(struct lookup *lookup, bool follows, struct stat *st)
{
    const int64_t result = stat_once(lookup, follows, st);
    return result == -ENOENT && lookup_turn_to_root(lookup) ? stat_once(lookup, follows, st) : result;
}

/* The link to a descriptor on procfs, which leads to its file, for calls that take no such descriptor. */
struct fd_link {
    char path[40];
};

static struct fd_link link_to(int64_t fd)
{
    struct fd_link link;
    snprintf(link.path, sizeof link.path, "/proc/self/fd/%d", (int)fd);
    return link;
}

/* AT_EMPTY_PATH is EINVAL before Linux 5.8. */
static int64_t set_times_of_path_fd(int64_t fd, const struct timespec times[2])
{
    const int64_t result = KERNEL(utimensat, fd, "", times, AT_EMPTY_PATH);
    return result == -EINVAL ? KERNEL(utimensat, AT_FDCWD, link_to(fd).path, times, 0) : result;
}

static int64_t set_times_once(const struct lookup *lookup, bool follows, const struct timespec times[2])
{
    if (lookup_is_name(lookup) && !follows) {
        return KERNEL(utimensat, lookup->origin.folder, lookup->path, times, AT_SYMLINK_NOFOLLOW);
    }
    const int64_t fd = find(lookup, follows);
    return fd < 0 ? fd : closed(fd, set_times_of_path_fd(fd, times));
}

int64_t path_set_times(struct lookup *lookup, bool follows, const struct timespec times[2])
{
    const int64_t result = set_times_once(lookup, follows, times);
    return result == -ENOENT && lookup_turn_to_root(lookup) ? set_times_once(lookup, follows, times) : result;
}

/* access(2), by the rights that opening goes by.  There is faccessat2(2) since Linux 5.8; before, and where
 * a filter refuses it, the rights are those of the real user. */
static int64_t access_of_path_fd(int64_t fd, uint32_t mode)
{
    const int64_t result = KERNEL(faccessat2, fd, "", mode, AT_EMPTY_PATH | AT_EACCESS);
    return result == -ENOSYS || result == -EPERM ? KERNEL(faccessat, AT_FDCWD, link_to(fd).path, mode)
                                                 : result;
}

int64_t path_access(const struct lookup *lookup, bool follows, uint32_t mode)
{
    const int64_t fd = find(lookup, follows);
    return fd < 0 ? fd : closed(fd, access_of_path_fd(fd, mode));
}

/* The owner's as they are given; those of group and others that are given and are there. */
static uint32_t permissions_of(const struct stat *st, uint32_t given)
{
    return (given & 0700) | (given & st->st_mode & 0077) | (st->st_mode & 07000);
}

/* A link has no rights of its own. */
static int64_t set_permissions_of_path_fd(int64_t fd, bool of_folder, uint32_t given)
{
    struct stat st;
    const int64_t result = KERNEL(fstat, fd, &st);
    if (result < 0) {
        return result;
    }
    if (S_ISDIR(st.st_mode) != of_folder) {
        return of_folder ? -ENOTDIR : -EISDIR;
    }
    if (S_ISLNK(st.st_mode)) {
        return -EOPNOTSUPP;
    }
    return KERNEL(chmod, link_to(fd).path, permissions_of(&st, given));
}

int64_t path_set_permissions(const struct lookup *lookup, bool follows, bool of_folder, uint32_t given)
{
    const int64_t fd = find(lookup, follows);
    return fd < 0 ? fd : closed(fd, set_permissions_of_path_fd(fd, of_folder, given));
}

/* A call on the place that a path names. */
static int64_t act(struct lookup *lookup, int64_t (*call)(const struct path_place *place))
{
    struct path_place place;
    int64_t result = lookup_place(lookup, &place);
    if (result == 0) {
        result = call(&place);
        path_place_leave(&place);
    }
    return result;
}

static int64_t make_folder(const struct path_place *place)
{
    return KERNEL(mkdirat, place->folder, place->name, 0777);
}

int64_t path_make_folder(struct lookup *lookup)
{
    return act(lookup, make_folder);
}

static int64_t remove_folder(const struct path_place *place)
{
    return KERNEL(unlinkat, place->folder, place->name, AT_REMOVEDIR);
}

int64_t path_remove_folder(struct lookup *lookup)
{
    return act(lookup, remove_folder);
}

static int64_t remove_file(const struct path_place *place)
{
    return KERNEL(unlinkat, place->folder, place->name, 0);
}

int64_t path_remove_file(struct lookup *lookup)
{
    return act(lookup, remove_file);
}

/* Of "link/" the kernel would read what the link leads to, perhaps outside.  A folder is no link. */
int64_t path_read_link(struct lookup *lookup, char text[PATH_MAX])
{
    struct path_place place;
    if (lookup_has_slash(lookup)) {
        const int64_t fd = lookup_open(lookup, O_PATH | O_DIRECTORY, 0);
        if (fd >= 0) {
            KERNEL(close, fd);
        }
        return fd < 0 ? fd : -EINVAL;
    }
    int64_t result = lookup_place(lookup, &place);
    if (result == 0) {
        result = KERNEL(readlinkat, place.folder, place.name, text, PATH_MAX);
        path_place_leave(&place);
    }
    if (result == -ENOENT && lookup_turn_to_root(lookup)) {
        result = KERNEL(readlinkat, AT_FDCWD, lookup->path, text, PATH_MAX);
    }
    return result;
}

/* A call on two places. */
static int64_t act_on_two(struct lookup *from, struct lookup *to,
                          int64_t (*call)(const struct path_place *from, const struct path_place *to))
{
    struct path_place from_place, to_place;
    int64_t result = lookup_place(from, &from_place);
    if (result < 0) {
        return result;
    }
    result = lookup_place(to, &to_place);
    if (result == 0) {
        result = call(&from_place, &to_place);
        path_place_leave(&to_place);
    }
    path_place_leave(&from_place);
    return result;
}

static int64_t rename_place(const struct path_place *from, const struct path_place *to)
{
    return KERNEL(renameat, from->folder, from->name, to->folder, to->name);
}

int64_t path_rename(struct lookup *from, struct lookup *to)
{
    return act_on_two(from, to, rename_place);
}

static int64_t link_place(const struct path_place *from, const struct path_place *to)
{
    return KERNEL(linkat, from->folder, from->name, to->folder, to->name, 0);
}

/* The kernel would follow "link/".  A folder has no second name. */
int64_t path_link(struct lookup *from, struct lookup *to)
{
    if (lookup_has_slash(from)) {
        const int64_t fd = lookup_open(from, O_PATH | O_DIRECTORY, 0);
        if (fd >= 0) {
            KERNEL(close, fd);
        }
        return fd < 0 ? fd : -EPERM;
    }
    return act_on_two(from, to, link_place);
}

/* What stands before "name/" must be a folder. */
static bool is_no_folder(const struct path_place *place)
{
    char name[PATH_MAX];
    struct stat st;
    const size_t length = strcspn(place->name, "/");
    memcpy(name, place->name, length);
    name[length] = '\0';
    return KERNEL(newfstatat, place->folder, name, &st, AT_SYMLINK_NOFOLLOW) == 0 && !S_ISDIR(st.st_mode);
}

int64_t path_make_link(struct lookup *lookup, const char *text)
{
    struct path_place place;
    int64_t result = lookup_place(lookup, &place);
    if (result < 0) {
        return result;
    }
    result = KERNEL(symlinkat, text, place.folder, place.name);
    if (result == -EEXIST && place.has_slash && is_no_folder(&place)) {
        result = -ENOTDIR;
    }
    path_place_leave(&place);
    return result;
}
