/* CALLS: getdents */
/* Not compared through RAW: in a guest the name may stand for getdents64, as old binaries mean it (both take
 * the same arguments). Counted by the record lengths, which the two have at the same place. */
#include "check.h"

int main(void)
{
    static char buffer[4096];
    OK(mkdir("directory", 0755));
    close(make_file("directory/file", ""));
    int directory = (int)OK(open("directory", O_RDONLY | O_DIRECTORY)), entries = 0;
    for (long long got; (got = RAW(SYS_getdents, directory, buffer, sizeof buffer)) > 0;) {
        for (long long at = 0; at < got; entries++) {
            uint16_t length;
            memcpy(&length, buffer + at + 16, 2);
            at += length;
        }
    }
    IS(entries, 3);
    ERR(RAW(SYS_getdents, -1, buffer, 64), EBADF);
    ERR(RAW(SYS_getdents, make_file("file", ""), buffer, 64), ENOTDIR);
    OK(lseek(directory, 0, SEEK_SET));
    ERR(RAW(SYS_getdents, directory, buffer, 10), EINVAL);
    ERR(RAW(SYS_getdents, directory, bad_pointer(), 64), EFAULT);
    return done();
}
