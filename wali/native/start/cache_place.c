#define _GNU_SOURCE
#include "wali/native/start/cache_place.h"

#include <pwd.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static int put(char *path, size_t size, const char *folder, const char *below)
{
    const int n = snprintf(path, size, "%s%s", folder, below);
    return n > 0 && (size_t)n < size ? 0 : -1;
}

/* A relative folder would be another one for each current folder: it is passed over, as the XDG
 * base directory specification asks. */
static const char *folder_from(const char *variable)
{
    const char *folder = getenv(variable);
    return folder != NULL && folder[0] == '/' ? folder : NULL;
}

/* The user's home by /etc/passwd, if it is a folder of the user's own.  Not by getpwuid(3): what
 * that asks may be a server, and the code for it is loaded first. */
static bool home_of_user(char *home, size_t size)
{
    char text[4096];
    struct passwd entry, *user = NULL;
    struct stat s;
    FILE *users = fopen("/etc/passwd", "re");
    if (users == NULL) {
        return false;
    }
    while (fgetpwent_r(users, &entry, text, sizeof text, &user) == 0 && user->pw_uid != geteuid()) {
    }
    fclose(users);
    return user != NULL && user->pw_uid == geteuid() && put(home, size, user->pw_dir, "") == 0 &&
           home[0] == '/' && stat(home, &s) == 0 && S_ISDIR(s.st_mode) && s.st_uid == geteuid();
}

int wali_cache_place(char *path, size_t size)
{
    char home[4096];
    const char *folder = folder_from("WALI_CACHE_DIR");
    if (folder != NULL) {
        return put(path, size, folder, "");
    }
    folder = folder_from("XDG_CACHE_HOME");
    if (folder != NULL) {
        return put(path, size, folder, "/wali");
    }
    /* HOME comes last.  Test suites give each script another one, and compare what is in it; sudo
     * and su may leave the caller's. */
    folder = home_of_user(home, sizeof home) ? home : folder_from("HOME");
    return folder == NULL ? -1 : put(path, size, folder, "/.cache/wali");
}

const char *wali_cache_system(void)
{
    return "/var/cache/wali";
}
