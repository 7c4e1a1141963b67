/* Numbers and structures of preview1, as its witx text has them. */
#ifndef WALI_WASI_PREVIEW1_H
#define WALI_WASI_PREVIEW1_H

#include <stdint.h>

/* Rights, as bits. */
#define RIGHT_FD_DATASYNC (UINT64_C(1) << 0)
#define RIGHT_FD_READ (UINT64_C(1) << 1)
#define RIGHT_FD_SEEK (UINT64_C(1) << 2)
#define RIGHT_FD_FDSTAT_SET_FLAGS (UINT64_C(1) << 3)
#define RIGHT_FD_SYNC (UINT64_C(1) << 4)
#define RIGHT_FD_TELL (UINT64_C(1) << 5)
#define RIGHT_FD_WRITE (UINT64_C(1) << 6)
#define RIGHT_FD_ADVISE (UINT64_C(1) << 7)
#define RIGHT_FD_ALLOCATE (UINT64_C(1) << 8)
#define RIGHT_PATH_CREATE_DIRECTORY (UINT64_C(1) << 9)
#define RIGHT_PATH_CREATE_FILE (UINT64_C(1) << 10)
#define RIGHT_PATH_LINK_SOURCE (UINT64_C(1) << 11)
#define RIGHT_PATH_LINK_TARGET (UINT64_C(1) << 12)
#define RIGHT_PATH_OPEN (UINT64_C(1) << 13)
#define RIGHT_FD_READDIR (UINT64_C(1) << 14)
#define RIGHT_PATH_READLINK (UINT64_C(1) << 15)
#define RIGHT_PATH_RENAME_SOURCE (UINT64_C(1) << 16)
#define RIGHT_PATH_RENAME_TARGET (UINT64_C(1) << 17)
#define RIGHT_PATH_FILESTAT_GET (UINT64_C(1) << 18)
#define RIGHT_PATH_FILESTAT_SET_SIZE (UINT64_C(1) << 19)
#define RIGHT_PATH_FILESTAT_SET_TIMES (UINT64_C(1) << 20)
#define RIGHT_FD_FILESTAT_GET (UINT64_C(1) << 21)
#define RIGHT_FD_FILESTAT_SET_SIZE (UINT64_C(1) << 22)
#define RIGHT_FD_FILESTAT_SET_TIMES (UINT64_C(1) << 23)
#define RIGHT_PATH_SYMLINK (UINT64_C(1) << 24)
#define RIGHT_PATH_REMOVE_DIRECTORY (UINT64_C(1) << 25)
#define RIGHT_PATH_UNLINK_FILE (UINT64_C(1) << 26)
#define RIGHT_POLL_FD_READWRITE (UINT64_C(1) << 27)
#define RIGHT_SOCK_SHUTDOWN (UINT64_C(1) << 28)
#define RIGHT_SOCK_ACCEPT (UINT64_C(1) << 29)

enum wasi_file_type {
    TYPE_UNKNOWN, /* a pipe, too */
    TYPE_BLOCK_DEVICE,
    TYPE_CHARACTER_DEVICE,
    TYPE_DIRECTORY,
    TYPE_REGULAR_FILE,
    TYPE_SOCKET_DATAGRAM,
    TYPE_SOCKET_STREAM,
    TYPE_SYMBOLIC_LINK,
};

/* fdflags */
enum { FLAG_APPEND = 1, FLAG_DSYNC = 2, FLAG_NONBLOCK = 4, FLAG_RSYNC = 8, FLAG_SYNC = 16 };
/* oflags */
enum { OPEN_CREAT = 1, OPEN_DIRECTORY = 2, OPEN_EXCL = 4, OPEN_TRUNC = 8 };
/* lookupflags */
enum { LOOKUP_SYMLINK_FOLLOW = 1 };
/* fstflags */
enum { SET_ATIM = 1, SET_ATIM_NOW = 2, SET_MTIM = 4, SET_MTIM_NOW = 8 };

struct wasi_fdstat {
    uint8_t type;
    uint8_t unused;
    uint16_t flags;
    uint32_t unused_too;
    uint64_t base;
    uint64_t inheriting;
};

struct wasi_filestat {
    uint64_t device;
    uint64_t inode;
    uint8_t type;
    uint8_t unused[7];
    uint64_t links;
    uint64_t size;
    uint64_t accessed; /* these three in nanoseconds */
    uint64_t modified;
    uint64_t changed;
};

/* PREOPENED_FOLDER is the only kind that the interface has.  PREOPENED_SOCKET is another, so that libcs,
 * which pass over what they do not know and end at what is none (BADF), find the folders behind. */
enum { PREOPENED_FOLDER, PREOPENED_SOCKET };
struct wasi_prestat {
    uint32_t kind;
    uint32_t name_length;
};

struct wasi_dirent {
    uint64_t next; /* the cookie of the entry behind this one */
    uint64_t inode;
    uint32_t name_length;
    uint8_t type;
    uint8_t unused[3];
};

/* eventtype, and the kinds of subscriptions */
enum { EVENT_CLOCK, EVENT_FD_READ, EVENT_FD_WRITE };
enum { EVENT_HANGUP = 1 };   /* eventrwflags */
enum { CLOCK_ABSOLUTE = 1 }; /* subclockflags */

struct wasi_subscription {
    uint64_t userdata;
    uint8_t kind;
    uint8_t unused[7];
    union {
        struct {
            uint32_t id;
            uint64_t timeout; /* nanoseconds */
            uint64_t precision;
            uint16_t flags;
        } clock;
        uint32_t fd;
    };
};

struct wasi_event {
    uint64_t userdata;
    uint16_t error;
    uint8_t kind;
    uint8_t unused[5];
    uint64_t bytes;
    uint16_t flags;
    uint8_t unused_too[6];
};

/* riflags, roflags, sdflags */
enum { RECEIVE_PEEK = 1, RECEIVE_WAITALL = 2 };
enum { RECEIVED_DATA_TRUNCATED = 1 };
enum { SHUT_RECEIVING = 1, SHUT_SENDING = 2 };

_Static_assert(sizeof(struct wasi_fdstat) == 24, "fdstat");
_Static_assert(sizeof(struct wasi_filestat) == 64, "filestat");
_Static_assert(sizeof(struct wasi_prestat) == 8, "prestat");
_Static_assert(sizeof(struct wasi_dirent) == 24, "dirent");
_Static_assert(sizeof(struct wasi_subscription) == 48, "subscription");
_Static_assert(sizeof(struct wasi_event) == 32, "event");

#endif
