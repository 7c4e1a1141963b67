#include "wasi/lookup.h"

#include "wasi/errors.h"
#include "wasi/preview1.h"

#include <errno.h>
#include <string.h>

static int64_t check_folder(const struct descriptor *folder, uint64_t right)
{
    if (folder->type != TYPE_DIRECTORY) {
        return -ENOTDIR;
    }
    return descriptor_keeps(folder, right) ? 0 : WASI_ERROR(WASI_NOTCAPABLE);
}

int64_t lookup_begin_in(struct lookup *lookup, struct descriptor *folder, uint64_t right,
                        struct wasi_list path)
{
    int64_t result = check_folder(folder, right);
    if (result == 0) {
        result = path_copy_in(lookup->path, path, folder->is_confined);
    }
    if (result < 0) {
        descriptor_release(folder);
        return result;
    }
    lookup->folder = folder;
    lookup->origin = descriptor_origin(folder);
    return 0;
}

int64_t lookup_begin(struct lookup *lookup, uint32_t fd, uint64_t right, struct wasi_list path)
{
    struct descriptor *const folder = descriptor_get(fd);
    return folder == NULL ? -EBADF : lookup_begin_in(lookup, folder, right, path);
}

void lookup_end(const struct lookup *lookup)
{
    descriptor_release(lookup->folder);
}

int64_t lookup_open(const struct lookup *lookup, uint64_t flags, uint32_t mode)
{
    return path_open_from(&lookup->origin, lookup->path, flags, mode);
}

int64_t lookup_place(struct lookup *lookup, struct path_place *place)
{
    return path_place_find(place, &lookup->origin, lookup->path);
}

bool lookup_is_name(const struct lookup *lookup)
{
    return strchr(lookup->path, '/') == NULL && strcmp(lookup->path, "..") != 0;
}

bool lookup_turn_to_root(struct lookup *lookup)
{
    const size_t length = strlen(lookup->path);
    if (!lookup->folder->is_root_too || !lookup_is_name(lookup) || length + 2 > sizeof lookup->path) {
        return false;
    }
    memmove(lookup->path + 1, lookup->path, length + 1);
    lookup->path[0] = '/';
    return true;
}

bool lookup_has_slash(const struct lookup *lookup)
{
    return lookup->path[strlen(lookup->path) - 1] == '/';
}
