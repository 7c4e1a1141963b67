/* Rights that fd_fdstat_set_rights has given up: each is enforced, on what is opened through a folder, too,
 * and none comes back. */
#include "preview1.h"

enum { FOLDER = 1 << 13 | 1 << 18 }; /* PATH_OPEN, PATH_FILESTAT_GET */

static uint32_t without(uint64_t right)
{
    uint32_t fd;
    struct fdstat stat;
    GIVES(p1_path_open(HERE, 0, P("file"), 0, RIGHTS_ALL & ~RIGHT_READDIR, 0, 0, &fd), W_SUCCESS);
    GIVES(p1_fd_fdstat_get(fd, &stat), W_SUCCESS);
    CHECK((stat.base & right) == right);
    GIVES(p1_fd_fdstat_set_rights(fd, stat.base & ~right, 0), W_SUCCESS);
    return fd;
}

static void files(void)
{
    uint64_t position;
    uint32_t size;
    char byte;
    struct iov room = iov(&byte, 1);
    struct filestat stat;
    GIVES(p1_fd_seek(without(RIGHT_SEEK), 1, 0, &position), W_NOTCAPABLE);
    GIVES(p1_fd_seek(without(RIGHT_SEEK), 0, 1, &position), W_SUCCESS); /* FD_TELL is left */
    GIVES(p1_fd_tell(without(RIGHT_SEEK | 1 << 5), &position), W_NOTCAPABLE);
    GIVES(p1_fd_pread(without(RIGHT_SEEK), &room, 1, 0, &size), W_NOTCAPABLE);
    GIVES(p1_fd_pwrite(without(RIGHT_SEEK), &room, 1, 0, &size), W_NOTCAPABLE);
    GIVES(p1_fd_datasync(without(RIGHT_DATASYNC)), W_NOTCAPABLE);
    GIVES(p1_fd_sync(without(1 << 4)), W_NOTCAPABLE);
    GIVES(p1_fd_fdstat_set_flags(without(1 << 3), FLAG_APPEND), W_NOTCAPABLE);
    GIVES(p1_fd_advise(without(1 << 7), 0, 0, 0), W_NOTCAPABLE);
    GIVES(p1_fd_allocate(without(1 << 8), 0, 1), W_NOTCAPABLE);
    GIVES(p1_fd_filestat_get(without(1 << 21), &stat), W_NOTCAPABLE);
    GIVES(p1_fd_filestat_set_size(without(RIGHT_SET_SIZE), 1), W_NOTCAPABLE);
    uint32_t written;
    GIVES(p1_path_open(HERE, 0, P("file"), 0, RIGHT_READ | RIGHT_WRITE, 0, 0, &written), W_SUCCESS);
    GIVES(p1_fd_fdstat_set_rights(written, RIGHT_READ | RIGHT_WRITE, 0), W_SUCCESS);
    GIVES(p1_fd_filestat_set_size(written, 10), W_SUCCESS); /* nothing was given up */
    GIVES(p1_fd_fdstat_set_rights(written, RIGHT_WRITE, 0), W_SUCCESS);
    GIVES(p1_fd_filestat_set_size(written, 10), W_NOTCAPABLE);
    GIVES(p1_fd_filestat_set_times(without(1 << 23), 0, 0, ATIM_NOW), W_NOTCAPABLE);
    struct {
        uint64_t userdata;
        uint64_t kind;
        uint64_t fd;
        char rest[24];
    } wait = {.kind = 1, .fd = without(1 << 27)};
    _Static_assert(sizeof wait == 48, "subscription");
    char event[32];
    GIVES(p1_poll_oneoff(&wait, event, 1, &size), W_NOTCAPABLE);
}

/* A folder that was opened for reading does not show the right to write, which is given up with the rest. */
static void folders(void)
{
    uint32_t folder, fd;
    uint64_t reading = RIGHT_READ | RIGHT_READDIR | FOLDER;
    GIVES(p1_path_open(HERE, 0, P("."), DIRECTORY, reading, RIGHTS_ALL, 0, &folder), W_SUCCESS);
    GIVES(p1_path_open(folder, 0, P("file"), 0, RIGHT_READ | RIGHT_WRITE, 0, 0, &fd), W_SUCCESS);
    GIVES(p1_fd_fdstat_set_rights(folder, reading & ~RIGHT_READ, RIGHT_READ | FOLDER), W_SUCCESS);
    GIVES(p1_path_open(folder, 0, P("file"), 0, RIGHT_READ | RIGHT_WRITE, 0, 0, &fd), W_NOTCAPABLE);
    GIVES(p1_path_open(folder, 0, P("file"), 0, RIGHT_READ, 0, 0, &fd), W_SUCCESS);
    GIVES(p1_path_unlink_file(folder, P("file")), W_NOTCAPABLE);
    uint32_t again;
    GIVES(p1_path_open(folder, 0, P("."), DIRECTORY, RIGHTS_ALL & ~RIGHT_WRITE, RIGHTS_ALL, 0, &again),
          W_SUCCESS);
    GIVES(p1_path_open(again, 0, P("file"), 0, RIGHT_READ | RIGHT_WRITE, 0, 0, &fd), W_NOTCAPABLE);
    GIVES(p1_path_unlink_file(again, P("file")), W_NOTCAPABLE);
    GIVES(p1_path_create_directory(again, P("dir")), W_NOTCAPABLE);
}

static int opened_as(uint32_t folder, uint32_t fdflags)
{
    uint32_t fd;
    return p1_path_open(folder, 0, P("file"), 0, RIGHT_READ, 0, fdflags, &fd);
}

/* Sets that stay as they are give nothing up, neither what is shown nor what is not. */
static void nothing(void)
{
    uint32_t folder, fd;
    struct fdstat stat;
    uint64_t reading = RIGHT_READDIR | FOLDER | 1 << 10; /* PATH_CREATE_FILE */
    GIVES(p1_path_open(HERE, 0, P("."), DIRECTORY, reading, RIGHTS_ALL, 0, &folder), W_SUCCESS);
    GIVES(p1_fd_fdstat_get(folder, &stat), W_SUCCESS);
    CHECK(stat.base == reading && (stat.inheriting & RIGHT_WRITE) == 0);
    GIVES(p1_fd_fdstat_set_rights(folder, stat.base, stat.inheriting), W_SUCCESS);
    GIVES(p1_path_open(folder, 0, P("new"), CREAT, RIGHT_READ | RIGHT_WRITE, 0, 0, &fd), W_SUCCESS);
    GIVES(p1_path_unlink_file(folder, P("new")), W_SUCCESS);
    GIVES(p1_fd_fdstat_set_rights(folder, stat.base & ~(uint64_t)(1 << 10), stat.inheriting), W_SUCCESS);
    GIVES(p1_path_open(folder, 0, P("new"), CREAT, RIGHT_READ | RIGHT_WRITE, 0, 0, &fd), W_NOTCAPABLE);
    GIVES(p1_path_open(folder, 0, P("file"), 0, RIGHT_READ | RIGHT_WRITE, 0, 0, &fd), W_NOTCAPABLE);
    GIVES(p1_path_unlink_file(folder, P("file")), W_NOTCAPABLE);
}

/* The rights to fd_sync and fd_datasync are also those to open a file that is always synchronous. */
static void synchronous(void)
{
    enum { SYNC = 1 << 4 };
    struct fdstat stat;
    uint32_t folder = UINT32_MAX;
    GIVES(p1_path_open(HERE, 0, P("."), DIRECTORY, RIGHTS_ALL & ~RIGHT_WRITE, RIGHTS_ALL, 0, &folder),
          W_SUCCESS);
    const uint32_t all[] = {FLAG_SYNC, FLAG_RSYNC, FLAG_DSYNC, FLAG_SYNC | FLAG_DSYNC};
    for (int i = 0; i < 4; i++) {
        GIVES(opened_as(folder, all[i]), W_SUCCESS);
    }
    GIVES(p1_fd_fdstat_get(folder, &stat), W_SUCCESS);
    GIVES(p1_fd_fdstat_set_rights(folder, stat.base & ~RIGHT_DATASYNC, stat.inheriting), W_SUCCESS);
    for (int i = 0; i < 4; i++) { /* who may synchronize all may synchronize data */
        GIVES(opened_as(folder, all[i]), W_SUCCESS);
    }
    GIVES(p1_fd_fdstat_set_rights(folder, stat.base & ~(RIGHT_DATASYNC | SYNC), stat.inheriting), W_SUCCESS);
    for (int i = 0; i < 4; i++) {
        GIVES(opened_as(folder, all[i]), W_NOTCAPABLE);
    }
    GIVES(opened_as(folder, FLAG_APPEND), W_SUCCESS);
    GIVES(p1_path_open(HERE, 0, P("."), DIRECTORY, RIGHTS_ALL & ~RIGHT_WRITE, RIGHTS_ALL, 0, &folder),
          W_SUCCESS);
    GIVES(p1_fd_fdstat_set_rights(folder, stat.base & ~SYNC, stat.inheriting), W_SUCCESS);
    GIVES(opened_as(folder, FLAG_DSYNC), W_SUCCESS);
    GIVES(opened_as(folder, FLAG_SYNC), W_NOTCAPABLE);
    GIVES(opened_as(folder, FLAG_RSYNC), W_NOTCAPABLE);
}

int main(void)
{
    created("file", "0123456789");
    files();
    folders();
    nothing();
    synchronous();
    return done();
}
