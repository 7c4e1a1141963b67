#define _GNU_SOURCE
#include "wali/native/sandbox/other_user.h"

#include "wali/native/base/kernel.h"

#include <ctype.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>

struct ids {
    uint32_t user, group;
};

static bool read_id(const char *text, char **end, uint32_t *id)
{
    const unsigned long long number = strtoull(text, end, 10);
    *id = (uint32_t)number;
    return isdigit((unsigned char)text[0]) && number < UINT32_MAX;
}

/* By /etc/passwd alone, as in base/home_folder.c.  A number without an entry is its group's, too. */
static bool find(const char *text, size_t length, struct ids *ids)
{
    char buffer[4096], *end;
    struct passwd entry, *user;
    const bool is_number = read_id(text, &end, &ids->user) && (size_t)(end - text) == length;
    bool found = false;
    FILE *users = fopen("/etc/passwd", "re");
    ids->group = ids->user;
    while (users != NULL && !found && fgetpwent_r(users, &entry, buffer, sizeof buffer, &user) == 0) {
        found = is_number ? user->pw_uid == ids->user
                          : strncmp(user->pw_name, text, length) == 0 && user->pw_name[length] == '\0';
        if (found) {
            *ids = (struct ids){user->pw_uid, user->pw_gid};
        }
    }
    if (users != NULL) {
        fclose(users);
    }
    return found || is_number;
}

int other_user_become(const char *text, wali_error *error)
{
    struct ids ids;
    char *end = NULL;
    const char *colon = strchr(text, ':');
    if (!find(text, colon == NULL ? strlen(text) : (size_t)(colon - text), &ids) ||
        (colon != NULL && (!read_id(colon + 1, &end, &ids.group) || *end != '\0'))) {
        return error_set(error, WALI_ERROR_USAGE, 0, "--user %s: no such user; it is USER or UID:GID", text);
    }
    int64_t failure = KERNEL(setgroups, 0, NULL);
    failure = failure < 0 ? failure : KERNEL(setresgid, ids.group, ids.group, ids.group);
    failure = failure < 0 ? failure : KERNEL(setresuid, ids.user, ids.user, ids.user);
    if (failure < 0) {
        return error_set(error, WALI_ERROR_IO, (int)-failure, "--user %s: %s: only root can give it", text,
                         strerror((int)-failure));
    }
    KERNEL(prctl, PR_SET_DUMPABLE, 1, 0, 0, 0); /* or else its own files in /proc are root's */
    return 0;
}
