#define _GNU_SOURCE
#include "wali/native/launcher/installation.h"

#include "wali/native/base/kernel.h"
#include "wali/native/files/real_proc.h"

#include <dirent.h>
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define LIBRARY "wasmtime/linux-x86_64/_libwasmtime.so"

bool path_format(char *path, const char *format, const char *a, const char *b, const char *c)
{
    int n = snprintf(path, PATH_MAX, format, a, b, c);
    return n > 0 && n < PATH_MAX;
}

/* Whether a folder of packages has the engine and the package wali; sets here->library. */
static bool has_library(struct installation *here, const char *packages)
{
    char ours[PATH_MAX];
    return path_format(ours, "%s/%s%s", packages, "wali/_core.abi3.so", "") && access(ours, F_OK) == 0 &&
           path_format(here->library, "%s/%s%s", packages, LIBRARY, "") && access(here->library, R_OK) == 0;
}

/* Searches <prefix>/lib/python3.<any>/{site,dist}-packages. */
static void find_library(struct installation *here, const char *prefix)
{
    static const char *const kinds[] = {"site-packages", "dist-packages"};
    char lib[PATH_MAX];
    struct dirent *entry;
    bool found = false;
    DIR *folder = path_format(lib, "%s/lib%s%s", prefix, "", "") ? opendir(lib) : NULL;
    while (folder != NULL && !found && (entry = readdir(folder)) != NULL) {
        for (size_t i = 0; i < 2 && !found && strncmp(entry->d_name, "python3", 7) == 0; i++) {
            found = path_format(here->packages, "%s/%s/%s", lib, entry->d_name, kinds[i]) &&
                    has_library(here, here->packages);
        }
    }
    if (!found) {
        here->packages[0] = here->library[0] = '\0';
    }
    if (folder != NULL) {
        closedir(folder);
    }
}

/* A guest that executes another may have put a link of its own at /proc/self/exe, to have its own
 * engine loaded.  Kernels before 5.6 cannot tell. */
static int64_t find_self(char *path, size_t size)
{
    const int64_t length = real_proc_readlink("self/exe", path, size);
    return length == -ENOSYS ? KERNEL(readlink, "/proc/self/exe", path, size) : length;
}

int installation_find(struct installation *here)
{
    char prefix[PATH_MAX];
    const int64_t n = find_self(here->bin, sizeof here->bin - 1);
    here->packages[0] = here->library[0] = '\0';
    if (n <= 0) {
        return n < 0 ? (int)n : -ENOENT;
    }
    here->bin[n] = '\0';
    *strrchr(here->bin, '/') = '\0';
    strcpy(prefix, here->bin);
    char *last = strrchr(prefix, '/');
    if (last != NULL) {
        *last = '\0';
        find_library(here, prefix);
    }
    return 0;
}
