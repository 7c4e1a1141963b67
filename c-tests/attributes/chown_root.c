/* CALLS: chown, fchown, lchown, fchownat */
/* REQUIRES: root */
#include "check.h"

static void show(const char *path)
{
    struct stat status;
    OK(lstat(path, &status));
    say("%s: %u:%u %o", path, status.st_uid, status.st_gid, status.st_mode & 07777);
}

int main(void)
{
    umask(022);
    int fd = make_file("file", "abc");
    OK(symlink("file", "link"));
    OK(chmod("file", 06755));
    IS(RAW(SYS_chown, "file", 65534, 65533), 0); /* takes the set-id bits away */
    show("file");
    IS(RAW(SYS_chown, "file", -1, 7), 0);
    show("file");
    IS(RAW(SYS_fchown, fd, 0x7ffffffe, 0x80000001u), 0);
    show("file");
    IS(RAW(SYS_lchown, "link", 3, 4), 0);
    show("link");
    show("file");
    IS(RAW(SYS_fchownat, AT_FDCWD, "link", 5, 6, AT_SYMLINK_NOFOLLOW), 0);
    IS(RAW(SYS_fchownat, AT_FDCWD, "link", 8, 9, 0), 0);
    show("link");
    show("file");
    return done();
}
