/* Functions of paths.  The entries have checked enumerations and flags, and that each list has
 * addresses. */
#define _GNU_SOURCE
#include "wasi/_generated/preview1_handlers.h"
#include "wasi/_generated/unstable_handlers.h"
#include "wasi/errors.h"
#include "wasi/handlers/filestat.h"
#include "wasi/lookup.h"
#include "wasi/opening.h"
#include "wasi/path_calls.h"
#include "wasi/preview1.h"

#include <errno.h>
#include <sys/stat.h>

/* A folder that was opened for reading only does not show the right to write among those that it
 * hands on, for libcs take that for what access(2) wants to know.  They also ask for no more rights
 * than it shows: to write, but without the right to.  Only who wants to write asks for space. */
static uint64_t wanted_rights(const struct descriptor *folder, uint64_t base)
{
    const bool may_write = folder->hides_writing && (folder->lost_inheriting & RIGHT_FD_WRITE) == 0;
    return may_write && (base & RIGHT_FD_ALLOCATE) != 0 ? base | RIGHT_FD_WRITE : base;
}

int64_t preview1_path_open(uint32_t fd, uint32_t dirflags, struct wasi_list path, uint32_t oflags,
                           uint64_t fs_rights_base, uint64_t fs_rights_inheriting, uint32_t fdflags,
                           uint32_t opened_fd)
{
    struct opening opening = {(dirflags & LOOKUP_SYMLINK_FOLLOW) != 0,
                              oflags,
                              fs_rights_base,
                              fs_rights_inheriting,
                              fdflags,
                              USUAL_PERMISSIONS};
    struct descriptor_plan plan;
    struct lookup lookup;
    struct stat st;
    int64_t result = lookup_begin(&lookup, fd, RIGHT_PATH_OPEN, path);
    if (result < 0) {
        return result;
    }
    opening.base = wanted_rights(lookup.folder, fs_rights_base);
    result = opening_open(&lookup, &opening, &plan, &st);
    if (result == 0) {
        result = descriptor_new(&plan, &st);
    }
    lookup_end(&lookup);
    if (result < 0) {
        return result;
    }
    const int64_t answered = wasi_answer_32(opened_fd, (uint32_t)result);
    if (answered < 0) {
        descriptor_close((uint32_t)result);
    }
    return answered;
}

static int64_t stat_of(uint32_t fd, uint32_t flags, struct wasi_list path, struct wasi_filestat *answer)
{
    struct lookup lookup;
    struct stat st;
    int64_t result = lookup_begin(&lookup, fd, RIGHT_PATH_FILESTAT_GET, path);
    if (result < 0) {
        return result;
    }
    result = path_stat(&lookup, (flags & LOOKUP_SYMLINK_FOLLOW) != 0, &st);
    lookup_end(&lookup);
    if (result == 0) {
        *answer = filestat_of(&st, file_type(st.st_mode));
    }
    return result;
}

int64_t preview1_path_filestat_get(uint32_t fd, uint32_t flags, struct wasi_list path, uint32_t stat)
{
    struct wasi_filestat answer;
    const int64_t result = stat_of(fd, flags, path, &answer);
    return result < 0 ? result : filestat_answer(stat, &answer);
}

int64_t unstable_path_filestat_get(uint32_t fd, uint32_t flags, struct wasi_list path, uint32_t stat)
{
    struct wasi_filestat answer;
    const int64_t result = stat_of(fd, flags, path, &answer);
    return result < 0 ? result : filestat_answer_unstable(stat, &answer);
}

int64_t preview1_path_filestat_set_times(uint32_t fd, uint32_t flags, struct wasi_list path, uint64_t atim,
                                         uint64_t mtim, uint32_t fst_flags)
{
    struct lookup lookup;
    struct timespec times[2];
    int64_t result = lookup_begin(&lookup, fd, RIGHT_PATH_FILESTAT_SET_TIMES, path);
    if (result < 0) {
        return result;
    }
    result = times_in(times, atim, mtim, fst_flags);
    if (result == 0) {
        result = path_set_times(&lookup, (flags & LOOKUP_SYMLINK_FOLLOW) != 0, times);
    }
    lookup_end(&lookup);
    return result;
}

/* A call on the file that a path names. */
static int64_t act(uint32_t fd, uint64_t right, struct wasi_list path, int64_t (*call)(struct lookup *lookup))
{
    struct lookup lookup;
    int64_t result = lookup_begin(&lookup, fd, right, path);
    if (result < 0) {
        return result;
    }
    result = call(&lookup);
    lookup_end(&lookup);
    return result;
}

int64_t preview1_path_create_directory(uint32_t fd, struct wasi_list path)
{
    return act(fd, RIGHT_PATH_CREATE_DIRECTORY, path, path_make_folder);
}

int64_t preview1_path_remove_directory(uint32_t fd, struct wasi_list path)
{
    return act(fd, RIGHT_PATH_REMOVE_DIRECTORY, path, path_remove_folder);
}

int64_t preview1_path_unlink_file(uint32_t fd, struct wasi_list path)
{
    return act(fd, RIGHT_PATH_UNLINK_FILE, path, path_remove_file);
}

int64_t preview1_path_readlink(uint32_t fd, struct wasi_list path, struct wasi_list buf, uint32_t bufused)
{
    char text[PATH_MAX];
    struct lookup lookup;
    int64_t result = lookup_begin(&lookup, fd, RIGHT_PATH_READLINK, path);
    if (result < 0) {
        return result;
    }
    result = path_read_link(&lookup, text);
    lookup_end(&lookup);
    if (result < 0) {
        return result;
    }
    const uint32_t length = result < buf.count ? (uint32_t)result : buf.count;
    return wasi_copy_out(buf.at, text, length) ? wasi_answer_32(bufused, length) : -EFAULT;
}

/* A folder and a path in it, and the right that the folder must have kept. */
struct named {
    uint32_t fd;
    struct wasi_list path;
    uint64_t right;
};

/* A call on the files that two paths name. */
static int64_t act_on_two(struct named old, struct named new,
                          int64_t (*call)(struct lookup *from, struct lookup *to))
{
    struct lookup from, to;
    int64_t result = lookup_begin(&from, old.fd, old.right, old.path);
    if (result < 0) {
        return result;
    }
    result = lookup_begin(&to, new.fd, new.right, new.path);
    if (result == 0) {
        result = call(&from, &to);
        lookup_end(&to);
    }
    lookup_end(&from);
    return result;
}

int64_t preview1_path_rename(uint32_t fd, struct wasi_list old_path, uint32_t new_fd,
                             struct wasi_list new_path)
{
    return act_on_two((struct named){fd, old_path, RIGHT_PATH_RENAME_SOURCE},
                      (struct named){new_fd, new_path, RIGHT_PATH_RENAME_TARGET}, path_rename);
}

int64_t preview1_path_link(uint32_t old_fd, uint32_t old_flags, struct wasi_list old_path, uint32_t new_fd,
                           struct wasi_list new_path)
{
    if ((old_flags & LOOKUP_SYMLINK_FOLLOW) != 0) { /* as in other runtimes */
        return -EINVAL;
    }
    return act_on_two((struct named){old_fd, old_path, RIGHT_PATH_LINK_SOURCE},
                      (struct named){new_fd, new_path, RIGHT_PATH_LINK_TARGET}, path_link);
}

/* Where the link leads decides who follows it; only from a confined folder it may not begin at the
 * root. */
int64_t preview1_path_symlink(struct wasi_list old_path, uint32_t fd, struct wasi_list new_path)
{
    char text[PATH_MAX];
    struct lookup lookup;
    int64_t result = lookup_begin(&lookup, fd, RIGHT_PATH_SYMLINK, new_path);
    if (result < 0) {
        return result;
    }
    result = path_copy_in(text, old_path, lookup.origin.confined);
    if (result == 0) {
        result = path_make_link(&lookup, text);
    }
    lookup_end(&lookup);
    return result;
}
