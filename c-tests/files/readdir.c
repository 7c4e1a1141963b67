/* CALLS: getdents64, open, fstat */
/* Directories through libc: sorted names and types, telldir and seekdir, rewinddir, fdopendir. */
#include "check.h"

#include <dirent.h>

static const char *kind(int type)
{
    return type == DT_DIR    ? "directory"
           : type == DT_REG  ? "file"
           : type == DT_LNK  ? "link"
           : type == DT_FIFO ? "fifo"
                             : "?";
}

int main(void)
{
    OK(mkdir("d", 0755));
    OK(mkdir("d/sub", 0755));
    close(make_file("d/file", ""));
    OK(symlink("file", "d/link"));
    OK(mkfifo("d/fifo", 0644));
    OK(close(open("d/\xc3\xa4 name with spaces", O_CREAT | O_WRONLY, 0644)));

    struct dirent **list = NULL;
    int count = scandir("d", &list, NULL, alphasort);
    for (int i = 0; i < count; i++) {
        say("%s: %s", list[i]->d_name, kind(list[i]->d_type));
        free(list[i]);
    }
    free(list);

    DIR *directory = fdopendir((int)OK(open("d", O_RDONLY)));
    readdir(directory);
    long position = telldir(directory);
    char name[256];
    strcpy(name, readdir(directory)->d_name);
    while (readdir(directory)) {
    }
    seekdir(directory, position);
    CHECK(strcmp(readdir(directory)->d_name, name) == 0);
    rewinddir(directory);
    int entries = 0;
    for (errno = 0; readdir(directory); entries++) {
    }
    IS(entries, 7);
    IS(closedir(directory), 0);
    ERR(opendir("missing") ? 0 : -1, ENOENT);
    ERR(opendir("d/file") ? 0 : -1, ENOTDIR);
    return done();
}
