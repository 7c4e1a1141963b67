/* CALLS: open, openat */
/* EACCES and EPERM, for an ordinary user. */
#include "check.h"

#define NEITHER 3 /* both bits of the access mode; musl's O_ACCMODE has O_PATH in it */

static void try_modes(const char *name, int flags)
{
    for (mode_t mode = 0; mode <= 0700; mode += 0100) {
        chmod(name, mode);
        int fd = open(name, flags);
        say("%s %o, open %o: %s", name, (unsigned)mode, (unsigned)flags, fd < 0 ? errno_name(errno) : "ok");
        if (fd >= 0) {
            close(fd);
        }
    }
}

int main(void)
{
    become_ordinary_user();
    close(make_file("file", "abc"));
    mkdir("dir", 0700);
    close(make_file("dir/inner", "abc"));

    try_modes("file", O_RDONLY);
    try_modes("file", O_WRONLY);
    try_modes("file", O_RDWR);
    try_modes("file", NEITHER);
    try_modes("file", O_RDONLY | O_TRUNC);
    try_modes("file", O_PATH);
    try_modes("dir", O_RDONLY);

    chmod("file", 0600);
    chmod("dir", 0600);
    ERR(open("dir/inner", O_RDONLY), EACCES);
    ERR(open("dir/none", O_RDONLY), EACCES);
    chmod("dir", 0500);
    OK(open("dir/inner", O_RDWR));
    ERR(open("dir/new", O_WRONLY | O_CREAT, 0600), EACCES);
    /* Existing: nothing is created, so the directory need not be writable. */
    OK(open("dir/inner", O_WRONLY | O_CREAT, 0600));
    chmod("dir", 0700);

    /* The descriptor keeps what it had. */
    char byte;
    int fd = (int)OK(open("file", O_RDWR));
    chmod("file", 0);
    ERR(open("file", O_RDONLY), EACCES);
    IS(read(fd, &byte, 1), 0);
    IS(write(fd, "x", 1), 1);

    ERR(open("/etc/passwd", O_WRONLY), EACCES);
    ERR(open("/etc/passwd", O_RDONLY | O_NOATIME), EPERM);
    ERR(open("/wali-new-file", O_WRONLY | O_CREAT, 0600), EACCES);
    return done();
}
