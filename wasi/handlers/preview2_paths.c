/* wasi:filesystem/types: what is done with the file that a path names. */
#define _GNU_SOURCE
#include "wasi/_generated/preview2_handlers.h"
#include "wasi/canonical.h"
#include "wasi/handlers/preview2_descriptor.h"
#include "wasi/handlers/preview2_stat.h"
#include "wasi/lookup.h"
#include "wasi/opening.h"
#include "wasi/path_calls.h"
#include "wasi/preview1.h"
#include "wasi/resources.h"
#include "wasi/utf8.h"

#include <errno.h>
#include <limits.h>
#include <sys/stat.h>

enum {
    OPENED_READ = 1,
    OPENED_WRITE = 2,
    OPENED_SYNC = 4,
    OPENED_DATA_SYNC = 8,
    OPENED_READ_SYNC = 16,
    OPENED_MUTATE = 32
};

int64_t preview2_lookup(struct lookup *lookup, uint32_t handle, uint64_t right, struct wasi_list path)
{
    return lookup_begin_in(lookup, preview2_descriptor(handle), right, path);
}

/* A call on the file that a path names. */
static int64_t act(uint32_t self, uint64_t right, struct wasi_list path,
                   int64_t (*call)(struct lookup *lookup))
{
    struct lookup lookup;
    int64_t result = preview2_lookup(&lookup, self, right, path);
    if (result == 0) {
        result = call(&lookup);
        lookup_end(&lookup);
    }
    return result;
}

int64_t preview2_descriptor_create_directory_at(uint32_t self, struct wasi_list path)
{
    return act(self, RIGHT_PATH_CREATE_DIRECTORY, path, path_make_folder);
}

int64_t preview2_descriptor_remove_directory_at(uint32_t self, struct wasi_list path)
{
    return act(self, RIGHT_PATH_REMOVE_DIRECTORY, path, path_remove_folder);
}

int64_t preview2_descriptor_unlink_file_at(uint32_t self, struct wasi_list path)
{
    return act(self, RIGHT_PATH_UNLINK_FILE, path, path_remove_file);
}

int64_t preview2_stat_at(uint32_t self, uint32_t path_flags, struct wasi_list path, struct stat *st)
{
    struct lookup lookup;
    int64_t result = preview2_lookup(&lookup, self, RIGHT_PATH_FILESTAT_GET, path);
    if (result == 0) {
        result = path_stat(&lookup, (path_flags & PATH_SYMLINK_FOLLOW) != 0, st);
        lookup_end(&lookup);
    }
    return result;
}

int64_t preview2_descriptor_stat_at(uint32_t self, uint32_t path_flags, struct wasi_list path,
                                    struct wit_descriptor_stat *answer)
{
    struct stat st;
    const int64_t result = preview2_stat_at(self, path_flags, path, &st);
    if (result == 0) {
        wit_stat_of(&st, answer);
    }
    return result;
}

int64_t preview2_descriptor_metadata_hash_at(uint32_t self, uint32_t path_flags, struct wasi_list path,
                                             struct wit_metadata_hash_value *answer)
{
    struct stat st;
    const int64_t result = preview2_stat_at(self, path_flags, path, &st);
    if (result == 0) {
        wit_hash_of(&st, answer);
    }
    return result;
}

int64_t preview2_descriptor_set_times_at(uint32_t self, uint32_t path_flags, struct wasi_list path,
                                         const struct wit_new_timestamp *accessed,
                                         const struct wit_new_timestamp *modified)
{
    const struct timespec times[2] = {wit_time_in(accessed), wit_time_in(modified)};
    struct lookup lookup;
    int64_t result = preview2_lookup(&lookup, self, RIGHT_PATH_FILESTAT_SET_TIMES, path);
    if (result == 0) {
        result = path_set_times(&lookup, (path_flags & PATH_SYMLINK_FOLLOW) != 0, times);
        lookup_end(&lookup);
    }
    return result;
}

/* Who asks to write gets no folder.  A file is open for reading unless it is for writing alone. */
static struct opening opening_of(uint32_t path_flags, uint32_t open_flags, uint32_t flags,
                                 uint32_t permissions)
{
    const bool reads = (flags & OPENED_READ) != 0, writes = (flags & OPENED_WRITE) != 0;
    const uint64_t reading = writes ? RIGHT_FD_READ : OPENED_FOR_READING;
    return (struct opening){
        .follows = (path_flags & PATH_SYMLINK_FOLLOW) != 0,
        .oflags = open_flags, /* in the same order */
        .base = (reads || !writes ? reading : 0) | (writes ? OPENED_FOR_WRITING : 0),
        .fdflags = ((flags & OPENED_SYNC) != 0 ? FLAG_SYNC : 0) |
                   ((flags & OPENED_DATA_SYNC) != 0 ? FLAG_DSYNC : 0) |
                   ((flags & OPENED_READ_SYNC) != 0 ? FLAG_RSYNC : 0),
        .permissions = permissions,
    };
}

/* A folder tells whether it was opened to change it. Libcs answer access(2) by that, and change what is in
 * it all the same. */
static int64_t open_at(struct lookup *lookup, const struct opening *opening, bool mutates, uint32_t *answer)
{
    struct descriptor_plan plan;
    struct stat st;
    const int64_t result = opening_open(lookup, opening, &plan, &st);
    if (result < 0) {
        return result;
    }
    plan.hides_writing = !mutates;
    const union resource_content content = {.descriptor = descriptor_make(&plan, &st)};
    if (content.descriptor == NULL) {
        return -ENOMEM;
    }
    *answer = resource_new(RESOURCE_DESCRIPTOR, &content);
    return 0;
}

int64_t preview2_open(uint32_t self, uint32_t path_flags, struct wasi_list path, uint32_t open_flags,
                      uint32_t flags, uint32_t permissions, uint32_t *answer)
{
    const struct opening opening = opening_of(path_flags, open_flags, flags, permissions);
    struct lookup lookup;
    int64_t result = preview2_lookup(&lookup, self, RIGHT_PATH_OPEN, path);
    if (result == 0) {
        result = open_at(&lookup, &opening, (flags & OPENED_MUTATE) != 0, answer);
        lookup_end(&lookup);
    }
    return result;
}

int64_t preview2_descriptor_open_at(uint32_t self, uint32_t path_flags, struct wasi_list path,
                                    uint32_t open_flags, uint32_t flags, uint32_t *answer)
{
    return preview2_open(self, path_flags, path, open_flags, flags, USUAL_PERMISSIONS, answer);
}

int64_t preview2_descriptor_readlink_at(uint32_t self, struct wasi_list path, struct wasi_list *answer)
{
    char text[PATH_MAX];
    struct lookup lookup;
    int64_t result = preview2_lookup(&lookup, self, RIGHT_PATH_READLINK, path);
    if (result < 0) {
        return result;
    }
    result = path_read_link(&lookup, text);
    const bool is_confined = lookup.origin.confined;
    lookup_end(&lookup);
    if (result < 0) {
        return result;
    }
    if (is_confined && text[0] == '/') {
        return -EPERM; /* as in other runtimes: where the folders are is none of the guest's business */
    }
    if (!is_utf8(text, (size_t)result)) {
        return -EILSEQ;
    }
    *answer = wit_bytes_out(text, (size_t)result);
    return 0;
}

/* A call on the files that two paths name. */
static int64_t act_on_two(uint32_t self, struct wasi_list old_path, uint32_t other, struct wasi_list new_path,
                          const uint64_t rights[2], int64_t (*call)(struct lookup *from, struct lookup *to))
{
    struct lookup from, to;
    int64_t result = preview2_lookup(&from, self, rights[0], old_path);
    if (result < 0) {
        return result;
    }
    result = preview2_lookup(&to, other, rights[1], new_path);
    if (result == 0) {
        result = call(&from, &to);
        lookup_end(&to);
    }
    lookup_end(&from);
    return result;
}

int64_t preview2_descriptor_link_at(uint32_t self, uint32_t old_path_flags, struct wasi_list old_path,
                                    uint32_t new_descriptor, struct wasi_list new_path)
{
    static const uint64_t rights[] = {RIGHT_PATH_LINK_SOURCE, RIGHT_PATH_LINK_TARGET};
    if ((old_path_flags & PATH_SYMLINK_FOLLOW) != 0) { /* as in other runtimes */
        return -EINVAL;
    }
    return act_on_two(self, old_path, new_descriptor, new_path, rights, path_link);
}

int64_t preview2_descriptor_rename_at(uint32_t self, struct wasi_list old_path, uint32_t new_descriptor,
                                      struct wasi_list new_path)
{
    static const uint64_t rights[] = {RIGHT_PATH_RENAME_SOURCE, RIGHT_PATH_RENAME_TARGET};
    return act_on_two(self, old_path, new_descriptor, new_path, rights, path_rename);
}

/* Where the link leads decides who follows it; only from a confined folder it may not begin at the
 * root. */
int64_t preview2_descriptor_symlink_at(uint32_t self, struct wasi_list old_path, struct wasi_list new_path)
{
    char text[PATH_MAX];
    struct lookup lookup;
    int64_t result = preview2_lookup(&lookup, self, RIGHT_PATH_SYMLINK, new_path);
    if (result == 0) {
        result = path_copy_in(text, old_path, lookup.origin.confined);
        result = result == 0 ? path_make_link(&lookup, text) : result;
        lookup_end(&lookup);
    }
    return result;
}
