/* CALLS: open, umask, creat */
/* The mode of a new file: cut by the umask, with the bits above 0777 that open allows. */
#include "check.h"

static void created(const char *name, int flags, mode_t mode)
{
    struct stat st;
    int fd = (int)RAW(SYS_open, name, O_CREAT | flags, mode);
    if (fd < 0 || fstat(fd, &st) != 0) {
        say("%s: %s", name, errno_name(errno));
        return;
    }
    say("%s: %o -> %o", name, (unsigned)mode, (unsigned)st.st_mode);
    close(fd);
}

int main(void)
{
    struct stat st;
    umask(0);
    created("all", O_WRONLY, 0777);
    created("none", O_WRONLY, 0);
    created("sticky", O_WRONLY, 01644);
    created("setuid", O_WRONLY, 04755);
    created("type", O_WRONLY, S_IFDIR | 0600);
    created("more", O_WRONLY, 0xffff0000u | 0640);
    umask(027);
    created("masked", O_WRONLY, 0777);
    created("masked", O_WRONLY, 0); /* it is there: its mode stays */
    umask(0777);
    created("nothing", O_RDWR, 0777);
    umask(022);
    OK(creat("by_creat", 0666));
    OK(stat("by_creat", &st));
    IS(st.st_mode, S_IFREG | 0644);
    CHECK(st.st_uid == geteuid());
    IS(st.st_nlink, 1);

    /* Without O_CREAT the mode is not looked at. */
    OK(RAW(SYS_open, "by_creat", O_RDONLY, ~0));
    return done();
}
