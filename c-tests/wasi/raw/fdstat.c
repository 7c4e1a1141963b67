/* fd_fdstat_get and its setters: kinds, flags and rights of descriptors. */
#include "preview1.h"

static struct fdstat of(uint32_t fd)
{
    struct fdstat stat;
    memset(&stat, 0xee, sizeof stat);
    GIVES(p1_fd_fdstat_get(fd, &stat), W_SUCCESS);
    return stat;
}

static void streams(void)
{
    struct fdstat stat = of(0);
    CHECK((stat.base & RIGHT_READ) != 0 && (stat.base & RIGHT_WRITE) == 0);
    for (uint32_t fd = 1; fd < 3; fd++) {
        stat = of(fd);
        CHECK((stat.base & RIGHT_WRITE) != 0 && (stat.base & RIGHT_READ) == 0);
        CHECK((stat.base & RIGHT_SEEK) == 0); /* else libc takes it for a file, not a terminal */
        GIVES(p1_fd_fdstat_set_flags(fd, FLAG_NONBLOCK), W_BADF); /* they are the shell's, too */
    }
}

static void flags(void)
{
    uint32_t fd = created("file", "0123456789");
    struct fdstat stat = of(fd);
    CHECK(stat.type == TYPE_FILE && stat.flags == 0);
    CHECK((stat.base & RIGHTS_FILE) == RIGHTS_FILE);
    GIVES(p1_fd_fdstat_set_flags(fd, FLAG_APPEND), W_SUCCESS);
    CHECK(of(fd).flags == FLAG_APPEND);
    uint64_t position;
    GIVES(p1_fd_seek(fd, 0, 0, &position), W_SUCCESS);
    struct iov data = iov("X", 1);
    uint32_t size;
    GIVES(p1_fd_write(fd, &data, 1, &size), W_SUCCESS);
    GIVES(p1_fd_tell(fd, &position), W_SUCCESS);
    IS(position, 11);
    GIVES(p1_fd_fdstat_set_flags(fd, 0), W_SUCCESS);
    CHECK(of(fd).flags == 0);
    GIVES(p1_fd_fdstat_set_flags(fd, FLAG_NONBLOCK), W_SUCCESS);
    CHECK((of(fd).flags & FLAG_APPEND) == 0);
    GIVES(p1_fd_fdstat_set_flags(fd, 0), W_SUCCESS);
    GIVES2(p1_fd_fdstat_set_flags(fd, FLAG_SYNC), W_INVAL, W_NOTSUP); /* Linux cannot change it */
    UNKNOWN(p1_fd_fdstat_set_flags(fd, 0x20));
    CHECK(of(opened("file", 0, FLAG_APPEND)).flags == FLAG_APPEND);
    GIVES(p1_fd_fdstat_set_flags(99, 0), W_BADF);
}

static void rights(void)
{
    uint32_t fd = created("narrow", "0123456789");
    uint64_t base = of(fd).base;
    GIVES2(p1_fd_fdstat_set_rights(fd, base | 1ULL << 50, 0), W_NOTCAPABLE, W_BADF); /* none such */
    GIVES(p1_fd_fdstat_set_rights(fd, base, 0), W_SUCCESS);
    GIVES(p1_fd_fdstat_set_rights(fd, base & ~(uint64_t)RIGHT_WRITE, 0), W_SUCCESS);
    CHECK(of(fd).base == (base & ~(uint64_t)RIGHT_WRITE));
    GIVES(p1_fd_fdstat_set_rights(fd, base, 0), W_NOTCAPABLE); /* they do not come back */
    struct iov data = iov("X", 1);
    uint32_t size;
    GIVES2(p1_fd_write(fd, &data, 1, &size), W_BADF, W_NOTCAPABLE);
    GIVES2(p1_fd_pwrite(fd, &data, 1, 0, &size), W_BADF, W_NOTCAPABLE);
    char byte;
    struct iov room = iov(&byte, 1);
    GIVES(p1_fd_pread(fd, &room, 1, 0, &size), W_SUCCESS);
    GIVES(p1_fd_fdstat_set_rights(fd, 0, 0), W_SUCCESS);
    GIVES2(p1_fd_pread(fd, &room, 1, 0, &size), W_BADF, W_NOTCAPABLE);
    CHECK(p1_fd_filestat_set_size(fd, 0) != W_SUCCESS);
    GIVES(p1_fd_fdstat_set_rights(99, 0, 0), W_BADF);
    struct filestat stat;
    GIVES(p1_path_filestat_get(HERE, 0, P("narrow"), &stat), W_SUCCESS);
    IS(stat.size, 10);
}

int main(void)
{
    streams();
    flags();
    rights();
    struct fdstat stat = of(HERE);
    CHECK(stat.type == TYPE_DIRECTORY);
    CHECK((stat.base & RIGHT_READDIR) != 0 && (stat.inheriting & RIGHT_READ) != 0);
    GIVES(p1_path_create_directory(HERE, P("dir")), W_SUCCESS);
    CHECK(of(opened_directory("dir")).type == TYPE_DIRECTORY);
    GIVES(p1_fd_fdstat_get(99, &stat), W_BADF);
    FAULTS(p1_fd_fdstat_get(HERE, last(23)));
    FAULTS(p1_fd_fdstat_get(HERE, (void *)0xffffffff));
    GIVES(p1_fd_fdstat_get(HERE, last(24)), W_SUCCESS);
    CHECK(*(uint8_t *)last(24) == TYPE_DIRECTORY);
    return done();
}
