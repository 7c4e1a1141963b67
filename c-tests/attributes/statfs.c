/* CALLS: statfs, fstatfs, ustat */
#include "check.h"

#include <sys/statvfs.h>
#include <sys/vfs.h>

int main(void)
{
    struct statfs one, two;
    int fd = make_file("file", "abc");
    IS(RAW(SYS_statfs, "file", &one), 0);
    IS(RAW(SYS_fstatfs, fd, &two), 0);
    CHECK(one.f_type == two.f_type && one.f_blocks == two.f_blocks && one.f_namelen == two.f_namelen);
    CHECK(memcmp(&one.f_fsid, &two.f_fsid, sizeof one.f_fsid) == 0);
    CHECK(one.f_bsize >= 512 && one.f_bfree <= one.f_blocks);
    IS(RAW(SYS_statfs, "/proc", &one), 0);
    IS(one.f_type, 0x9fa0);
    IS(one.f_bsize, 4096);
    IS(one.f_namelen, 255);
    int ends[2];
    OK(pipe(ends));
    IS(RAW(SYS_fstatfs, ends[0], &one), 0);
    IS(one.f_type, 0x50495045);

    struct statvfs portable;
    IS(statvfs("file", &portable), 0);
    CHECK(portable.f_namemax == (unsigned long)two.f_namelen && portable.f_blocks == two.f_blocks);

    ERR(RAW(SYS_statfs, "missing", &one), ENOENT);
    ERR(RAW(SYS_statfs, "file/below", &one), ENOTDIR);
    ERR(RAW(SYS_statfs, bad_pointer(), &one), EFAULT);
    ERR(RAW(SYS_statfs, "file", bad_pointer()), EFAULT);
    ERR(RAW(SYS_fstatfs, -1, &one), EBADF);
    ERR(RAW(SYS_fstatfs, fd, bad_pointer()), EFAULT);

    struct stat status;
    OK(stat("/proc", &status));
    char old[32] = {0};
    IS(RAW(SYS_ustat, status.st_dev, old), 0);
    ERR(RAW(SYS_ustat, status.st_dev, bad_pointer()), EFAULT);
    ERR(RAW(SYS_ustat, 0xffff, old), EINVAL);
    return done();
}
