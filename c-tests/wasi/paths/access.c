/* access: what can be read, written and searched; libc asks for rights of what it opens. */
#include "check.h"

int main(void)
{
    close(make_file("file", ""));
    OK(mkdir("dir", 0755));
    OK(symlink("nowhere", "dangling"));
    OK(access("file", F_OK));
    OK(access("file", R_OK));
    OK(access("file", W_OK));
    OK(access("file", R_OK | W_OK));
    OK(access("dir", F_OK));
    OK(access("dir", R_OK));
    OK(access("dir/", X_OK));
    OK(access(".", F_OK));
    ERR(access("missing", F_OK), ENOENT);
    ERR(access("dangling", F_OK), ENOENT);
    ERR(access("file/x", F_OK), ENOTDIR);
    return done();
}
