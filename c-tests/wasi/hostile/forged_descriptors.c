/* Numbers that the guest was never given, those of the host's own descriptors among them: each call says
 * BADF. */
#include "preview1.h"

static uint8_t buffer[256];
static uint32_t size;

/* All calls on one number; how many of them found something there. */
static int found(uint32_t fd)
{
    struct iov data = iov(buffer, 1);
    uint64_t position;
    uint16_t flags;
    uint32_t opened_fd;
    const int codes[] = {
        p1_fd_advise(fd, 0, 1, 0),
        p1_fd_allocate(fd, 0, 1),
        p1_fd_datasync(fd),
        p1_fd_fdstat_get(fd, buffer),
        p1_fd_fdstat_set_flags(fd, 0),
        p1_fd_fdstat_set_rights(fd, 0, 0),
        p1_fd_filestat_get(fd, buffer),
        p1_fd_filestat_set_size(fd, 0),
        p1_fd_filestat_set_times(fd, 1, 1, ATIM),
        p1_fd_pread(fd, &data, 1, 0, &size),
        p1_fd_prestat_dir_name(fd, buffer, 1),
        p1_fd_prestat_get(fd, buffer),
        p1_fd_pwrite(fd, &data, 1, 0, &size),
        p1_fd_read(fd, &data, 1, &size),
        p1_fd_readdir(fd, buffer, sizeof buffer, 0, &size),
        p1_fd_renumber(fd, 1),
        p1_fd_renumber(1, fd),
        p1_fd_seek(fd, 0, 0, &position),
        p1_fd_sync(fd),
        p1_fd_tell(fd, &position),
        p1_fd_write(fd, &data, 1, &size),
        p1_path_create_directory(fd, P("x")),
        p1_path_filestat_get(fd, 0, P("x"), buffer),
        p1_path_filestat_set_times(fd, 0, P("x"), 1, 1, ATIM),
        p1_path_link(fd, 0, P("x"), HERE, P("y")),
        p1_path_link(HERE, 0, P("inside/file"), fd, P("y")),
        p1_path_open(fd, 0, P("x"), CREAT, RIGHT_READ, 0, 0, &opened_fd),
        p1_path_readlink(fd, P("x"), buffer, 8, &size),
        p1_path_remove_directory(fd, P("x")),
        p1_path_rename(fd, P("x"), HERE, P("y")),
        p1_path_rename(HERE, P("inside/file"), fd, P("y")),
        p1_path_symlink(P("x"), fd, P("y")),
        p1_path_unlink_file(fd, P("x")),
        p1_sock_accept(fd, 0, &opened_fd),
        p1_sock_recv(fd, &data, 1, 0, &size, &flags),
        p1_sock_send(fd, &data, 1, 0, &size),
        p1_sock_shutdown(fd, 1),
        p1_fd_close(fd),
    };
    int count = 0;
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        count += codes[i] != W_BADF;
    }
    return count;
}

int main(void)
{
    int all = 0;
    for (uint32_t fd = 4; fd < 1100; fd++) { /* the host has some of these open */
        all += found(fd);
    }
    IS(all, 0);
    static const uint32_t numbers[] = {
        4096, 65535, 65536, 0x7fffffff, 0x80000000, 0xffffff9c /* AT_FDCWD */, 0xfffffffe, 0xffffffff};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        IS(found(numbers[i]), 0);
    }
    struct filestat status;
    GIVES(p1_path_filestat_get(HERE, 0, P("inside/file"), &status), W_SUCCESS);
    GIVES(p1_path_filestat_get(HERE, 0, P("y"), &status), W_NOENT);

    /* A number is the guest's as long as it is open, and of what it was opened for. */
    uint32_t fd = created("own", "text");
    GIVES(p1_fd_close(fd), W_SUCCESS);
    IS(found(fd), 0);
    GIVES(p1_fd_close(HERE), W_SUCCESS); /* and then there is no way to any file */
    IS(found(HERE), 0);
    return done();
}
