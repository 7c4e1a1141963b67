#define _GNU_SOURCE
#include "wali/native/sandbox/path_list.h"

#include <stdlib.h>
#include <string.h>

bool path_list_begin(struct sandbox_plan *plan, int most)
{
    plan->most_paths = most;
    plan->path = calloc((size_t)most, sizeof *plan->path);
    return plan->path != NULL;
}

void path_list_add(struct sandbox_plan *plan, struct sandbox_path path)
{
    if (plan->path_count < plan->most_paths) {
        path.fd = -1;
        plan->path[plan->path_count++] = path;
    }
}

bool path_lies_below(const char *path, const char *folder)
{
    const size_t length = strlen(folder);
    return strncmp(path, folder, length) == 0 && (length == 1 || path[length] == '/' || path[length] == '\0');
}

/* Whether a path is seen in the view by its own name because the user has named it or a folder above. */
static bool is_seen(const struct sandbox_plan *plan, const char *path)
{
    for (int i = 0; i < plan->path_count; i++) {
        const struct sandbox_path *named = &plan->path[i];
        if (named->option != NULL && named->guest != NULL && strcmp(named->guest, named->host) == 0 &&
            path_lies_below(path, named->guest)) {
            return true;
        }
    }
    return false;
}

void path_list_add_own(struct sandbox_plan *plan, const char *path, uint64_t rights)
{
    char *copy = strdup(path);
    if (copy != NULL) {
        const char *guest = is_seen(plan, path) ? NULL : copy; /* the right may be missing all the same */
        path_list_add(plan, (struct sandbox_path){NULL, copy, guest, rights, false, -1});
    }
}

static size_t depth(const struct sandbox_path *path)
{
    return path->guest == NULL ? 0 : strlen(path->guest);
}

void path_list_sort(struct sandbox_plan *plan)
{
    for (int i = 1; i < plan->path_count; i++) {
        const struct sandbox_path moved = plan->path[i];
        int at = i;
        for (; at > 0 && depth(&plan->path[at - 1]) > depth(&moved); at--) {
            plan->path[at] = plan->path[at - 1];
        }
        plan->path[at] = moved;
    }
}
