/* link, symlink, readlink and unlink, with what each refuses. */
#include "check.h"

int main(void)
{
    char text[64];
    struct stat status;
    close(make_file("file", "F"));
    OK(mkdir("dir", 0755));
    OK(link("file", "hard"));
    ERR(link("file", "hard"), EEXIST);
    ERR(link("file", "dir"), EEXIST);
    ERR(link("missing", "x"), ENOENT);
    ERR(link("file", "missing/x"), ENOENT);
    ERR(link("file/", "x"), ENOTDIR);
    ERR(link("file", "file/x"), ENOTDIR);
    ERR(link("dir", "x"), EPERM);
    OK(symlink("file", "soft"));
    OK(link("soft", "hard_soft")); /* of the link itself */
    OK(lstat("hard_soft", &status));
    CHECK(S_ISLNK(status.st_mode));

    ERR(symlink("x", "soft"), EEXIST);
    ERR(symlink("x", "dir"), EEXIST);
    ERR(symlink("x", "missing/x"), ENOENT);
    ERR(symlink("x", "file/x"), ENOTDIR);
    ERR(symlink("", "x"), ENOENT);
    OK(symlink("any text, \xc3\xa4/../..", "text"));
    memset(text, 0, sizeof text);
    IS(readlink("text", text, sizeof text), 18);
    TEXT(text, "any text, \xc3\xa4/../..");
    memset(text, '#', sizeof text);
    IS(readlink("text", text, 3), 3); /* cut, and nothing said */
    CHECK(memcmp(text, "any#", 4) == 0);
    ERR(readlink("file", text, sizeof text), EINVAL);
    ERR(readlink("dir", text, sizeof text), EINVAL);
    ERR(readlink("missing", text, sizeof text), ENOENT);
    ERR(readlink("file/x", text, sizeof text), ENOTDIR);

    OK(symlink("dir", "to_dir"));
    OK(symlink("to_dir", "to_to_dir"));
    close(make_file("to_to_dir/new", "N"));
    TEXT(content_of("dir/new"), "N");
    ERR(unlink("missing"), ENOENT);
    ERR(unlink("file/"), ENOTDIR);
    ERR(unlink("file/x"), ENOTDIR);
    OK(unlink("to_dir"));
    OK(stat("dir/new", &status));
    ERR(stat("to_to_dir", &status), ENOENT);
    OK(unlink("soft"));
    TEXT(content_of("file"), "F");
    OK(unlink("file"));
    TEXT(content_of("hard"), "F");
    int fd = (int)OK(open("hard", O_RDONLY));
    OK(unlink("hard"));
    IS(read(fd, text, sizeof text), 1); /* lives while it is open */

    char name[8] = "l0";
    OK(symlink("dir", name));
    for (int i = 1; i < 39; i++) { /* as far as Linux goes */
        char next[8];
        snprintf(next, sizeof next, "l%d", i);
        symlink(name, next);
        strcpy(name, next);
    }
    OK(stat(name, &status));
    OK(symlink("cycle_b", "cycle_a"));
    OK(symlink("cycle_a", "cycle_b"));
    ERR(stat("cycle_a", &status), ELOOP);
    ERR(mkdir("cycle_a/x", 0755), ELOOP);
    OK(lstat("cycle_a", &status));
    return done();
}
