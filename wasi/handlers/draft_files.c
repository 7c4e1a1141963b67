/* wasi:filesystem of the draft, where it is not preview2's: stat with device and inode, access, permissions,
 * locks. */
#define _GNU_SOURCE
#include "wasi/_generated/draft_handlers.h"
#include "wasi/canonical.h"
#include "wasi/file_calls.h"
#include "wasi/handlers/preview2_descriptor.h"
#include "wasi/handlers/preview2_stat.h"
#include "wasi/path_calls.h"
#include "wasi/preview1.h"

#include <errno.h>
#include <sys/file.h>
#include <unistd.h>

enum { MODE_READABLE = 1, MODE_WRITABLE = 2, MODE_EXECUTABLE = 4 };
enum { ACCESS_OF_MODES, ACCESS_EXISTS };

/* The fields one by one: what is between them must not be the host's. */
static void put_stat(const struct stat *st, struct wit_draft_stat *answer)
{
    answer->device = st->st_dev;
    answer->inode = st->st_ino;
    answer->type = wit_type_of(st->st_mode);
    answer->link_count = st->st_nlink;
    answer->size = (uint64_t)st->st_size;
    wit_put_time(&st->st_atim, &answer->data_access);
    wit_put_time(&st->st_mtim, &answer->data_modification);
    wit_put_time(&st->st_ctim, &answer->status_change);
}

int64_t draft_filesystem_stat(uint32_t this, struct wit_draft_stat *answer)
{
    struct stat st;
    const int64_t result = preview2_stat(this, &st);
    if (result == 0) {
        put_stat(&st, answer);
    }
    return result;
}

int64_t draft_filesystem_stat_at(uint32_t this, uint32_t path_flags, struct wasi_list path,
                                 struct wit_draft_stat *answer)
{
    struct stat st;
    const int64_t result = preview2_stat_at(this, path_flags, path, &st);
    if (result == 0) {
        put_stat(&st, answer);
    }
    return result;
}

/* Of user, group and others. */
static uint32_t permissions_of(uint32_t modes)
{
    return ((modes & MODE_READABLE) != 0 ? 0444 : 0) | ((modes & MODE_WRITABLE) != 0 ? 0222 : 0) |
           ((modes & MODE_EXECUTABLE) != 0 ? 0111 : 0);
}

int64_t draft_filesystem_open_at(uint32_t this, uint32_t path_flags, struct wasi_list path,
                                 uint32_t open_flags, uint32_t flags, uint32_t modes, uint32_t *answer)
{
    return preview2_open(this, path_flags, path, open_flags, flags, permissions_of(modes), answer);
}

static uint32_t access_of(const struct wit_access_type *type)
{
    if (type->tag == ACCESS_EXISTS) {
        return F_OK;
    }
    return ((type->access & MODE_READABLE) != 0 ? R_OK : 0) |
           ((type->access & MODE_WRITABLE) != 0 ? W_OK : 0) |
           ((type->access & MODE_EXECUTABLE) != 0 ? X_OK : 0);
}

int64_t draft_filesystem_access_at(uint32_t this, uint32_t path_flags, struct wasi_list path,
                                   const struct wit_access_type *type)
{
    struct lookup lookup;
    int64_t result = preview2_lookup(&lookup, this, RIGHT_PATH_FILESTAT_GET, path);
    if (result == 0) {
        result = path_access(&lookup, (path_flags & PATH_SYMLINK_FOLLOW) != 0, access_of(type));
        lookup_end(&lookup);
    }
    return result;
}

static int64_t change_permissions(uint32_t this, uint32_t path_flags, struct wasi_list path, bool of_folder,
                                  uint32_t permissions)
{
    struct lookup lookup;
    int64_t result = preview2_lookup(&lookup, this, RIGHT_PATH_FILESTAT_SET_TIMES, path);
    if (result == 0) {
        const bool follows = (path_flags & PATH_SYMLINK_FOLLOW) != 0;
        result = path_set_permissions(&lookup, follows, of_folder, permissions);
        lookup_end(&lookup);
    }
    return result;
}

int64_t draft_filesystem_change_file_permissions_at(uint32_t this, uint32_t path_flags, struct wasi_list path,
                                                    uint32_t modes)
{
    return change_permissions(this, path_flags, path, false, permissions_of(modes));
}

/* Who may read a folder may search it, too; to execute one is nothing. */
int64_t draft_filesystem_change_directory_permissions_at(uint32_t this, uint32_t path_flags,
                                                         struct wasi_list path, uint32_t modes)
{
    const uint32_t searchable = (modes & MODE_READABLE) != 0 ? MODE_EXECUTABLE : 0;
    if ((modes & MODE_EXECUTABLE) != 0) {
        descriptor_release(preview2_descriptor(this));
        return -EINVAL;
    }
    return change_permissions(this, path_flags, path, true, permissions_of(modes | searchable));
}

static int64_t lock(uint32_t this, int operation)
{
    struct descriptor *const file = preview2_descriptor(this);
    const int64_t result = file_lock(file, operation);
    descriptor_release(file);
    return result;
}

int64_t draft_filesystem_lock_shared(uint32_t this)
{
    return lock(this, LOCK_SH);
}

int64_t draft_filesystem_lock_exclusive(uint32_t this)
{
    return lock(this, LOCK_EX);
}

int64_t draft_filesystem_try_lock_shared(uint32_t this)
{
    return lock(this, LOCK_SH | LOCK_NB);
}

int64_t draft_filesystem_try_lock_exclusive(uint32_t this)
{
    return lock(this, LOCK_EX | LOCK_NB);
}

int64_t draft_filesystem_unlock(uint32_t this)
{
    return lock(this, LOCK_UN);
}

int64_t draft_filesystem_read_directory_entry(uint32_t this, struct wit_option_draft_entry *answer)
{
    struct folder_entry entry;
    const int64_t result = preview2_next_entry(this, &entry);
    if (result == 1) {
        answer->tag = 1;
        answer->some.inode.tag = 1;
        answer->some.inode.some = entry.inode;
        answer->some.type = entry.type;
        answer->some.name = wit_text_out(entry.name);
    }
    return result;
}
