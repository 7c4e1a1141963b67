/* CALLS: open_tree_attr */
/* REQUIRES: linux-6.15 */
#include "check.h"

#ifndef SYS_open_tree_attr
#define SYS_open_tree_attr 467
#endif

int main(void)
{
    uint64_t attributes[4] = {0};
    OK(mkdir("directory", 0755));
    become_ordinary_user();
    OK(RAW(SYS_open_tree_attr, AT_FDCWD, "directory", 0, NULL, 0));
    ERR(RAW(SYS_open_tree_attr, AT_FDCWD, "missing", 0, NULL, 0), ENOENT);
    ERR(RAW(SYS_open_tree_attr, AT_FDCWD, "directory", 0, attributes, 8), EINVAL);
    ERR(RAW(SYS_open_tree_attr, AT_FDCWD, "directory", 1 /* clone */, attributes, sizeof attributes), EPERM);
    ERR(RAW(SYS_open_tree_attr, AT_FDCWD, bad_pointer(), 0, NULL, 0), EFAULT);
    return done();
}
