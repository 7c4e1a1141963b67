/* The functions of preview1 as a module imports them, with their codes and structures, without a libc.
 * Addresses are pointers, so that a test may pass any; all but proc_exit answer a code. */
#ifndef IMPORTS_H
#define IMPORTS_H

#include <stdint.h>

#define IMPORT(name) __attribute__((import_module("wasi_snapshot_preview1"), import_name(#name))) extern
#define DECLARE(name, ...) IMPORT(name) int p1_##name(__VA_ARGS__)

DECLARE(adapter_close_badfd, uint32_t fd);
DECLARE(adapter_open_badfd, void *fd);
DECLARE(args_get, void *pointers, void *bytes);
DECLARE(args_sizes_get, void *count, void *size);
DECLARE(clock_res_get, uint32_t clock, void *resolution);
DECLARE(clock_time_get, uint32_t clock, uint64_t precision, void *time);
DECLARE(environ_get, void *pointers, void *bytes);
DECLARE(environ_sizes_get, void *count, void *size);
DECLARE(fd_advise, uint32_t fd, uint64_t offset, uint64_t length, uint32_t advice);
DECLARE(fd_allocate, uint32_t fd, uint64_t offset, uint64_t length);
DECLARE(fd_close, uint32_t fd);
DECLARE(fd_datasync, uint32_t fd);
DECLARE(fd_fdstat_get, uint32_t fd, void *stat);
DECLARE(fd_fdstat_set_flags, uint32_t fd, uint32_t flags);
DECLARE(fd_fdstat_set_rights, uint32_t fd, uint64_t base, uint64_t inheriting);
DECLARE(fd_filestat_get, uint32_t fd, void *stat);
DECLARE(fd_filestat_set_size, uint32_t fd, uint64_t size);
DECLARE(fd_filestat_set_times, uint32_t fd, uint64_t accessed, uint64_t modified, uint32_t flags);
DECLARE(fd_pread, uint32_t fd, const void *iovs, uint32_t count, uint64_t offset, void *size);
DECLARE(fd_prestat_dir_name, uint32_t fd, void *path, uint32_t length);
DECLARE(fd_prestat_get, uint32_t fd, void *prestat);
DECLARE(fd_pwrite, uint32_t fd, const void *iovs, uint32_t count, uint64_t offset, void *size);
DECLARE(fd_read, uint32_t fd, const void *iovs, uint32_t count, void *size);
DECLARE(fd_readdir, uint32_t fd, void *buffer, uint32_t length, uint64_t cookie, void *size);
DECLARE(fd_renumber, uint32_t from, uint32_t to);
DECLARE(fd_seek, uint32_t fd, int64_t offset, uint32_t whence, void *position);
DECLARE(fd_sync, uint32_t fd);
DECLARE(fd_tell, uint32_t fd, void *position);
DECLARE(fd_write, uint32_t fd, const void *iovs, uint32_t count, void *size);
DECLARE(path_create_directory, uint32_t fd, const void *path, uint32_t length);
DECLARE(path_filestat_get, uint32_t fd, uint32_t lookup, const void *path, uint32_t length, void *stat);
DECLARE(path_filestat_set_times, uint32_t fd, uint32_t lookup, const void *path, uint32_t length,
        uint64_t accessed, uint64_t modified, uint32_t flags);
DECLARE(path_link, uint32_t from_fd, uint32_t lookup, const void *from, uint32_t from_length, uint32_t to_fd,
        const void *to, uint32_t to_length);
DECLARE(path_open, uint32_t fd, uint32_t lookup, const void *path, uint32_t length, uint32_t oflags,
        uint64_t base, uint64_t inheriting, uint32_t fdflags, void *opened);
DECLARE(path_readlink, uint32_t fd, const void *path, uint32_t length, void *buffer, uint32_t room,
        void *size);
DECLARE(path_remove_directory, uint32_t fd, const void *path, uint32_t length);
DECLARE(path_rename, uint32_t from_fd, const void *from, uint32_t from_length, uint32_t to_fd, const void *to,
        uint32_t to_length);
DECLARE(path_symlink, const void *target, uint32_t target_length, uint32_t fd, const void *path,
        uint32_t length);
DECLARE(path_unlink_file, uint32_t fd, const void *path, uint32_t length);
DECLARE(poll_oneoff, const void *in, void *out, uint32_t count, void *events);
IMPORT(proc_exit) _Noreturn void p1_proc_exit(uint32_t code);
DECLARE(proc_raise, uint32_t signal);
DECLARE(random_get, void *buffer, uint32_t length);
IMPORT(sched_yield) int p1_sched_yield(void);
DECLARE(sock_accept, uint32_t fd, uint32_t flags, void *accepted);
DECLARE(sock_recv, uint32_t fd, const void *iovs, uint32_t count, uint32_t flags, void *size,
        void *out_flags);
DECLARE(sock_send, uint32_t fd, const void *iovs, uint32_t count, uint32_t flags, void *size);
DECLARE(sock_shutdown, uint32_t fd, uint32_t how);

enum code {
    W_SUCCESS = 0,
    W_ACCES = 2,
    W_AGAIN = 6,
    W_BADF = 8,
    W_EXIST = 20,
    W_FAULT = 21,
    W_FBIG = 22,
    W_ILSEQ = 25,
    W_INVAL = 28,
    W_IO = 29,
    W_ISDIR = 31,
    W_LOOP = 32,
    W_MSGSIZE = 35,
    W_NAMETOOLONG = 37,
    W_NOENT = 44,
    W_NOTCONN = 53,
    W_NOTDIR = 54,
    W_NOTEMPTY = 55,
    W_NOTSOCK = 57,
    W_NOTSUP = 58,
    W_OVERFLOW = 61,
    W_PERM = 63,
    W_PIPE = 64,
    W_SPIPE = 70,
    W_NOTCAPABLE = 76,
};

enum filetype {
    TYPE_UNKNOWN,
    TYPE_BLOCK,
    TYPE_CHARACTER,
    TYPE_DIRECTORY,
    TYPE_FILE,
    TYPE_DATAGRAM,
    TYPE_STREAM,
    TYPE_SYMLINK,
};

enum { CREAT = 1, DIRECTORY = 2, EXCL = 4, TRUNC = 8 }; /* oflags of path_open */
enum { FLAG_APPEND = 1, FLAG_DSYNC = 2, FLAG_NONBLOCK = 4, FLAG_RSYNC = 8, FLAG_SYNC = 16 };
enum { FOLLOW = 1 };                                     /* lookupflags */
enum { ATIM = 1, ATIM_NOW = 2, MTIM = 4, MTIM_NOW = 8 }; /* fstflags */
#define RIGHT_DATASYNC (1ULL << 0)
#define RIGHT_READ (1ULL << 1)
#define RIGHT_SEEK (1ULL << 2)
#define RIGHT_WRITE (1ULL << 6)
#define RIGHT_READDIR (1ULL << 14)
#define RIGHT_SET_SIZE (1ULL << 22)
#define RIGHTS_ALL ((1ULL << 30) - 1)
#define RIGHTS_FILE                                                                                          \
    (RIGHT_READ | RIGHT_WRITE | RIGHT_SEEK | 1 << 5 | RIGHT_DATASYNC | 1 << 4 | 1 << 21 | RIGHT_SET_SIZE |   \
     1 << 23)

struct iov {
    uint32_t at;
    uint32_t length;
};

struct fdstat {
    uint8_t type;
    uint16_t flags;
    uint64_t base;
    uint64_t inheriting;
};

struct filestat {
    uint64_t device;
    uint64_t inode;
    uint8_t type;
    uint64_t links;
    uint64_t size;
    uint64_t accessed;
    uint64_t modified;
    uint64_t changed;
};

_Static_assert(sizeof(struct fdstat) == 24 && sizeof(struct filestat) == 64,
               "as the interface lays them out");

#endif
