/* CALLS: umask */
#include "check.h"

static int mode_of(const char *path)
{
    struct stat status;
    return stat(path, &status) < 0 ? -1 : (int)(status.st_mode & 07777);
}

int main(void)
{
    RAW(SYS_umask, 027);
    IS(RAW(SYS_umask, 077), 027);
    IS(RAW(SYS_umask, 07777), 077);
    IS(RAW(SYS_umask, -1), 0777); /* only the permission bits count */
    IS(RAW(SYS_umask, 026), 0777);
    close(open("file", O_CREAT | O_WRONLY, 0777));
    IS(mode_of("file"), 0751);
    OK(mkdir("directory", 0777));
    IS(mode_of("directory"), 0751);
    OK(mkfifo("fifo", 0666));
    IS(mode_of("fifo"), 0640);
    OK(chmod("file", 0666)); /* not masked */
    IS(mode_of("file"), 0666);
    return done();
}
