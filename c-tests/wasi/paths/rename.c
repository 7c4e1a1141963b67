/* rename: over what is there, across directories, into itself, of links and with slashes at the end. */
#include "check.h"

int main(void)
{
    struct stat status;
    close(make_file("a", "A"));
    close(make_file("b", "B"));
    OK(rename("a", "c"));
    TEXT(content_of("c"), "A");
    ERR(stat("a", &status), ENOENT);
    OK(rename("c", "b"));
    TEXT(content_of("b"), "A");
    OK(rename("b", "b"));
    TEXT(content_of("b"), "A");
    ERR(rename("missing", "x"), ENOENT);
    ERR(rename("b", "missing/x"), ENOENT);

    OK(mkdir("d", 0755));
    OK(mkdir("e", 0755));
    close(make_file("e/inside", "I"));
    ERR(rename("b", "d"), EISDIR);
    ERR(rename("d", "b"), ENOTDIR);
    ERR(rename("d", "e"), ENOTEMPTY);
    OK(rename("e", "d"));
    TEXT(content_of("d/inside"), "I");
    ERR(stat("e", &status), ENOENT);
    ERR(rename("d", "d/below"), EINVAL);
    OK(rename("d/", "f"));
    OK(rename("f", "g/"));
    TEXT(content_of("g/inside"), "I");
    ERR(rename("b/", "x"), ENOTDIR);
    ERR(rename("b", "x/"), ENOTDIR);
    ERR(rename("b/x", "x"), ENOTDIR);
    OK(rename("b", "g/b"));
    OK(rename("g/b", "b"));

    OK(symlink("b", "link"));
    OK(rename("link", "moved")); /* the link itself */
    OK(lstat("moved", &status));
    CHECK(S_ISLNK(status.st_mode));
    OK(symlink("g", "to_g"));
    close(make_file("over", "O"));
    OK(rename("over", "moved"));
    TEXT(content_of("b"), "A");
    TEXT(content_of("moved"), "O");
    OK(rename("moved", "to_g/deep"));
    TEXT(content_of("g/deep"), "O");
    OK(link("g/deep", "same"));
    OK(rename("same", "g/deep")); /* two names of one file: both stay */
    OK(stat("same", &status));
    IS(status.st_nlink, 2);
    return done();
}
