#define _GNU_SOURCE
#include "wali/native/start/cache_place.h"

#include <stdio.h>

#include "wali/native/base/home_folder.h"

static int put(char *path, size_t size, const char *folder, const char *below)
{
    const int n = snprintf(path, size, "%s%s", folder, below);
    return n > 0 && (size_t)n < size ? 0 : -1;
}

int wali_cache_place(char *path, size_t size)
{
    char home[4096];
    const char *folder = wali_folder_from("WALI_CACHE_DIR");
    if (folder != NULL) {
        return put(path, size, folder, "");
    }
    folder = wali_folder_from("XDG_CACHE_HOME");
    if (folder != NULL) {
        return put(path, size, folder, "/wali");
    }
    /* HOME comes last.  Test suites give each script another one, and compare what is in it; sudo
     * and su may leave the caller's. */
    folder = wali_home_of_user(home, sizeof home) ? home : wali_folder_from("HOME");
    return folder == NULL ? -1 : put(path, size, folder, "/.cache/wali");
}

const char *wali_cache_system(void)
{
    return "/var/cache/wali";
}
