/* Libcs for WASI know no current folder.  To wasi-libc a path is the same with a slash before it and
 * without, and so "/" and "." are one name, the empty one.  It takes the folder with the longest name that
 * the path begins with.  So /etc/hosts is found, beside files of the current folder, if there is a folder
 * "/etc".  What both have is meant to be the current folder's: a program may write there.  A file of the root
 * itself has no folder by whose name it could be found: a name that the last "." does not have is looked up
 * there, to open, look at and read what is there, never to make or remove it (lookup_turn_to_root). */
#define _GNU_SOURCE
#include "wasi/machine.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct names {
    const char **all; /* with room for the end */
    size_t count;
};

static bool add(struct names *names, const char *name)
{
    char *path = NULL;
    const char **more = realloc(names->all, (names->count + 2) * sizeof *more);
    if (more != NULL) {
        names->all = more;
    }
    if (more == NULL || asprintf(&path, "/%s", name) < 0) {
        return false;
    }
    names->all[names->count++] = path;
    names->all[names->count] = NULL;
    return true;
}

/* Whether only the root has such a folder. */
static bool is_wanted(int root, const char *name)
{
    struct stat st;
    return strcmp(name, ".") != 0 && strcmp(name, "..") != 0 &&
           fstatat(AT_FDCWD, name, &st, AT_SYMLINK_NOFOLLOW) != 0 && errno == ENOENT &&
           fstatat(root, name, &st, 0) == 0 && S_ISDIR(st.st_mode);
}

const char **machine_folders(void)
{
    struct names names = {calloc(1, sizeof *names.all), 0};
    bool is_whole = names.all != NULL;
    DIR *const root = opendir("/");
    const struct dirent *entry;
    while (root != NULL && is_whole && (entry = readdir(root)) != NULL) {
        is_whole = !is_wanted(dirfd(root), entry->d_name) || add(&names, entry->d_name);
    }
    if (root != NULL) {
        closedir(root);
    }
    if (!is_whole) {
        free(names.all);
        names.all = NULL;
    }
    return names.all;
}
