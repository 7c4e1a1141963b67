#define _GNU_SOURCE
#include "wasi/opening.h"

#include "wali/native/base/kernel.h"
#include "wali/native/files/refused.h"
#include "wasi/errors.h"
#include "wasi/preview1.h"

#include <fcntl.h>

static uint64_t access_mode(uint64_t base)
{
    return (base & OPENED_FOR_WRITING) == 0 ? O_RDONLY : (base & OPENED_FOR_READING) != 0 ? O_RDWR : O_WRONLY;
}

static uint64_t kernel_flags(const struct opening *opening)
{
    const uint32_t oflags = opening->oflags, fdflags = opening->fdflags;
    return O_NOCTTY | (opening->follows ? 0 : O_NOFOLLOW) | ((oflags & OPEN_CREAT) != 0 ? O_CREAT : 0) |
           ((oflags & OPEN_DIRECTORY) != 0 ? O_DIRECTORY : 0) | ((oflags & OPEN_EXCL) != 0 ? O_EXCL : 0) |
           ((oflags & OPEN_TRUNC) != 0 ? O_TRUNC : 0) | ((fdflags & FLAG_APPEND) != 0 ? O_APPEND : 0) |
           ((fdflags & FLAG_NONBLOCK) != 0 ? O_NONBLOCK : 0) | ((fdflags & FLAG_DSYNC) != 0 ? O_DSYNC : 0) |
           ((fdflags & (FLAG_RSYNC | FLAG_SYNC)) != 0 ? O_SYNC : 0);
}

/* With path_open, the right to fd_datasync is that to DSYNC, and the right to fd_sync that to each
 * synchronous mode. */
static bool may_synchronize(const struct descriptor *folder, uint32_t fdflags)
{
    const bool data = descriptor_keeps(folder, RIGHT_FD_DATASYNC),
               all = descriptor_keeps(folder, RIGHT_FD_SYNC);
    return ((fdflags & FLAG_DSYNC) == 0 || data || all) && ((fdflags & (FLAG_RSYNC | FLAG_SYNC)) == 0 || all);
}

/* What the flags and rights alone decide. */
static int64_t check_opening(const struct descriptor *folder, const struct opening *opening)
{
    const uint32_t makes = OPEN_CREAT | OPEN_EXCL | OPEN_TRUNC;
    const bool wants_folder = (opening->oflags & OPEN_DIRECTORY) != 0;
    const uint64_t lost = folder->lost_inheriting;
    if (wants_folder && (opening->oflags & makes) != 0) {
        return -EINVAL;
    }
    if (wants_folder && (opening->base & RIGHT_FD_WRITE) != 0) {
        return -EISDIR;
    }
    if ((opening->oflags & OPEN_TRUNC) != 0 && !descriptor_keeps(folder, RIGHT_PATH_FILESTAT_SET_SIZE)) {
        return -EPERM;
    }
    if (((opening->oflags & OPEN_CREAT) != 0 && !descriptor_keeps(folder, RIGHT_PATH_CREATE_FILE)) ||
        (opening->base & lost & (RIGHT_FD_READ | RIGHT_FD_WRITE)) != 0 ||
        !may_synchronize(folder, opening->fdflags)) {
        return WASI_ERROR(WASI_NOTCAPABLE);
    }
    return 0;
}

/* A folder can only be opened for reading.  Rights that it cannot have do no harm, but for that to write,
 * which is EISDIR, as in open(2) and in other engines. */
static int64_t open_path(struct lookup *lookup, const struct opening *opening)
{
    const uint64_t flags = kernel_flags(opening);
    const bool wants_folder = (opening->oflags & OPEN_DIRECTORY) != 0;
    const bool creates = (opening->oflags & OPEN_CREAT) != 0;
    const uint64_t mode = wants_folder ? O_RDONLY : access_mode(opening->base);
    const uint32_t permissions = creates ? opening->permissions : 0;
    int64_t fd = lookup_open(lookup, flags | mode, permissions);
    if (fd == -ENOENT && !creates && lookup_turn_to_root(lookup)) {
        fd = lookup_open(lookup, flags | mode, permissions);
    }
    const bool may_be_folder =
        (opening->oflags & (OPEN_CREAT | OPEN_TRUNC)) == 0 && (opening->base & RIGHT_FD_WRITE) == 0;
    return fd == -EISDIR && may_be_folder ? lookup_open(lookup, flags | O_DIRECTORY, 0) : fd;
}

/* No thread of the guest's can use or replace the host's descriptor before it is in the table. */
static int64_t give(const struct lookup *lookup, const struct opening *opening, int64_t fd,
                    struct descriptor_plan *plan, struct stat *st)
{
    int64_t result = KERNEL(fstat, fd, st);
    if (result == 0 && is_refused(fd, st)) {
        result = -EACCES;
    }
    if (result < 0) {
        KERNEL(close, fd);
        return result;
    }
    const struct descriptor *const folder = lookup->folder;
    const uint64_t inheriting = opening->inheriting & folder->inheriting;
    const bool hides_writing = (opening->base & RIGHT_FD_WRITE) == 0 &&
                               ((inheriting & RIGHT_FD_WRITE) != 0 || folder->hides_writing);
    *plan = (struct descriptor_plan){
        .host = (int)fd,
        .base = opening->base,
        .inheriting = hides_writing ? inheriting & ~RIGHT_FD_WRITE : inheriting,
        .lost = folder->lost_inheriting,
        .flags = opening->fdflags,
        .is_confined = folder->is_confined,
        .hides_writing = hides_writing,
    };
    return 0;
}

int64_t opening_open(struct lookup *lookup, const struct opening *opening, struct descriptor_plan *plan,
                     struct stat *st)
{
    int64_t result = check_opening(lookup->folder, opening);
    if (result == 0) {
        result = open_path(lookup, opening);
    }
    return result < 0 ? result : give(lookup, opening, result, plan, st);
}
