/* Paths: dots, doubled and trailing slashes, long names, long paths, odd letters. */
#include "check.h"

static int make_and_remove(const char *path)
{
    int fd = open(path, O_CREAT | O_EXCL | O_RDWR, 0644);
    return fd < 0 ? -1 : close(fd) | unlink(path);
}

int main(void)
{
    struct stat status;
    close(make_file("file", "F"));
    OK(mkdir("dir", 0755));
    OK(mkdir("dir/sub", 0755));
    close(make_file("dir/sub/deep", "D"));
    static const char *const good[] = {"./file",
                                       ".//file",
                                       "dir/../file",
                                       "dir//..///file",
                                       "dir/sub/../../file",
                                       "./././file",
                                       "dir/./sub/.././../file"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        say("%s", good[i]);
        TEXT(content_of(good[i]), "F");
    }
    TEXT(content_of("dir/sub//deep"), "D");
    OK(stat("dir/", &status));
    OK(stat("dir//", &status));
    OK(stat("dir/sub/..", &status));
    OK(stat("dir/.", &status));
    ERR(stat("file/.", &status), ENOTDIR);
    ERR(stat("file/..", &status), ENOTDIR);
    ERR(stat("missing/..", &status), ENOENT);
    ERR(open("new/", O_CREAT | O_RDWR, 0644), EISDIR);
    OK(symlink("dir/sub", "to_sub"));
    OK(stat("to_sub/../sub/deep", &status)); /* .. is the target's */
    ERR(stat("to_sub/../file", &status), ENOENT);
    OK(lstat("to_sub/", &status));
    CHECK(S_ISDIR(status.st_mode));

    OK(make_and_remove("with space"));
    OK(make_and_remove("-\\\"'$*?"));
    OK(make_and_remove("\xe2\x82\xac\xf0\x9f\x98\x80"));
    OK(make_and_remove("new\nline\t\x01"));
    OK(make_and_remove("..."));
    OK(make_and_remove("..name"));
    OK(make_and_remove("dir/sub/.hidden"));

    char *longest = long_name(255), *longer = long_name(256);
    OK(make_and_remove(longest));
    ERR(make_and_remove(longer), ENAMETOOLONG);
    ERR(stat(longer, &status), ENAMETOOLONG);
    ERR(mkdir(longer, 0755), ENAMETOOLONG);
    char path[5000] = "";
    while (strlen(path) < 4090) {
        strcat(path, "./");
    }
    strcat(path, "file");
    path[4095] = 0; /* the longest path */
    memmove(path, path + 4, strlen(path) + 1 - 4);
    OK(stat(path, &status));
    memset(path, '/', 4100);
    memcpy(path, "dir", 3);
    path[4100] = 0;
    ERR(stat(path, &status), ENAMETOOLONG);
    return done();
}
