/* Directories: names and kinds, places to come back to, many entries, entries that go meanwhile. */
#include "check.h"

#include <dirent.h>

enum { MANY = 1500 };

static const char *kind(int type)
{
    return type == DT_DIR ? "directory" : type == DT_REG ? "file" : type == DT_LNK ? "link" : "?";
}

static void names(void)
{
    OK(mkdir("d", 0755));
    OK(mkdir("d/sub", 0755));
    close(make_file("d/file", ""));
    OK(symlink("file", "d/link"));
    OK(close(open("d/\xc3\xa4 name with spaces", O_CREAT | O_WRONLY, 0644)));
    struct dirent **list = NULL;
    int count = scandir("d", &list, NULL, alphasort);
    for (int i = 0; i < count; i++) {
        struct stat status;
        char path[300];
        snprintf(path, sizeof path, "d/%s", list[i]->d_name);
        bool known = lstat(path, &status) == 0;
        say("%s: %s", list[i]->d_name, kind(list[i]->d_type));
        if (strcmp(list[i]->d_name, "..") != 0) {
            CHECK(known && status.st_ino == list[i]->d_ino);
        }
        free(list[i]);
    }
    free(list);
}

static int count_of(DIR *directory)
{
    int count = 0;
    for (errno = 0; readdir(directory); count++) {
    }
    return errno ? -1 : count;
}

static void many(void)
{
    static bool seen[MANY];
    static long places[MANY + 3];
    static char found[MANY + 2][32];
    char path[64];
    OK(mkdir("many", 0755));
    for (int i = 0; i < MANY; i++) {
        snprintf(path, sizeof path, "many/entry-%d", i);
        close(open(path, O_CREAT | O_WRONLY, 0644));
    }
    DIR *directory = opendir("many");
    int count = 0, twice = 0;
    for (;;) {
        places[count] = telldir(directory);
        struct dirent *entry = readdir(directory);
        if (!entry) {
            break;
        }
        int number;
        if (sscanf(entry->d_name, "entry-%d", &number) == 1) {
            twice += seen[number];
            seen[number] = true;
        }
        snprintf(found[count++], 32, "%.31s", entry->d_name);
    }
    IS(count, MANY + 2);
    IS(twice, 0);
    bool right = true;
    for (int i = MANY; i >= 0; i -= 97) { /* backwards, in steps */
        seekdir(directory, places[i]);
        struct dirent *entry = readdir(directory);
        right = right && entry && strcmp(entry->d_name, found[i]) == 0;
    }
    CHECK(right);
    rewinddir(directory);
    IS(count_of(directory), MANY + 2);
    IS(count_of(directory), 0);

    rewinddir(directory); /* what is removed while it is read */
    for (int i = 0; i < 10; i++) {
        readdir(directory);
    }
    int removed = 0;
    for (int i = 0; i < MANY; i++) {
        snprintf(path, sizeof path, "many/entry-%d", i);
        removed += unlink(path) == 0;
    }
    IS(removed, MANY);
    rewinddir(directory);
    IS(count_of(directory), 2);
    IS(closedir(directory), 0);
    OK(rmdir("many"));
}

int main(void)
{
    names();
    many();
    DIR *directory = fdopendir((int)OK(open("d", O_RDONLY | O_DIRECTORY)));
    CHECK(directory != NULL);
    CHECK(dirfd(directory) >= 0);
    IS(count_of(directory), 6);
    IS(closedir(directory), 0);
    ERR(opendir("missing") ? 0 : -1, ENOENT);
    ERR(opendir("d/file") ? 0 : -1, ENOTDIR);
    return done();
}
