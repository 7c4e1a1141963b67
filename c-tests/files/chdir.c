/* CALLS: chdir, fchdir, getcwd */
#include "check.h"

/* The length of the current path, below which the tests live. */
static size_t base;

static const char *here(void)
{
    static char path[4096];
    long long length = RAW(SYS_getcwd, path, sizeof path);
    return length < 0 ? errno_name(errno) : path + base;
}

int main(void)
{
    base = strlen(here());
    TEXT(here(), "");
    OK(mkdir("a", 0755));
    OK(mkdir("a/b", 0755));
    OK(symlink("a/b", "link"));
    int file = make_file("file", "abc"), top = (int)OK(open(".", O_RDONLY));

    IS(RAW(SYS_chdir, "a"), 0);
    TEXT(here(), "/a");
    IS(RAW(SYS_chdir, "b/.."), 0);
    IS(RAW(SYS_chdir, "../link"), 0);
    TEXT(here(), "/a/b");
    IS(RAW(SYS_fchdir, top), 0);
    TEXT(here(), "");
    IS(RAW(SYS_fchdir, (int)OK(open("a", O_PATH))), 0);
    TEXT(here(), "/a");
    OK(rename("../a", "../renamed"));
    TEXT(here(), "/renamed");
    IS(RAW(SYS_fchdir, top), 0);

    ERR(RAW(SYS_chdir, "missing"), ENOENT);
    ERR(RAW(SYS_chdir, ""), ENOENT);
    ERR(RAW(SYS_chdir, "file"), ENOTDIR);
    OK(symlink("loop", "loop"));
    ERR(RAW(SYS_chdir, "loop"), ELOOP);
    ERR(RAW(SYS_chdir, long_name(256)), ENAMETOOLONG);
    ERR(RAW(SYS_chdir, bad_pointer()), EFAULT);
    ERR(RAW(SYS_fchdir, -1), EBADF);
    ERR(RAW(SYS_fchdir, file), ENOTDIR);

    static char path[4096];
    CHECK(RAW(SYS_getcwd, path, sizeof path) == (long long)strlen(path) + 1);
    ERR(RAW(SYS_getcwd, path, 1), ERANGE);
    ERR(RAW(SYS_getcwd, path, 0), ERANGE);
    ERR(RAW(SYS_getcwd, path, strlen(path)), ERANGE);
    CHECK(RAW(SYS_getcwd, path, strlen(path) + 1) == (long long)strlen(path) + 1);
    ERR(RAW(SYS_getcwd, bad_pointer(), 4096), EFAULT);
    IS(RAW(SYS_chdir, "/"), 0);
    IS(RAW(SYS_getcwd, path, 2), 2);
    TEXT(path, "/");

    OK(RAW(SYS_fchdir, top));
    OK(mkdir("closed", 0));
    become_ordinary_user();
    ERR(RAW(SYS_chdir, "closed"), EACCES);
    return done();
}
