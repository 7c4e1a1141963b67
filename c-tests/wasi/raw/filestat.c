/* fd_filestat_* and path_filestat_*: the bytes of the structure, sizes, times. */
#include "preview1.h"

static struct filestat stat_of(uint32_t fd)
{
    struct filestat stat;
    memset(&stat, 0xee, sizeof stat);
    GIVES(p1_fd_filestat_get(fd, &stat), W_SUCCESS);
    return stat;
}

static void sizes(uint32_t fd)
{
    GIVES(p1_fd_filestat_set_size(fd, 100), W_SUCCESS);
    IS(stat_of(fd).size, 100);
    GIVES(p1_fd_filestat_set_size(fd, 3), W_SUCCESS);
    IS(stat_of(fd).size, 3);
    GIVES2(p1_fd_filestat_set_size(fd, UINT64_MAX), W_INVAL, W_FBIG);
    GIVES2(p1_fd_filestat_set_size(fd, 1ULL << 63), W_INVAL, W_FBIG);
    IS(stat_of(fd).size, 3);
    GIVES(p1_fd_filestat_set_size(99, 0), W_BADF);
    GIVES2(p1_fd_filestat_set_size(HERE, 0), W_BADF, W_ISDIR);
}

/* Who asked for the right to write alone may change the size, too. */
static void sizes_of_what_is_written(void)
{
    uint32_t fd;
    GIVES(p1_path_open(HERE, 0, P("written"), CREAT, RIGHT_READ | RIGHT_WRITE, 0, 0, &fd), W_SUCCESS);
    GIVES(p1_fd_filestat_set_size(fd, 100), W_SUCCESS);
    IS(stat_of(fd).size, 100);
    GIVES(p1_path_open(HERE, 0, P("written"), 0, RIGHT_READ, 0, 0, &fd), W_SUCCESS);
    CHECK(p1_fd_filestat_set_size(fd, 0) != W_SUCCESS);
    IS(stat_of(fd).size, 100);
}

static void times(uint32_t fd)
{
    GIVES(p1_fd_filestat_set_times(fd, 1000000001, 2000000002, ATIM | MTIM), W_SUCCESS);
    CHECK(stat_of(fd).accessed == 1000000001 && stat_of(fd).modified == 2000000002);
    GIVES(p1_fd_filestat_set_times(fd, 5, 6, ATIM), W_SUCCESS);
    CHECK(stat_of(fd).accessed == 5 && stat_of(fd).modified == 2000000002);
    GIVES(p1_fd_filestat_set_times(fd, 7, 8, MTIM), W_SUCCESS);
    CHECK(stat_of(fd).accessed == 5 && stat_of(fd).modified == 8);
    GIVES(p1_fd_filestat_set_times(fd, 1, 1, 0), W_SUCCESS); /* neither */
    CHECK(stat_of(fd).accessed == 5 && stat_of(fd).modified == 8);
    GIVES(p1_fd_filestat_set_times(fd, 0, 0, MTIM_NOW), W_SUCCESS);
    CHECK(stat_of(fd).accessed == 5 && stat_of(fd).modified > 1700000000000000000);
    GIVES(p1_fd_filestat_set_times(fd, 0, 0, ATIM | ATIM_NOW), W_INVAL);
    GIVES(p1_fd_filestat_set_times(fd, 0, 0, MTIM | MTIM_NOW), W_INVAL);
    UNKNOWN(p1_fd_filestat_set_times(fd, 0, 0, 16));
    GIVES(p1_fd_filestat_set_times(99, 0, 0, ATIM), W_BADF);
    CHECK(stat_of(fd).accessed == 5);

    GIVES(p1_path_filestat_set_times(HERE, 0, P("file"), 11, 12, ATIM | MTIM), W_SUCCESS);
    CHECK(stat_of(fd).accessed == 11 && stat_of(fd).modified == 12);
    GIVES(p1_path_filestat_set_times(HERE, FOLLOW, P("link"), 13, 14, ATIM | MTIM), W_SUCCESS);
    CHECK(stat_of(fd).accessed == 13 && stat_of(fd).modified == 14);
    GIVES(p1_path_filestat_set_times(HERE, 0, P("link"), 15, 16, ATIM | MTIM), W_SUCCESS);
    CHECK(stat_of(fd).accessed == 13);
    struct filestat link;
    GIVES(p1_path_filestat_get(HERE, 0, P("link"), &link), W_SUCCESS);
    CHECK(link.modified == 16 && link.type == TYPE_SYMLINK && link.size == 4);
    GIVES(p1_path_filestat_set_times(HERE, 0, P("file"), 0, 0, MTIM | MTIM_NOW), W_INVAL);
    GIVES(p1_path_filestat_set_times(HERE, 0, P("missing"), 0, 0, ATIM), W_NOENT);
    GIVES(p1_path_filestat_set_times(99, 0, P("file"), 0, 0, ATIM), W_BADF);
    GIVES2(p1_path_filestat_set_times(fd, 0, P("file"), 0, 0, ATIM), W_NOTDIR, W_BADF);
}

int main(void)
{
    uint32_t fd = created("file", "0123456789");
    GIVES(p1_path_symlink(P("file"), HERE, P("link")), W_SUCCESS);
    struct filestat stat = stat_of(fd), other;
    CHECK(stat.type == TYPE_FILE && stat.links == 1 && stat.size == 10 && stat.inode != 0);
    CHECK(stat.modified > 1700000000000000000 && stat.changed > 1700000000000000000);
    GIVES(p1_path_filestat_get(HERE, 0, P("file"), &other), W_SUCCESS);
    CHECK(stat.device == other.device && stat.inode == other.inode && stat.size == other.size);
    GIVES(p1_path_filestat_get(HERE, FOLLOW, P("link"), &other), W_SUCCESS);
    CHECK(stat.inode == other.inode);
    GIVES(p1_path_link(HERE, 0, P("file"), HERE, P("second")), W_SUCCESS);
    IS(stat_of(fd).links, 2);
    CHECK(stat_of(HERE).type == TYPE_DIRECTORY);
    sizes(fd);
    sizes_of_what_is_written();
    times(fd);
    GIVES(p1_path_filestat_get(HERE, 0, P("missing"), &stat), W_NOENT);
    GIVES(p1_path_filestat_get(99, 0, P("file"), &stat), W_BADF);
    GIVES2(p1_path_filestat_get(fd, 0, P("file"), &stat), W_NOTDIR, W_BADF);
    FAULTS(p1_path_filestat_get(HERE, 0, P("file"), last(63)));
    FAULTS(p1_path_filestat_get(HERE, 0, last(3), 4, &stat));
    GIVES(p1_fd_filestat_get(99, &stat), W_BADF);
    FAULTS(p1_fd_filestat_get(fd, last(63)));
    GIVES(p1_fd_filestat_get(fd, last(64)), W_SUCCESS);
    CHECK(((uint8_t *)last(64))[16] == TYPE_FILE);
    return done();
}
