/* CALLS: name_to_handle_at, open_by_handle_at */
#include "check.h"

struct handle {
    uint32_t size;
    int32_t type;
    unsigned char bytes[128];
};

static long long get(int directory, const char *path, void *handle, void *mount, int flags)
{
    return RAW(SYS_name_to_handle_at, directory, path, handle, mount, flags);
}

int main(void)
{
    int fd = make_file("file", "abc"), mount = -1, other = -1;
    struct handle one = {.size = 0}, two = {.size = sizeof two.bytes};
    if (get(AT_FDCWD, "file", &two, &mount, 0) < 0 && errno == EOPNOTSUPP) {
        skip("this file system has no handles");
    }
    ERR(get(AT_FDCWD, "file", &one, &mount, 0), EOVERFLOW);
    CHECK(one.size == two.size && two.size > 0); /* it says what it needs */
    one.size = sizeof one.bytes;
    IS(get(fd, "", &one, &other, AT_EMPTY_PATH), 0);
    CHECK(mount == other && one.size == two.size && memcmp(&one, &two, 8 + one.size) == 0);

    ERR(get(AT_FDCWD, "missing", &one, &mount, 0), ENOENT);
    ERR(get(AT_FDCWD, "file", &one, &mount, 1 << 20), EINVAL);
    ERR(get(-1, "file", &one, &mount, 0), EBADF);
    ERR(get(AT_FDCWD, bad_pointer(), &one, &mount, 0), EFAULT);
    ERR(get(AT_FDCWD, "file", bad_pointer(), &mount, 0), EFAULT);
    ERR(get(AT_FDCWD, "file", &two, bad_pointer(), 0), EFAULT);
    one.size = 129;
    ERR(get(AT_FDCWD, "file", &one, &mount, 0), EINVAL);
    become_ordinary_user();
    two.size = 8;
    ERR2(RAW(SYS_open_by_handle_at, AT_FDCWD, &two, O_RDONLY), EPERM, ESTALE);
    return done();
}
