/* CALLS: open_by_handle_at */
/* REQUIRES: root, cap-dac-read-search */
#include "check.h"

struct handle {
    uint32_t size;
    int32_t type;
    unsigned char bytes[128];
};

int main(void)
{
    close(make_file("file", "abc"));
    int here = (int)OK(open(".", O_RDONLY)), mount;
    struct handle handle = {.size = sizeof handle.bytes};
    if (RAW(SYS_name_to_handle_at, here, "file", &handle, &mount, 0) < 0) {
        skip("this file system has no handles");
    }
    OK(rename("file", "renamed"));
    int fd = (int)RAW(SYS_open_by_handle_at, here, &handle, O_RDONLY);
    if (fd < 0 && (errno == EPERM || errno == EOPNOTSUPP)) {
        skip("handles cannot be opened here");
    }
    char text[4] = {0};
    IS(read(fd, text, 3), 3);
    TEXT(text, "abc");
    close(fd);
    ERR(RAW(SYS_open_by_handle_at, -1, &handle, O_RDONLY), EBADF);
    ERR(RAW(SYS_open_by_handle_at, here, bad_pointer(), O_RDONLY), EFAULT);
    OK(unlink("renamed"));
    ERR(RAW(SYS_open_by_handle_at, here, &handle, O_RDONLY), ESTALE);
    handle.size = 129;
    ERR(RAW(SYS_open_by_handle_at, here, &handle, O_RDONLY), EINVAL);
    handle.size = 0;
    ERR(RAW(SYS_open_by_handle_at, here, &handle, O_RDONLY), EINVAL);
    return done();
}
