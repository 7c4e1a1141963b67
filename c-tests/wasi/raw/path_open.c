/* path_open: rights that say how a file is opened, flags, and what it refuses. */
#include "preview1.h"

static uint32_t fd;

static int open_as(const char *path, uint32_t lookup, uint32_t oflags, uint64_t rights, uint32_t fdflags)
{
    fd = UINT32_MAX;
    return p1_path_open(HERE, lookup, P(path), oflags, rights, 0, fdflags, &fd);
}

static int reads(void)
{
    char byte;
    struct iov room = iov(&byte, 1);
    uint32_t size;
    return p1_fd_pread(fd, &room, 1, 0, &size);
}

static int writes(void)
{
    struct iov data = iov("x", 1);
    uint32_t size;
    return p1_fd_pwrite(fd, &data, 1, 0, &size);
}

static void rights(void)
{
    GIVES(open_as("file", 0, 0, RIGHT_READ, 0), W_SUCCESS);
    GIVES(reads(), W_SUCCESS);
    GIVES2(writes(), W_BADF, W_NOTCAPABLE);
    GIVES(open_as("file", 0, 0, RIGHT_WRITE, 0), W_SUCCESS);
    GIVES2(reads(), W_BADF, W_NOTCAPABLE);
    GIVES(writes(), W_SUCCESS);
    GIVES(open_as("file", 0, 0, RIGHT_READ | RIGHT_WRITE, 0), W_SUCCESS);
    GIVES(reads(), W_SUCCESS);
    GIVES(writes(), W_SUCCESS);
    GIVES(open_as("file", 0, 0, 0, 0), W_SUCCESS);
    GIVES2(reads(), W_BADF, W_NOTCAPABLE);
    GIVES2(writes(), W_BADF, W_NOTCAPABLE);
}

static void directories(void)
{
    struct fdstat stat;
    GIVES(p1_path_create_directory(HERE, P("dir")), W_SUCCESS);
    GIVES(open_as("dir", 0, DIRECTORY, RIGHT_READDIR, 0), W_SUCCESS);
    GIVES(p1_fd_fdstat_get(fd, &stat), W_SUCCESS);
    CHECK(stat.type == TYPE_DIRECTORY);
    GIVES(open_as("dir", 0, 0, RIGHT_READ, 0), W_SUCCESS);
    GIVES(open_as("dir", 0, DIRECTORY, RIGHTS_ALL & ~RIGHT_WRITE, 0), W_SUCCESS); /* what a directory has */
    GIVES(open_as("dir", 0, 0, RIGHTS_ALL & ~RIGHT_WRITE, 0), W_SUCCESS);
    GIVES(open_as("dir", 0, 0, RIGHT_READ | RIGHT_WRITE, 0), W_ISDIR);
    GIVES(open_as("dir", 0, 0, RIGHTS_ALL, 0), W_ISDIR);
    GIVES(open_as("dir", 0, DIRECTORY, RIGHT_READ | RIGHT_WRITE, 0), W_ISDIR);
    GIVES(open_as("dir", 0, DIRECTORY, RIGHTS_ALL, 0), W_ISDIR);
    GIVES(open_as("dir", 0, CREAT | DIRECTORY, RIGHT_READ, 0), W_INVAL);
    GIVES2(open_as("dir", 0, EXCL | DIRECTORY, RIGHT_READ, 0), W_INVAL, W_SUCCESS);
    GIVES2(open_as("dir", 0, TRUNC | DIRECTORY, RIGHT_READ, 0), W_INVAL, W_ISDIR);
    GIVES(open_as("dir", 0, CREAT | EXCL, RIGHT_WRITE, 0), W_EXIST);
    GIVES(open_as("file", 0, DIRECTORY, RIGHT_READ, 0), W_NOTDIR);
    GIVES(open_as("file/", 0, 0, RIGHT_READ, 0), W_NOTDIR);
    GIVES(open_as("dir/", 0, 0, RIGHT_READ, 0), W_SUCCESS);

    uint32_t inner = UINT32_MAX; /* what is opened through a directory */
    fd = opened_directory("dir");
    GIVES(p1_path_open(fd, 0, P("new"), CREAT | EXCL, RIGHT_WRITE, 0, 0, &inner), W_SUCCESS);
    GIVES(p1_path_filestat_get(HERE, 0, P("dir/new"), &(struct filestat){0}), W_SUCCESS);
    GIVES2(p1_path_open(inner, 0, P("x"), CREAT, RIGHT_WRITE, 0, 0, &inner), W_NOTDIR, W_BADF);
    GIVES2(p1_path_open(inner, 0, P("."), 0, RIGHT_READ, 0, 0, &inner), W_NOTDIR, W_BADF);
}

static void flags(void)
{
    struct filestat stat;
    GIVES(open_as("made", 0, CREAT | EXCL, RIGHT_WRITE, 0), W_SUCCESS);
    GIVES(open_as("made", 0, CREAT | EXCL, RIGHT_WRITE, 0), W_EXIST);
    GIVES(open_as("made", 0, CREAT, RIGHT_WRITE, FLAG_APPEND), W_SUCCESS);
    struct iov data = iov("more", 4);
    uint32_t size;
    GIVES(p1_fd_write(fd, &data, 1, &size), W_SUCCESS);
    GIVES(p1_fd_write(fd, &data, 1, &size), W_SUCCESS);
    GIVES(p1_path_filestat_get(HERE, 0, P("made"), &stat), W_SUCCESS);
    IS(stat.size, 8);
    GIVES(open_as("made", 0, TRUNC, RIGHT_WRITE, 0), W_SUCCESS);
    GIVES(p1_path_filestat_get(HERE, 0, P("made"), &stat), W_SUCCESS);
    IS(stat.size, 0);
    GIVES(open_as("made", 0, 0, RIGHT_WRITE, FLAG_SYNC), W_SUCCESS);
    GIVES(open_as("made", 0, 0, RIGHT_WRITE, FLAG_DSYNC), W_SUCCESS);
    GIVES(open_as("made", 0, 0, RIGHT_READ, FLAG_NONBLOCK), W_SUCCESS);
    GIVES(open_as("missing", 0, 0, RIGHT_READ, 0), W_NOENT);
    GIVES(open_as("missing", 0, TRUNC, RIGHT_WRITE, 0), W_NOENT);
    IS(fd, UINT32_MAX);
}

static void links(void)
{
    GIVES(p1_path_symlink(P("file"), HERE, P("link")), W_SUCCESS);
    GIVES(p1_path_symlink(P("nowhere"), HERE, P("dangling")), W_SUCCESS);
    GIVES(p1_path_symlink(P("loop"), HERE, P("loop")), W_SUCCESS);
    GIVES(p1_path_symlink(P("dir"), HERE, P("to_dir")), W_SUCCESS);
    GIVES(open_as("link", 0, 0, RIGHT_READ, 0), W_LOOP);
    GIVES(open_as("link", FOLLOW, 0, RIGHT_READ, 0), W_SUCCESS);
    GIVES(reads(), W_SUCCESS);
    GIVES(open_as("dangling", FOLLOW, 0, RIGHT_READ, 0), W_NOENT);
    GIVES(open_as("dangling", 0, 0, RIGHT_READ, 0), W_LOOP);
    GIVES(open_as("dangling", FOLLOW, CREAT | EXCL, RIGHT_WRITE, 0), W_EXIST);
    GIVES(open_as("loop", FOLLOW, 0, RIGHT_READ, 0), W_LOOP);
    GIVES(open_as("to_dir/new", 0, 0, RIGHT_READ, 0), W_SUCCESS); /* those on the way are followed */
    GIVES2(open_as("to_dir", 0, DIRECTORY, RIGHT_READ, 0), W_NOTDIR, W_LOOP);
}

static void spelling(void)
{
    char long_path[5000];
    memset(long_path, 'n', sizeof long_path);
    GIVES(p1_path_open(HERE, 0, long_path, 256, 0, RIGHT_READ, 0, 0, &fd), W_NAMETOOLONG);
    GIVES(p1_path_open(HERE, 0, long_path, 5000, 0, RIGHT_READ, 0, 0, &fd), W_NAMETOOLONG);
    GIVES(p1_path_open(HERE, 0, long_path, 0, 0, RIGHT_READ, 0, 0, &fd), W_NOENT);
    GIVES2(p1_path_open(HERE, 0, "fi\0le", 5, 0, RIGHT_READ, 0, 0, &fd), W_INVAL, W_ILSEQ);
    GIVES2(p1_path_open(HERE, 0, "file\0", 5, 0, RIGHT_READ, 0, 0, &fd), W_INVAL, W_ILSEQ);
    GIVES(p1_path_open(HERE, 0, "\xff\xfe", 2, CREAT, RIGHT_WRITE, 0, 0, &fd), W_ILSEQ);
    GIVES(p1_path_open(HERE, 0, "\xc3", 1, CREAT, RIGHT_WRITE, 0, 0, &fd), W_ILSEQ);
    GIVES(p1_path_open(HERE, 0, "\xed\xa0\x80", 3, CREAT, RIGHT_WRITE, 0, 0, &fd), W_ILSEQ); /* a surrogate */
    GIVES(p1_path_open(HERE, 0, "file-and-more", 4, 0, RIGHT_READ, 0, 0, &fd), W_SUCCESS); /* no NUL needed */
    REFUSED(open_as("/", 0, DIRECTORY, RIGHT_READ, 0));
    REFUSED(open_as("/file", 0, 0, RIGHT_READ, 0));
    REFUSED(open_as("..", 0, DIRECTORY, RIGHT_READ, 0));
    REFUSED(open_as("dir/../..", 0, DIRECTORY, RIGHT_READ, 0));
    GIVES(open_as("dir/../file", 0, 0, RIGHT_READ, 0), W_SUCCESS);
    GIVES(open_as(".", 0, DIRECTORY, RIGHT_READ, 0), W_SUCCESS);
}

static void bad(void)
{
    GIVES(p1_path_open(99, 0, P("file"), 0, RIGHT_READ, 0, 0, &fd), W_BADF);
    GIVES2(p1_path_open(1, 0, P("file"), 0, RIGHT_READ, 0, 0, &fd), W_NOTDIR, W_BADF);
    FAULTS(p1_path_open(HERE, 0, last(3), 4, 0, RIGHT_READ, 0, 0, &fd));
    FAULTS(p1_path_open(HERE, 0, (void *)0xffffffff, 2, 0, RIGHT_READ, 0, 0, &fd));
    FAULTS_OR(p1_path_open(HERE, 0, "file", 0xffffffff, 0, RIGHT_READ, 0, 0, &fd), W_NAMETOOLONG);
    FAULTS(p1_path_open(HERE, 0, P("file"), 0, RIGHT_READ, 0, 0, last(3)));
    memcpy(last(4), "file", 4);
    GIVES(p1_path_open(HERE, 0, last(4), 4, 0, RIGHT_READ, 0, 0, &fd), W_SUCCESS);
}

int main(void)
{
    p1_fd_close(created("file", "0123456789"));
    rights();
    directories();
    flags();
    links();
    spelling();
    bad();
    return done();
}
