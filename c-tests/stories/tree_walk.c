/* CALLS: getdents64, newfstatat, mkdir, unlink, rmdir */
/* Builds a tree of directories, walks it with nftw, and removes it bottom up. */
#include "check.h"

#include <ftw.h>

static int files, directories, links, deepest;
static long long bytes;

static int count(const char *path, const struct stat *status, int type, struct FTW *where)
{
    (void)path;
    files += type == FTW_F;
    directories += type == FTW_D;
    links += type == FTW_SL;
    bytes += type == FTW_F ? status->st_size : 0;
    deepest = where->level > deepest ? where->level : deepest;
    return 0;
}

static int drop(const char *path, const struct stat *status, int type, struct FTW *where)
{
    (void)status;
    if (type == FTW_DP && where->level == 1) {
        static int dropped;
        dropped++;
        if (dropped == 3) {
            say("third directory at level 1");
        }
    }
    return remove(path);
}

static void build(const char *at, int depth)
{
    char path[256];
    for (int i = 0; i < 3; i++) {
        snprintf(path, sizeof path, "%s/file%d", at, i);
        close(make_file(path, "0123456789" + i));
    }
    snprintf(path, sizeof path, "%s/link", at);
    if (symlink("file0", path) != 0) {
        abort();
    }
    for (int i = 0; i < 3 && depth > 0; i++) {
        snprintf(path, sizeof path, "%s/directory%d", at, i);
        if (mkdir(path, 0755) != 0) {
            abort();
        }
        build(path, depth - 1);
    }
}

int main(void)
{
    OK(mkdir("tree", 0755));
    build("tree", 4);
    IS(nftw("tree", count, 16, FTW_PHYS), 0);
    say("%d files of %lld bytes, %d directories, %d links, %d deep", files, bytes, directories, links,
        deepest);
    IS(nftw("tree", drop, 16, FTW_PHYS | FTW_DEPTH), 0);
    ERR(access("tree", F_OK), ENOENT);
    return done();
}
