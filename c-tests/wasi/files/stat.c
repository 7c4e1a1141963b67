/* What stat tells: kind, size, links, identity; of descriptors, names, and links themselves. */
#include "check.h"

static bool same(const struct stat *a, const struct stat *b)
{
    return a->st_dev == b->st_dev && a->st_ino == b->st_ino && a->st_size == b->st_size &&
           a->st_nlink == b->st_nlink && (a->st_mode & S_IFMT) == (b->st_mode & S_IFMT) &&
           a->st_mtim.tv_sec == b->st_mtim.tv_sec && a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

int main(void)
{
    struct stat file, other, status;
    int fd = make_file("file", "0123456789");
    OK(mkdir("dir", 0755));
    OK(symlink("file", "link"));
    OK(link("file", "second"));
    OK(fstat(fd, &file));
    OK(stat("file", &status));
    CHECK(same(&file, &status));
    CHECK(S_ISREG(file.st_mode));
    IS(file.st_size, 10);
    IS(file.st_nlink, 2);
    CHECK(file.st_ino != 0);
    OK(stat("second", &status));
    CHECK(same(&file, &status));
    OK(stat("link", &status));
    CHECK(same(&file, &status));
    OK(lstat("link", &status));
    CHECK(S_ISLNK(status.st_mode));
    IS(status.st_size, 4);
    CHECK(status.st_ino != file.st_ino);
    OK(stat("dir", &status));
    CHECK(S_ISDIR(status.st_mode));
    CHECK(status.st_dev == file.st_dev && status.st_ino != file.st_ino);
    OK(stat(".", &other));
    CHECK(S_ISDIR(other.st_mode));
    OK(stat("dir/.", &other));
    CHECK(same(&status, &other));
    OK(stat("dir/../dir/", &other));
    CHECK(same(&status, &other));
    int directory = (int)OK(open("dir", O_RDONLY | O_DIRECTORY));
    OK(fstat(directory, &other));
    CHECK(same(&status, &other));
    OK(unlink("second"));
    OK(fstat(fd, &status));
    IS(status.st_nlink, 1);
    OK(unlink("file"));
    OK(fstat(fd, &status));
    IS(status.st_nlink, 0);

    ERR(stat("file", &status), ENOENT);
    ERR(stat("link", &status), ENOENT);
    ERR(stat("missing/x", &status), ENOENT);
    close(make_file("file", ""));
    ERR(stat("file/", &status), ENOTDIR);
    ERR(stat("file/x", &status), ENOTDIR);
    ERR(lstat("file/", &status), ENOTDIR);
    ERR(fstatat(99, "file", &status, 0), EBADF);
    OK(fstat(STDIN_FILENO, &status));
    CHECK(S_ISCHR(status.st_mode)); /* /dev/null */
    return done();
}
