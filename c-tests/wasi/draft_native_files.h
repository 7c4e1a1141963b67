/* Files and folders of draft.h, by POSIX. */
#ifndef DRAFT_NATIVE_FILES_H
#define DRAFT_NATIVE_FILES_H

#include "draft_native_streams.h"

static inline handle given_folder(void)
{
    return (handle)open(".", O_RDONLY | O_DIRECTORY);
}

static mode_t permissions(uint32_t modes)
{
    return ((modes & READABLE) != 0 ? 0444 : 0) | ((modes & WRITABLE) != 0 ? 0222 : 0) |
           ((modes & EXECUTABLE) != 0 ? 0111 : 0);
}

static inline int64_t open_file(handle folder, uint32_t follows, const char *path, uint32_t how,
                                uint32_t flags, uint32_t modes)
{
    const int access = (flags & WRITES) == 0 ? O_RDONLY : (flags & READS) != 0 ? O_RDWR : O_WRONLY;
    const int more = ((how & CREATES) != 0 ? O_CREAT : 0) | ((how & IS_FOLDER) != 0 ? O_DIRECTORY : 0) |
                     ((how & EXCLUSIVE) != 0 ? O_EXCL : 0) | ((how & TRUNCATES) != 0 ? O_TRUNC : 0);
    return OF_FILE(openat((int)folder, path, access | more | (follows ? 0 : O_NOFOLLOW), permissions(modes)));
}

static inline void drop_file(handle this)
{
    close((int)this);
}

static int64_t stream_if(handle file, bool writes, int64_t position)
{
    const int mode = fcntl((int)file, F_GETFL) & O_ACCMODE;
    if (mode == (writes ? O_RDONLY : O_WRONLY)) {
        errno = EBADF;
        return OF_FILE(-1);
    }
    return new_stream((int)file, position);
}

static inline int64_t reader(handle file, uint64_t offset)
{
    return stream_if(file, false, (int64_t)offset);
}

static inline int64_t writer(handle file, uint64_t offset)
{
    return stream_if(file, true, (int64_t)offset);
}

static inline int64_t appender(handle file)
{
    struct stat st;
    fstat((int)file, &st);
    return stream_if(file, true, st.st_size);
}

static inline int64_t file_read(handle file, void *to, uint64_t count, uint64_t offset, bool *is_end)
{
    const ssize_t got = pread((int)file, to, count, (off_t)offset);
    *is_end = got == 0;
    return OF_FILE(got);
}

static inline int64_t file_write(handle file, const void *at, uint32_t count, uint64_t offset)
{
    return OF_FILE(pwrite((int)file, at, count, (off_t)offset));
}

static uint8_t type_of(mode_t mode)
{
    return S_ISDIR(mode) ? TYPE_FOLDER : S_ISLNK(mode) ? TYPE_LINK : S_ISREG(mode) ? TYPE_FILE : 0;
}

static int64_t put_stat(int64_t result, const struct stat *from, struct draft_stat *st)
{
    if (result == 0) {
        *st = (struct draft_stat){from->st_dev,
                                  from->st_ino,
                                  type_of(from->st_mode),
                                  from->st_nlink,
                                  (uint64_t)from->st_size,
                                  times_of(from->st_atim),
                                  times_of(from->st_mtim),
                                  times_of(from->st_ctim)};
    }
    return OF_FILE(result);
}

static inline int64_t file_stat(handle file, struct draft_stat *st)
{
    struct stat found;
    return put_stat(fstat((int)file, &found), &found, st);
}

static inline int64_t path_stat(handle folder, uint32_t follows, const char *path, struct draft_stat *st)
{
    struct stat found;
    return put_stat(fstatat((int)folder, path, &found, follows ? 0 : AT_SYMLINK_NOFOLLOW), &found, st);
}

static inline int64_t file_type(handle file)
{
    struct stat st;
    return fstat((int)file, &st) == 0 ? type_of(st.st_mode) : OF_FILE(-1);
}

static inline int64_t set_size(handle file, uint64_t size)
{
    return OF_FILE(ftruncate((int)file, (off_t)size));
}

static inline int64_t sync_file(handle file)
{
    return OF_FILE(fsync((int)file));
}

static inline int64_t sync_data(handle file)
{
    return OF_FILE(fdatasync((int)file));
}

static inline int64_t set_times(handle file, struct times accessed, struct times modified)
{
    const struct timespec times[] = {{(time_t)accessed.seconds, accessed.nanoseconds},
                                     {(time_t)modified.seconds, modified.nanoseconds}};
    return OF_FILE(futimens((int)file, times));
}

static inline int64_t make_folder(handle folder, const char *path)
{
    return OF_FILE(mkdirat((int)folder, path, 0777));
}

static inline int64_t remove_folder(handle folder, const char *path)
{
    return OF_FILE(unlinkat((int)folder, path, AT_REMOVEDIR));
}

static inline int64_t remove_file(handle folder, const char *path)
{
    return OF_FILE(unlinkat((int)folder, path, 0));
}

static inline int64_t rename_path(handle folder, const char *from, const char *to)
{
    return OF_FILE(renameat((int)folder, from, (int)folder, to));
}

static inline int64_t link_path(handle folder, const char *from, const char *to)
{
    return OF_FILE(linkat((int)folder, from, (int)folder, to, 0));
}

static inline int64_t symlink_path(handle folder, const char *text, const char *path)
{
    return OF_FILE(symlinkat(text, (int)folder, path));
}

static inline int64_t read_link(handle folder, const char *path, char text[256])
{
    const ssize_t length = readlinkat((int)folder, path, text, 255);
    text[length < 0 ? 0 : length] = '\0';
    return OF_FILE(length);
}

static inline int64_t may(handle folder, uint32_t follows, const char *path, int modes)
{
    const int asked = modes == EXISTS
                          ? F_OK
                          : ((modes & READABLE) != 0 ? R_OK : 0) | ((modes & WRITABLE) != 0 ? W_OK : 0) |
                                ((modes & EXECUTABLE) != 0 ? X_OK : 0);
    return OF_FILE(faccessat((int)folder, path, asked, AT_EACCESS | (follows ? 0 : AT_SYMLINK_NOFOLLOW)));
}

/* The owner's as they are given, of the others' those that are there. */
static int64_t change(handle folder, const char *path, uint32_t modes, bool of_folder)
{
    struct stat st;
    if (fstatat((int)folder, path, &st, 0) != 0) {
        return OF_FILE(-1);
    }
    if (S_ISDIR(st.st_mode) != of_folder) {
        errno = of_folder ? ENOTDIR : EISDIR;
        return OF_FILE(-1);
    }
    const mode_t given = permissions(modes);
    return OF_FILE(fchmodat((int)folder, path, (given & 0700) | (given & st.st_mode & 077), 0));
}

static inline int64_t change_file(handle folder, uint32_t follows, const char *path, uint32_t modes)
{
    (void)follows;
    return change(folder, path, modes, false);
}

static inline int64_t change_folder(handle folder, uint32_t follows, const char *path, uint32_t modes)
{
    (void)follows;
    return change(folder, path, (modes & READABLE) != 0 ? modes | EXECUTABLE : modes, true);
}

static inline int64_t lock_shared(handle file)
{
    return OF_FILE(flock((int)file, LOCK_SH));
}

static inline int64_t lock_exclusive(handle file)
{
    return OF_FILE(flock((int)file, LOCK_EX));
}

static inline int64_t try_shared(handle file)
{
    return OF_FILE(flock((int)file, LOCK_SH | LOCK_NB));
}

static inline int64_t try_exclusive(handle file)
{
    return OF_FILE(flock((int)file, LOCK_EX | LOCK_NB));
}

static inline int64_t unlock(handle file)
{
    return OF_FILE(flock((int)file, LOCK_UN));
}

static inline int64_t entries_of(handle folder)
{
    const int fd = openat((int)folder, ".", O_RDONLY | O_DIRECTORY);
    if (fd < 0) {
        return OF_FILE(-1);
    }
    folders[folders_made] = fdopendir(fd);
    return folders_made++;
}

static inline int64_t next_entry(handle entries, struct draft_entry *entry)
{
    const struct dirent *found;
    do {
        found = readdir(folders[entries]);
    } while (found != NULL && (strcmp(found->d_name, ".") == 0 || strcmp(found->d_name, "..") == 0));
    if (found == NULL) {
        return 0;
    }
    entry->inode = found->d_ino;
    entry->type = type_of(DTTOIF(found->d_type));
    strcpy(entry->name, found->d_name);
    return 1;
}

static inline void drop_entries(handle this)
{
    closedir(folders[this]);
}

#endif
