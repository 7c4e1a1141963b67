/* CALLS: symlink, open, stat */
/* 40 symbolic links may follow each other, not 41 (path_resolution(7)). */
#include "check.h"

int main(void)
{
    close(make_file("0", "end"));
    for (int i = 1; i <= 41; i++) {
        char from[16], to[16];
        snprintf(to, sizeof to, "%d", i - 1);
        snprintf(from, sizeof from, "%d", i);
        if (symlink(to, from) != 0) {
            return 1;
        }
    }
    TEXT(content_of("1"), "end");
    TEXT(content_of("40"), "end");
    ERR(open("41", O_RDONLY), ELOOP);
    ERR(open("1", O_RDONLY | O_NOFOLLOW), ELOOP);

    OK(mkdir("directory", 0755));
    OK(symlink("directory", "d"));
    OK(symlink("..", "directory/up"));
    TEXT(content_of("d/up/d/up/d/up/0"), "end");
    OK(symlink("a/b", "relative"));
    ERR(open("relative", O_RDONLY), ENOENT);
    int fd = (int)OK(open("relative", O_PATH | O_NOFOLLOW));
    struct stat status;
    OK(fstat(fd, &status));
    CHECK(S_ISLNK(status.st_mode));
    OK(symlink("made", "dangling"));
    OK(close(open("dangling", O_CREAT | O_WRONLY, 0644))); /* creates what the link names */
    OK(stat("made", &status));
    ERR(open("dangling", O_CREAT | O_EXCL | O_WRONLY, 0644), EEXIST);
    return done();
}
