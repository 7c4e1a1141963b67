/* What a descriptor is, and what becomes of it. */
#include "wasi/_generated/preview1_handlers.h"
#include "wasi/descriptors.h"
#include "wasi/errors.h"
#include "wasi/preview1.h"

#include <errno.h>
#include <string.h>

int64_t preview1_fd_close(uint32_t fd)
{
    return descriptor_close(fd);
}

int64_t preview1_fd_renumber(uint32_t fd, uint32_t to)
{
    return descriptor_renumber(fd, to);
}

int64_t preview1_adapter_open_badfd(uint32_t fd)
{
    const int64_t number = descriptor_reserve();
    const uint32_t answer = (uint32_t)number;
    if (number >= 0 && !wasi_copy_out(fd, &answer, sizeof answer)) {
        descriptor_unreserve(answer);
        return -EFAULT;
    }
    return number < 0 ? number : 0;
}

int64_t preview1_adapter_close_badfd(uint32_t fd)
{
    return descriptor_unreserve(fd);
}

int64_t preview1_fd_fdstat_get(uint32_t fd, uint32_t stat)
{
    struct descriptor *const descriptor = descriptor_get(fd);
    if (descriptor == NULL) {
        return -EBADF;
    }
    struct wasi_fdstat answer = {
        .type = descriptor->type,
        .flags = (uint16_t)descriptor->flags,
        .base = descriptor->base,
        .inheriting = descriptor->inheriting,
    };
    descriptor_release(descriptor);
    return wasi_copy_out(stat, &answer, sizeof answer) ? 0 : -EFAULT;
}

int64_t preview1_fd_fdstat_set_flags(uint32_t fd, uint32_t flags)
{
    struct descriptor *descriptor;
    int64_t result = descriptor_get_keeping(fd, RIGHT_FD_FDSTAT_SET_FLAGS, &descriptor);
    if (result == 0) {
        result = descriptor_set_flags(descriptor, flags);
        descriptor_release(descriptor);
    }
    return result;
}

int64_t preview1_fd_fdstat_set_rights(uint32_t fd, uint64_t fs_rights_base, uint64_t fs_rights_inheriting)
{
    struct descriptor *const descriptor = descriptor_get(fd);
    if (descriptor == NULL) {
        return -EBADF;
    }
    const int64_t result = descriptor_shrink(descriptor, fs_rights_base, fs_rights_inheriting);
    descriptor_release(descriptor);
    return result;
}

/* What was preopened.  Of what was not the name is NULL, and of a socket, too. */
static int64_t preopened(uint32_t fd, const char **name, bool *precedes)
{
    struct descriptor *const descriptor = descriptor_get(fd);
    if (descriptor == NULL) {
        return -EBADF;
    }
    *name = descriptor->opened;
    *precedes = descriptor->precedes;
    descriptor_release(descriptor);
    return 0;
}

/* A libc asks for those of 3, 4 and so on until it is EBADF. */
int64_t preview1_fd_prestat_get(uint32_t fd, uint32_t prestat)
{
    const char *name;
    bool precedes;
    const int64_t result = preopened(fd, &name, &precedes);
    if (result < 0 || (name == NULL && !precedes)) {
        return -EBADF;
    }
    const struct wasi_prestat answer = {
        .kind = name != NULL ? PREOPENED_FOLDER : PREOPENED_SOCKET,
        .name_length = name != NULL ? (uint32_t)strlen(name) : 0,
    };
    return wasi_copy_out(prestat, &answer, sizeof answer) ? 0 : -EFAULT;
}

int64_t preview1_fd_prestat_dir_name(uint32_t fd, struct wasi_list path)
{
    const char *name;
    bool precedes;
    const int64_t result = preopened(fd, &name, &precedes);
    if (result < 0 || name == NULL) {
        return result < 0 ? result : -ENOTDIR;
    }
    const uint32_t length = (uint32_t)strlen(name);
    if (path.count < length) {
        return -ENAMETOOLONG;
    }
    return wasi_copy_out(path.at, name, length) ? 0 : -EFAULT;
}
