#define _GNU_SOURCE
#include "wali/native/files/trusted_file.h"

#include "wali/native/base/kernel.h"
#include "wali/native/files/real_proc.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MOST_LINKS 40 /* as in the kernel (path_resolution(7)) */

/* A walk along a path, one component a step, as the kernel walks. */
struct walk {
    int64_t folder; /* O_PATH */
    char rest[PATH_MAX];
    int links;
    struct trust *trust;
};

static int64_t refuse(struct walk *walk, enum distrust reason, const char *place)
{
    walk->trust->reason = reason;
    snprintf(walk->trust->place, sizeof walk->trust->place, "%s", place);
    return -EPERM;
}

static bool is_of_us(const struct stat *s)
{
    return s->st_uid == geteuid() || s->st_uid == 0;
}

static bool is_open_to_others(const struct stat *s)
{
    return (s->st_mode & 022) != 0 && !(S_ISDIR(s->st_mode) && (s->st_mode & S_ISVTX) != 0);
}

/* Judges what the walk has met; `place` is "" for the file itself. */
static int64_t judge(struct walk *walk, const struct stat *s, const char *place)
{
    if (!is_of_us(s)) {
        return refuse(walk, OTHER_OWNER, place);
    }
    return !S_ISLNK(s->st_mode) && is_open_to_others(s) ? refuse(walk, OTHER_WRITERS, place) : 0;
}

static void go_to(struct walk *walk, int64_t folder)
{
    if (walk->folder >= 0) {
        KERNEL(close, walk->folder);
    }
    walk->folder = folder;
}

/* Begins at the root or at the current folder. */
static int64_t begin(struct walk *walk)
{
    struct stat s;
    const char *place = walk->rest[0] == '/' ? "/" : ".";
    const int64_t folder = KERNEL(open, place, O_PATH | O_DIRECTORY | O_CLOEXEC, 0);
    if (folder < 0) {
        return folder;
    }
    go_to(walk, folder);
    const int64_t failure = KERNEL(fstat, folder, &s);
    return failure < 0 ? failure : judge(walk, &s, place);
}

/* Puts a link's target before the rest of the path. */
static int64_t follow(struct walk *walk, int64_t link)
{
    char target[PATH_MAX];
    const int64_t n = KERNEL(readlinkat, link, "", target, sizeof target - 1);
    if (n < 0) {
        return n;
    }
    const size_t length = strlen(walk->rest);
    if (++walk->links > MOST_LINKS) {
        return -ELOOP;
    }
    if ((size_t)n + 1 + length >= sizeof walk->rest) {
        return -ENAMETOOLONG;
    }
    memmove(walk->rest + n + 1, walk->rest, length + 1);
    memcpy(walk->rest, target, (size_t)n);
    walk->rest[n] = '/';
    return walk->rest[0] == '/' ? begin(walk) : 0;
}

/* Takes the next component out of the path.  False if there is none. */
static bool take_component(struct walk *walk, char name[NAME_MAX + 1], bool *is_last)
{
    const char *at = walk->rest + strspn(walk->rest, "/");
    const size_t length = strcspn(at, "/");
    if (length == 0 || length > NAME_MAX) {
        return false;
    }
    memcpy(name, at, length);
    name[length] = '\0';
    at += length;
    *is_last = at[strspn(at, "/")] == '\0';
    memmove(walk->rest, at, strlen(at) + 1);
    return true;
}

static int64_t open_by(int64_t found, struct walk *walk, const struct stat *s)
{
    if (!S_ISREG(s->st_mode)) {
        return refuse(walk, NO_PLAIN_FILE, "");
    }
    return real_proc_reopen(found, O_RDONLY | O_NONBLOCK);
}

/* One step.  1 to go on, else the answer of trusted_open. */
static int64_t step(struct walk *walk, int64_t *result)
{
    char name[NAME_MAX + 1];
    bool is_last;
    struct stat s;
    if (!take_component(walk, name, &is_last)) {
        return refuse(walk, NO_PLAIN_FILE, ""); /* a folder */
    }
    const int64_t found = KERNEL(openat, walk->folder, name, O_PATH | O_NOFOLLOW | O_CLOEXEC, 0);
    if (found < 0) {
        return found;
    }
    int64_t failure = KERNEL(fstat, found, &s);
    if (failure == 0) {
        failure = judge(walk, &s, is_last && !S_ISLNK(s.st_mode) ? "" : name);
    }
    if (failure == 0 && S_ISDIR(s.st_mode)) {
        go_to(walk, found);
        return 0;
    }
    if (failure == 0 && S_ISLNK(s.st_mode)) {
        failure = follow(walk, found);
    } else if (failure == 0) {
        failure = is_last ? open_by(found, walk, &s) : -ENOTDIR;
        *result = failure;
    }
    KERNEL(close, found);
    return failure > 0 ? 0 : failure;
}

int64_t trusted_open(const char *path, struct trust *trust)
{
    struct walk walk = {.folder = -1, .trust = trust};
    int64_t result = -1;
    trust->reason = TRUSTED;
    trust->place[0] = '\0';
    if (strlen(path) >= sizeof walk.rest) {
        return -ENAMETOOLONG;
    }
    strcpy(walk.rest, path);
    int64_t failure = path[0] == '\0' ? -ENOENT : begin(&walk);
    while (failure == 0 && result < 0) {
        failure = step(&walk, &result);
    }
    go_to(&walk, -1);
    return failure < 0 ? failure : result;
}
