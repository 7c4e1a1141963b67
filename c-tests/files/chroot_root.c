/* CALLS: chroot */
/* REQUIRES: root, cap-sys-chroot */
#include "check.h"

int main(void)
{
    OK(mkdir("new", 0755));
    close(make_file("new/file", "inside"));
    close(make_file("outside", "outside"));
    ERR(chroot("outside"), ENOTDIR);
    ERR(chroot("missing"), ENOENT);
    ERR(chroot(long_name(256)), ENAMETOOLONG);
    IS(chroot("new"), 0);
    TEXT(content_of("/file"), "inside");
    TEXT(content_of("outside"), "outside"); /* the current directory does not move */
    OK(chdir("/"));
    ERR(open("../outside", O_RDONLY), ENOENT);
    char path[64];
    OK(getcwd(path, sizeof path) ? 0 : -1);
    TEXT(path, "/");
    return done();
}
