/* The mounts are made by descriptors, so that no name is looked up twice: open_tree(2), move_mount(2).
 * All sources are open before the first of them is moved, and places are looked up below the new root,
 * whatever symbolic links a root file system has. */
#define _GNU_SOURCE
#include "wali/native/sandbox/view.h"

#include "wali/native/base/kernel.h"
#include "wali/native/sandbox/mounts.h"

#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>

struct roots {
    int64_t root;
    uint64_t own[2]; /* devices of the folders in which places may be made: the root and /dev */
};

static int cannot(wali_error *error, const char *option, const char *what, const char *path, int64_t failure)
{
    return error_set(error, WALI_ERROR_IO, (int)-failure, "--sandbox: %s%s%s: %s: %s", option,
                     option[0] == '\0' ? "" : " ", path, what, strerror((int)-failure));
}

static const char *option_of(const struct sandbox_path *path)
{
    return path->option == NULL ? "" : path->option;
}

int view_open_sources(struct sandbox_plan *plan, wali_error *error)
{
    const bool is_view = plan->form == SANDBOX_VIEW;
    for (int i = 0; i < plan->path_count; i++) {
        struct sandbox_path *path = &plan->path[i];
        const int64_t fd = is_view && path->guest != NULL ? mount_copy(path->host)
                                                          : KERNEL(open, path->host, O_PATH | O_CLOEXEC, 0);
        if (fd < 0 && path->option != NULL) {
            return cannot(error, path->option, "cannot be opened", path->host, fd);
        }
        path->fd = fd < 0 ? -1 : (int)fd;
    }
    return 0;
}

static bool is_device(int64_t fd)
{
    struct stat s;
    return KERNEL(fstat, fd, &s) == 0 && (S_ISCHR(s.st_mode) || S_ISBLK(s.st_mode));
}

static bool is_folder(int64_t fd)
{
    struct stat s;
    return KERNEL(fstat, fd, &s) == 0 && S_ISDIR(s.st_mode);
}

static bool is_own(const struct roots *roots, int64_t fd)
{
    struct stat s;
    return KERNEL(fstat, fd, &s) == 0 && (s.st_dev == roots->own[0] || s.st_dev == roots->own[1]);
}

/* Opens the place of a path below the root, and makes it where only the view is changed by that: nothing
 * is made in a folder of the user's. */
static int64_t open_place(const struct roots *roots, const char *path, bool folder)
{
    char part[PATH_MAX];
    const size_t length = strlen(path);
    int64_t fd = -ENAMETOOLONG;
    for (size_t at = 1; length < PATH_MAX && at <= length; at++) {
        if (path[at] != '/' && path[at] != '\0') {
            continue;
        }
        memcpy(part, path, at);
        part[at] = '\0';
        fd = place_open(roots->root, part);
        if (fd == -ENOENT) {
            char *name = strrchr(part, '/') + 1;
            const char first = *name;
            *name = '\0';
            const int64_t above = place_open(roots->root, part);
            *name = first;
            if (above >= 0 && is_own(roots, above)) {
                fd = path[at] == '/' || folder ? KERNEL(mkdirat, above, name, 0755)
                                               : KERNEL(mknodat, above, name, S_IFREG | 0444, 0);
                fd = fd < 0 ? fd : place_open(roots->root, part);
            }
            KERNEL(close, above);
        }
        if (fd < 0 || at == length) {
            break;
        }
        KERNEL(close, fd);
    }
    return fd;
}

static int mount_path(const struct roots *roots, struct sandbox_path *path, wali_error *error)
{
    const bool has_devices = is_device(path->fd) || path_is_devices(path->guest);
    int64_t failure = mount_restrict(path->fd, !path->is_writable, !has_devices);
    if (failure < 0) {
        return cannot(error, option_of(path), "cannot be made read-only", path->host, failure);
    }
    const int64_t place = open_place(roots, path->guest, is_folder(path->fd));
    if (place < 0) {
        return path->option == NULL
                   ? 0
                   : cannot(error, path->option, "has no place in the view", path->guest, place);
    }
    failure = mount_move(path->fd, place);
    KERNEL(close, place);
    return failure < 0 ? cannot(error, option_of(path), "cannot be mounted", path->guest, failure) : 0;
}

/* /dev/fd and its kin, where the view has a /dev of its own. */
static void link_streams(int64_t devices)
{
    static const char *const links[][2] = {{"/proc/self/fd", "fd"},
                                           {"/proc/self/fd/0", "stdin"},
                                           {"/proc/self/fd/1", "stdout"},
                                           {"/proc/self/fd/2", "stderr"}};
    for (size_t i = 0; i < sizeof links / sizeof links[0]; i++) {
        KERNEL(symlinkat, links[i][0], devices, links[i][1]);
    }
}

/* Mounts the root: what has the name / in the plan, else an empty folder. */
static int64_t begin_root(struct sandbox_plan *plan, struct roots *roots)
{
    struct stat s;
    struct sandbox_path *given = NULL;
    for (int i = 0; i < plan->path_count; i++) {
        const char *guest = plan->path[i].guest;
        given = guest != NULL && strcmp(guest, "/") == 0 ? &plan->path[i] : given;
    }
    roots->root = given != NULL ? given->fd : mount_new_folder();
    int64_t failure = roots->root;
    if (given != NULL) {
        failure = mount_restrict(given->fd, !given->is_writable, true);
    } else if (failure >= 0 && (failure = KERNEL(fstat, roots->root, &s)) == 0) {
        roots->own[0] = s.st_dev;
    }
    return failure < 0 ? failure : mount_move_to(roots->root, "/proc"); /* which every system has */
}

/* A /dev of the view's own, unless the plan has one. */
static int64_t begin_devices(struct sandbox_plan *plan, struct roots *roots, int64_t *devices)
{
    struct stat s;
    *devices = -1;
    for (int i = 0; i < plan->path_count; i++) {
        if (plan->path[i].guest != NULL && strcmp(plan->path[i].guest, "/dev") == 0) {
            return 0;
        }
    }
    const int64_t place = open_place(roots, "/dev", true);
    if (place < 0) {
        return place == -ENOENT ? 0 : place;
    }
    *devices = mount_new_folder();
    int64_t failure = *devices < 0 ? *devices : mount_move(*devices, place);
    KERNEL(close, place);
    if (failure == 0 && (failure = KERNEL(fstat, *devices, &s)) == 0) {
        roots->own[1] = s.st_dev;
        link_streams(*devices);
    }
    return failure;
}

int view_enter(struct sandbox_plan *plan, int *root, wali_error *error)
{
    char here[PATH_MAX];
    struct roots roots = {.root = -1};
    int64_t devices = -1;
    const bool has_directory = KERNEL(getcwd, here, sizeof here) > 0 && here[0] == '/';
    int64_t failure = mounts_make_private();
    failure = failure < 0 ? failure : begin_root(plan, &roots);
    failure = failure < 0 ? failure : begin_devices(plan, &roots, &devices);
    if (failure < 0) {
        return cannot(error, "", "the view cannot be made", "/", failure);
    }
    for (int i = 0; i < plan->path_count; i++) {
        struct sandbox_path *path = &plan->path[i];
        if (path->fd >= 0 && path->guest != NULL && strcmp(path->guest, "/") != 0 &&
            mount_path(&roots, path, error) != 0) {
            return -1;
        }
    }
    if (devices >= 0) {
        failure = mount_restrict_one(devices);
        KERNEL(close, devices);
    }
    const bool is_own_root = roots.own[0] != 0;
    failure = failure < 0 || !is_own_root ? failure : mount_restrict_one(roots.root);
    failure = failure < 0 ? failure : root_change(roots.root);
    if (failure < 0) {
        return cannot(error, "", "the view cannot be entered", "/", failure);
    }
    *root = is_own_root ? (int)roots.root : -1;
    if (!has_directory || KERNEL(chdir, here) < 0) {
        KERNEL(chdir, "/");
    }
    return 0;
}
