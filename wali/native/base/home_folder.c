#define _GNU_SOURCE
#include "wali/native/base/home_folder.h"

#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

const char *wali_folder_from(const char *variable)
{
    const char *folder = getenv(variable);
    return folder != NULL && folder[0] == '/' ? folder : NULL;
}

/* Not by getpwuid(3): what that asks may be a server, and the code for it is loaded first. */
bool wali_home_of_user(char *home, size_t size)
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
    if (user == NULL || user->pw_uid != geteuid()) {
        return false;
    }
    const int n = snprintf(home, size, "%s", user->pw_dir);
    return n > 0 && (size_t)n < size && home[0] == '/' && stat(home, &s) == 0 && S_ISDIR(s.st_mode) &&
           s.st_uid == geteuid();
}
