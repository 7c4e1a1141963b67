/* Streams, files and folders of draft.h, and waiting, by the functions of the draft. */
#ifndef DRAFT_GUEST_FILES_H
#define DRAFT_GUEST_FILES_H

#include "draft_imports.h"

static inline int64_t stream_read(handle in, void *to, uint32_t count, bool *is_end)
{
    struct of_bytes answer;
    d_read(in, count, &answer);
    return of_list(&answer, to, is_end);
}

static inline int64_t stream_wait_read(handle in, void *to, uint32_t count, bool *is_end)
{
    struct of_bytes answer;
    d_blocking_read(in, count, &answer);
    return of_list(&answer, to, is_end);
}

static inline int64_t stream_skip(handle in, uint64_t count, bool *is_end)
{
    struct of_count answer;
    d_skip(in, count, &answer);
    *is_end = answer.is_end;
    return answer.tag != 0 ? GONE : (int64_t)answer.count;
}

static inline int64_t stream_write(handle out, const void *at, uint32_t count)
{
    struct of_written answer;
    d_write(out, at, count, &answer);
    return answer.tag != 0 ? GONE : (int64_t)answer.count;
}

static inline int64_t stream_wait_write(handle out, const void *at, uint32_t count)
{
    struct of_written answer;
    d_blocking_write(out, at, count, &answer);
    return answer.tag != 0 ? GONE : (int64_t)answer.count;
}

static inline int64_t stream_zeroes(handle out, uint64_t count)
{
    struct of_written answer;
    d_write_zeroes(out, count, &answer);
    return answer.tag != 0 ? GONE : (int64_t)answer.count;
}

static inline int64_t stream_splice(handle out, handle in, uint64_t count, bool *is_end)
{
    struct of_count answer;
    d_splice(out, in, count, &answer);
    *is_end = answer.is_end;
    return answer.tag != 0 ? GONE : (int64_t)answer.count;
}

static inline int64_t stream_forward(handle out, handle in)
{
    struct of_written answer;
    d_forward(out, in, &answer);
    return answer.tag != 0 ? GONE : (int64_t)answer.count;
}

static int64_t of_new(const struct of_handle *answer)
{
    return answer->tag != 0 ? FILE_FAILED(*answer) : (int64_t)answer->handle;
}

/* The folder that the program was given. */
static inline handle given_folder(void)
{
    struct list folders;
    d_get_directories(&folders);
    return *(const handle *)folders.at;
}

static inline int64_t open_file(handle folder, uint32_t follows, const char *path, uint32_t how,
                                uint32_t flags, uint32_t modes)
{
    struct of_handle answer;
    d_open_at(folder, follows, path, strlen(path), how, flags, modes, &answer);
    return of_new(&answer);
}

static inline int64_t reader(handle file, uint64_t offset)
{
    struct of_handle answer;
    d_reader(file, offset, &answer);
    return of_new(&answer);
}

static inline int64_t writer(handle file, uint64_t offset)
{
    struct of_handle answer;
    d_writer(file, offset, &answer);
    return of_new(&answer);
}

static inline int64_t appender(handle file)
{
    struct of_handle answer;
    d_appender(file, &answer);
    return of_new(&answer);
}

static inline int64_t file_read(handle file, void *to, uint64_t count, uint64_t offset, bool *is_end)
{
    struct of_bytes answer;
    d_pread(file, count, offset, &answer);
    return answer.tag != 0 ? FILE_FAILED(answer) : of_list(&answer, to, is_end);
}

static inline int64_t file_write(handle file, const void *at, uint32_t count, uint64_t offset)
{
    struct of_written answer;
    d_pwrite(file, at, count, offset, &answer);
    return answer.tag != 0 ? FILE_FAILED(answer) : (int64_t)answer.count;
}

static inline int64_t file_stat(handle file, struct draft_stat *st)
{
    struct of_stat answer;
    d_stat(file, &answer);
    *st = answer.stat;
    return answer.tag != 0 ? FILE_FAILED(answer) : 0;
}

static inline int64_t path_stat(handle folder, uint32_t follows, const char *path, struct draft_stat *st)
{
    struct of_stat answer;
    d_stat_at(folder, follows, path, strlen(path), &answer);
    *st = answer.stat;
    return answer.tag != 0 ? FILE_FAILED(answer) : 0;
}

#define BY(call, ...)                                                                                        \
    struct of_nothing answer;                                                                                \
    call(__VA_ARGS__, &answer);                                                                              \
    return nothing(&answer)

static inline int64_t file_type(handle file)
{
    struct of_nothing answer;
    d_get_type(file, &answer);
    return answer.tag != 0 ? FILE_FAILED(answer) : answer.code;
}

static inline int64_t set_size(handle file, uint64_t size)
{
    BY(d_set_size, file, size);
}

static inline int64_t sync_file(handle file)
{
    BY(d_sync, file);
}

static inline int64_t sync_data(handle file)
{
    BY(d_sync_data, file);
}

static inline int64_t set_times(handle file, struct times accessed, struct times modified)
{
    BY(d_set_times, file, 2, accessed.seconds, accessed.nanoseconds, 2, modified.seconds,
       modified.nanoseconds);
}

static inline int64_t make_folder(handle folder, const char *path)
{
    BY(d_create_directory, folder, path, strlen(path));
}

static inline int64_t remove_folder(handle folder, const char *path)
{
    BY(d_remove_directory, folder, path, strlen(path));
}

static inline int64_t remove_file(handle folder, const char *path)
{
    BY(d_unlink, folder, path, strlen(path));
}

static inline int64_t rename_path(handle folder, const char *from, const char *to)
{
    BY(d_rename, folder, from, strlen(from), folder, to, strlen(to));
}

static inline int64_t link_path(handle folder, const char *from, const char *to)
{
    BY(d_link, folder, 0, from, strlen(from), folder, to, strlen(to));
}

static inline int64_t symlink_path(handle folder, const char *text, const char *path)
{
    BY(d_symlink, folder, text, strlen(text), path, strlen(path));
}

static inline int64_t may(handle folder, uint32_t follows, const char *path, int modes)
{
    BY(d_access, folder, follows, path, strlen(path), modes == EXISTS, modes == EXISTS ? 0 : (uint32_t)modes);
}

static inline int64_t change_file(handle folder, uint32_t follows, const char *path, uint32_t modes)
{
    BY(d_change_file, folder, follows, path, strlen(path), modes);
}

static inline int64_t change_folder(handle folder, uint32_t follows, const char *path, uint32_t modes)
{
    BY(d_change_folder, folder, follows, path, strlen(path), modes);
}

static inline int64_t lock_shared(handle file)
{
    BY(d_lock_shared, file);
}

static inline int64_t lock_exclusive(handle file)
{
    BY(d_lock_exclusive, file);
}

static inline int64_t try_shared(handle file)
{
    BY(d_try_shared, file);
}

static inline int64_t try_exclusive(handle file)
{
    BY(d_try_exclusive, file);
}

static inline int64_t unlock(handle file)
{
    BY(d_unlock, file);
}

static inline int64_t read_link(handle folder, const char *path, char text[256])
{
    struct of_text answer;
    d_readlink(folder, path, strlen(path), &answer);
    if (answer.tag != 0) {
        return FILE_FAILED(answer);
    }
    memcpy(text, answer.text.at, answer.text.count);
    text[answer.text.count] = '\0';
    return answer.text.count;
}

static inline int64_t entries_of(handle folder)
{
    struct of_handle answer;
    d_read_directory(folder, &answer);
    return of_new(&answer);
}

/* 1, or 0 behind the last one. */
static inline int64_t next_entry(handle entries, struct draft_entry *entry)
{
    struct of_entry answer;
    d_entry(entries, &answer);
    if (answer.tag != 0) {
        return FILE_FAILED(answer);
    }
    if (answer.is_some) {
        entry->inode = answer.has_inode ? answer.inode : 0;
        entry->type = answer.type;
        memcpy(entry->name, answer.name.at, answer.name.count);
        entry->name[answer.name.count] = '\0';
    }
    return answer.is_some;
}

/* Whether each of these is ready. */
static inline void wait_for(const handle *pollables, uint32_t count, bool *ready)
{
    struct list answer;
    d_poll(pollables, count, &answer);
    if (answer.count != count) {
        abort();
    }
    for (uint32_t i = 0; i < count; i++) {
        ready[i] = ((const uint8_t *)answer.at)[i] != 0;
    }
}

#endif
