/* DIRS: . sub::/mnt/x .::again */
/* fd_prestat_get and fd_prestat_dir_name: which folders the guest was given, and by what name. */
#include "preview1.h"

static void named(uint32_t fd, const char *name)
{
    uint32_t prestat[2] = {0xeeeeeeee, 0xeeeeeeee};
    char text[32];
    uint32_t length = (uint32_t)strlen(name);
    memset(text, '#', sizeof text);
    GIVES(p1_fd_prestat_get(fd, prestat), W_SUCCESS);
    CHECK((prestat[0] & 0xff) == 0 && prestat[1] == length);
    GIVES(p1_fd_prestat_dir_name(fd, text, length), W_SUCCESS);
    CHECK(memcmp(text, name, length) == 0 && text[length] == '#'); /* no NUL */
    GIVES(p1_fd_prestat_dir_name(fd, text, length - 1), W_NAMETOOLONG);
    FAULTS(p1_fd_prestat_dir_name(fd, last(length - 1), length));
    FAULTS(p1_fd_prestat_get(fd, last(7)));
    GIVES(p1_fd_prestat_get(fd, last(8)), W_SUCCESS);
}

int main(void)
{
    uint32_t prestat[2];
    named(3, ".");
    named(4, "/mnt/x");
    named(5, "again");
    GIVES(p1_fd_prestat_get(6, prestat), W_BADF);
    GIVES(p1_fd_prestat_get(0, prestat), W_BADF);
    GIVES(p1_fd_prestat_dir_name(6, prestat, 1), W_BADF);
    GIVES2(p1_fd_prestat_dir_name(1, prestat, 1), W_BADF, W_NOTDIR);
    uint32_t file = created("file", "");
    GIVES(p1_fd_prestat_get(file, prestat), W_BADF);
    uint32_t directory = opened_directory(".");
    GIVES(p1_fd_prestat_get(directory, prestat), W_BADF);

    struct filestat one, other;
    GIVES(p1_fd_filestat_get(3, &one), W_SUCCESS);
    GIVES(p1_fd_filestat_get(5, &other), W_SUCCESS);
    CHECK(one.inode == other.inode);
    GIVES(p1_path_filestat_get(3, 0, P("sub"), &one), W_SUCCESS);
    GIVES(p1_fd_filestat_get(4, &other), W_SUCCESS);
    CHECK(one.inode == other.inode);
    GIVES(p1_path_link(3, 0, P("file"), 4, P("linked")), W_SUCCESS); /* from one into another */
    GIVES(p1_path_rename(4, P("linked"), 5, P("back")), W_SUCCESS);
    REFUSED(p1_path_filestat_get(4, 0, P("../file"), &one));
    GIVES2(p1_fd_close(4), W_SUCCESS, W_NOTSUP);
    return done();
}
