/* Nothing that the walk does is followed by the kernel: each component is opened with O_NOFOLLOW,
 * and what a symbolic link says is put in front of the path that is left.
 *
 * A step up is the danger.  A folder that another process has moved out of the origin has a parent
 * outside.  So the walk keeps the identities of the folders that it came through, and a step up
 * that does not lead back to the same folder is no step. */
#define _GNU_SOURCE
#include "wasi/walk.h"

#include "wali/native/base/kernel.h"
#include "wali/native/files/real_proc.h"

#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>

#define MOST_LINKS 40   /* as in the kernel (path_resolution(7)) */
#define MOST_DEPTH 2048 /* of folders, about as many as a path has room for */
/* What the kernel would follow further than this, with many long links in folders' places, is
 * ENAMETOOLONG here. */
#define MOST_TEXT (4 * PATH_MAX)
#define PROC_ROOT_INODE 1

struct identity {
    dev_t device;
    ino_t inode;
};

struct walk {
    const struct path_origin *origin;
    uint64_t flags;
    uint32_t mode;
    uint32_t links; /* followed so far */
    uint32_t depth; /* folders below the origin; nothing in a walk that is not confined */
    int at;         /* the folder that the walk has come to: the origin's descriptor, or the walk's own */
    struct identity here;
    struct identity above[MOST_DEPTH]; /* the folders above it, from the origin on */
    size_t next;                       /* where the text begins that is left */
    char text[MOST_TEXT];              /* it ends where the array ends */
};

/* A component of the path. */
struct component {
    char name[NAME_MAX + 1];
    bool is_last;
    bool has_slash; /* behind it */
};

#define FOLLOWED INT64_MAX /* no result yet: the walk goes on with the text of a link */

/* Puts a text in front of what is left. */
static int64_t prepend(struct walk *walk, const char *text, size_t length)
{
    if (length > walk->next) {
        return -ENAMETOOLONG;
    }
    walk->next -= length;
    memcpy(walk->text + walk->next, text, length);
    return FOLLOWED;
}

static void move_to(struct walk *walk, int64_t folder, const struct stat *st)
{
    if (walk->at != walk->origin->folder) {
        KERNEL(close, walk->at);
    }
    walk->at = (int)folder;
    walk->here = (struct identity){st->st_dev, st->st_ino};
}

/* Opens the folder at a path that the kernel may follow, and moves there. */
static int64_t move_to_path(struct walk *walk, const char *path)
{
    struct stat st;
    const int64_t folder = KERNEL(openat, walk->at, path, O_PATH | O_DIRECTORY | O_CLOEXEC, 0);
    if (folder < 0) {
        return folder;
    }
    const int64_t result = KERNEL(fstat, folder, &st);
    if (result < 0) {
        KERNEL(close, folder);
        return result;
    }
    move_to(walk, folder, &st);
    return 0;
}

/* The text of a link goes in front of what is left.  A link of procfs that is none by its text
 * (RESOLVE_NO_MAGICLINKS) is ELOOP; only those in the root of procfs are no such links. */
static int64_t follow(struct walk *walk, int64_t folder, const char *name)
{
    char text[PATH_MAX];
    const int64_t length = KERNEL(readlinkat, folder, name, text, sizeof text);
    if (length < 0) {
        return length;
    }
    if (++walk->links > MOST_LINKS || (walk->here.inode != PROC_ROOT_INODE && is_on_proc(walk->at))) {
        return -ELOOP;
    }
    if (text[0] == '/') {
        if (walk->origin->confined) {
            return -EXDEV;
        }
        const int64_t result = move_to_path(walk, "/");
        if (result < 0) {
            return result;
        }
    }
    return prepend(walk, text, (size_t)length);
}

static int64_t step_up(struct walk *walk)
{
    struct stat st;
    if (!walk->origin->confined) {
        return move_to_path(walk, "..");
    }
    if (walk->depth == 0) {
        return -EXDEV;
    }
    const struct identity *const parent = &walk->above[walk->depth - 1];
    const int64_t folder = KERNEL(openat, walk->at, "..", O_PATH | O_DIRECTORY | O_CLOEXEC, 0);
    if (folder < 0) {
        return folder;
    }
    if (KERNEL(fstat, folder, &st) < 0 || st.st_dev != parent->device || st.st_ino != parent->inode) {
        KERNEL(close, folder);
        return -EAGAIN;
    }
    walk->depth--;
    move_to(walk, folder, &st);
    return 0;
}

/* Into a folder: 0.  FOLLOWED if it was a link to somewhere. */
static int64_t step_down(struct walk *walk, const char *name)
{
    struct stat st;
    const int64_t fd = KERNEL(openat, walk->at, name, O_PATH | O_NOFOLLOW | O_CLOEXEC, 0);
    if (fd < 0) {
        return fd;
    }
    int64_t result = KERNEL(fstat, fd, &st);
    if (result == 0 && S_ISDIR(st.st_mode)) {
        if (!walk->origin->confined || walk->depth < MOST_DEPTH) {
            if (walk->origin->confined) {
                walk->above[walk->depth++] = walk->here;
            }
            move_to(walk, fd, &st);
            return 0;
        }
        result = -ENAMETOOLONG;
    } else if (result == 0) {
        result = S_ISLNK(st.st_mode) ? follow(walk, fd, "") : -ENOTDIR;
    }
    KERNEL(close, fd);
    return result;
}

/* Takes the next component from what is left. */
static int64_t take(struct walk *walk, struct component *component)
{
    const char *const begin = walk->text + walk->next;
    const size_t slashes = strspn(begin, "/");
    const size_t length = strcspn(begin + slashes, "/");
    const size_t behind = strspn(begin + slashes + length, "/");
    if (length > NAME_MAX) {
        return -ENAMETOOLONG;
    }
    memcpy(component->name, begin + slashes, length);
    component->name[length] = '\0';
    component->has_slash = behind > 0;
    component->is_last = begin[slashes + length + behind] == '\0';
    walk->next += slashes + length;
    return 0;
}

static bool is_up(const char *name)
{
    return strcmp(name, "..") == 0;
}

/* A path of slashes has no component: it ends in the folder where the walk is, like one of ".". */
static bool is_here(const char *name)
{
    return name[0] == '\0' || strcmp(name, ".") == 0;
}

/* Opens the last component, which is a name.  Whether it is a link is asked first, for the kernel
 * may not follow it.  One that becomes a link in between is for another try. */
static int64_t open_name(struct walk *walk, const struct component *last)
{
    const bool creates = (walk->flags & O_CREAT) != 0;
    const bool follows =
        last->has_slash || ((walk->flags & O_NOFOLLOW) == 0 && !(creates && (walk->flags & O_EXCL) != 0));
    struct stat st;
    if (last->has_slash && creates) {
        const int64_t result = KERNEL(newfstatat, walk->at, ".", &st, 0); /* may it be searched? */
        return result < 0 ? result : -EISDIR;
    }
    if (follows) {
        const int64_t followed = follow(walk, walk->at, last->name);
        if (followed != -EINVAL && followed != -ENOENT && followed != -EACCES) {
            return followed;
        }
    }
    const uint64_t folder = last->has_slash ? O_DIRECTORY : 0;
    const int64_t fd = KERNEL(openat, walk->at, last->name, walk->flags | folder | O_NOFOLLOW, walk->mode);
    if (follows && (walk->flags & O_PATH) != 0 && fd >= 0 && KERNEL(fstat, fd, &st) == 0 &&
        S_ISLNK(st.st_mode)) {
        KERNEL(close, fd);
        return -EAGAIN;
    }
    return follows && fd == -ELOOP ? -EAGAIN : fd;
}

static int64_t open_last(struct walk *walk, const struct component *last)
{
    if (is_up(last->name)) {
        const int64_t result = step_up(walk);
        if (result < 0) {
            return result;
        }
    } else if (!is_here(last->name)) {
        return open_name(walk, last);
    }
    return KERNEL(openat, walk->at, ".", walk->flags, walk->mode);
}

static int64_t step(struct walk *walk, const char *name)
{
    return is_here(name) ? 0 : is_up(name) ? step_up(walk) : step_down(walk, name);
}

static int64_t walk_on(struct walk *walk)
{
    struct component component;
    int64_t result;
    do {
        result = take(walk, &component);
        if (result == 0) {
            result = component.is_last ? open_last(walk, &component) : step(walk, component.name);
        }
    } while (result == FOLLOWED || (result == 0 && !component.is_last));
    return result;
}

static int64_t begin(struct walk *walk, const char *path)
{
    struct stat st;
    const size_t length = strlen(path);
    if (length == 0) {
        return -ENOENT;
    }
    walk->next = sizeof walk->text - 1;
    walk->text[walk->next] = '\0';
    prepend(walk, path, length);
    if (path[0] == '/') {
        return walk->origin->confined ? -EXDEV : move_to_path(walk, "/");
    }
    const int64_t result = KERNEL(fstat, walk->at, &st);
    walk->here = (struct identity){st.st_dev, st.st_ino};
    return result;
}

int64_t walk_open(const struct path_origin *origin, const char *path, uint64_t flags, uint32_t mode)
{
    struct walk walk; /* 50 KiB, mostly not touched */
    walk.origin = origin;
    walk.flags = flags | O_CLOEXEC;
    walk.mode = mode;
    walk.links = 0;
    walk.depth = 0;
    walk.at = origin->folder;
    int64_t result = strlen(path) < PATH_MAX ? begin(&walk, path) : -ENAMETOOLONG;
    if (result == 0) {
        result = walk_on(&walk);
    }
    if (walk.at != origin->folder) {
        KERNEL(close, walk.at);
    }
    return result;
}
