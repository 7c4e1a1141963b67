/* CALLS: open, mount, unshare */
/* REQUIRES: cap-sys-admin */
/* The same under names that mounts give it. */
#include "check.h"

#include <sched.h>
#include <sys/mount.h>

int main(void)
{
    close(make_file("innocent", ""));
    mkdir("dir", 0700);
    if (unshare(CLONE_NEWNS) != 0 || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0) {
        skip("no mount namespaces here");
    }
    IS(mount("/proc/self/mem", "innocent", NULL, MS_BIND, NULL), 0);
    ERR(open("innocent", O_RDWR), EACCES);
    ERR(open("innocent", O_RDONLY | O_NOFOLLOW), EACCES);
    IS(mount("proc", "dir", "proc", 0, NULL), 0);
    ERR(open("dir/self/mem", O_RDWR), EACCES);
    IS(umount("dir"), 0);
    IS(umount("innocent"), 0);
    return done();
}
