/* The warm path of the cache: from a module's path to its compiled code without reading the module.
 * wali/compiled/cache.py writes these files:
 *
 *   <cache>/<engine key>/index/<file key>           "v2 <object> <length> <checksum> <delta>\n"
 *   <cache>/<engine key>/index/<file key><variant>  the same for another form of the module
 *   <cache>/<engine key>/objects/<object>           compiled code
 *
 * Compiled code is native code.  So no file or directory is used that anybody but the user and root
 * could have written, and no object that differs from the recorded length or checksum. */
#define _GNU_SOURCE
#include "wali/native/start/cache.h"

#include "wali/native/base/checksum.h"
#include "wali/native/base/kernel.h"
#include "wali/native/engine/engine.h"
#include "wali/native/start/cache_place.h"
#include "wali/native/start/fields.h"

#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define NAME_LIMIT 128

int wali_cache_key(const char *module_path, char *key, size_t size)
{
    struct stat s;
    int64_t failed = KERNEL(stat, module_path, &s);
    if (failed < 0) {
        return (int)failed;
    }
    if (!S_ISREG(s.st_mode)) { /* its times say nothing of what it will hold */
        return -EINVAL;
    }
    snprintf(key, size, "%" PRIx64 "-%" PRIx64 "-%" PRIx64 "-%" PRIx64 ".%09ld-%" PRIx64 ".%09ld",
             (uint64_t)s.st_dev, (uint64_t)s.st_ino, (uint64_t)s.st_size, (uint64_t)s.st_mtim.tv_sec,
             s.st_mtim.tv_nsec, (uint64_t)s.st_ctim.tv_sec, s.st_ctim.tv_nsec);
    return 0;
}

/* Who may read a cache.  A private one is the user's alone.  A shared one may be read by all, and
 * written by root or the user; the same holds for all folders above it, for who can rename those can
 * put another in its place. */
enum readers { THE_USER, ALL };

static bool is_trusted(const struct stat *s, enum readers readers)
{
    const bool ours = s->st_uid == geteuid();
    return readers == THE_USER ? ours && (s->st_mode & 077) == 0
                               : (ours || s->st_uid == 0) && (s->st_mode & 022) == 0;
}

/* Opens a file or directory; -1 if there is none that is trusted. */
static int open_trusted(int dir, const char *name, mode_t kind, enum readers readers)
{
    int flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | (S_ISDIR(kind) ? O_DIRECTORY : 0);
    if (dir != AT_FDCWD) {
        flags |= O_NOFOLLOW; /* only the cache itself may be a symbolic link */
    }
    int64_t fd = KERNEL(openat, dir, name, flags);
    struct stat s;
    if (fd < 0) {
        return -1;
    }
    if (KERNEL(fstat, fd, &s) == 0 && (s.st_mode & S_IFMT) == kind && is_trusted(&s, readers)) {
        return (int)fd;
    }
    KERNEL(close, fd);
    return -1;
}

/* Whether no other user can rename a folder or one above it. */
static bool is_sheltered(const char *folder)
{
    char path[PATH_MAX];
    struct stat s;
    if (realpath(folder, path) == NULL) {
        return false;
    }
    for (char *slash = strrchr(path, '/'); slash != NULL; slash = strrchr(path, '/')) {
        *slash = '\0';
        if (KERNEL(stat, slash == path ? "/" : path, &s) < 0 || !is_trusted(&s, ALL)) {
            return false;
        }
    }
    return true;
}

static int open_root(const char *cache_dir, enum readers *readers)
{
    *readers = THE_USER;
    int fd = open_trusted(AT_FDCWD, cache_dir, S_IFDIR, THE_USER);
    if (fd < 0 && (fd = open_trusted(AT_FDCWD, cache_dir, S_IFDIR, ALL)) >= 0) {
        *readers = ALL;
        if (!is_sheltered(cache_dir)) {
            KERNEL(close, fd);
            fd = -1;
        }
    }
    return fd;
}

struct index_entry {
    char object[NAME_LIMIT];
    uint64_t length, checksum;
    int64_t code_delta;
};

#define FIX_CALLS_FORM ".fixcalls"
/* The number is raised when wali/fixcalls/ makes another form. */
#define FIX_CALLS_VARIANT FIX_CALLS_FORM "2"

const char *wali_fix_calls_variant(void)
{
    return FIX_CALLS_VARIANT;
}

/* Not of an older form.  A module may ask for it itself (wali/module/wish.py): its key is the usual
 * one, and the object's name alone tells the form. */
static bool is_current(const char *name)
{
    const char *form = strstr(name, FIX_CALLS_FORM);
    return form == NULL || strncmp(form, FIX_CALLS_VARIANT ".", sizeof FIX_CALLS_VARIANT) == 0;
}

static bool is_object(const char *name)
{
    return name[0] != '.' && strchr(name, '/') == NULL && strlen(name) < NAME_LIMIT && is_current(name);
}

static bool parse_entry(char *line, struct index_entry *entry)
{
    char *word[5];
    for (size_t i = 0; i < 5; i++) {
        word[i] = field_next(&line);
        if (word[i] == NULL) {
            return false;
        }
    }
    if (line != NULL || strcmp(word[0], "v2") != 0 || !is_object(word[1])) {
        return false;
    }
    strcpy(entry->object, word[1]);
    return field_size(word[2], &entry->length) && field_checksum(word[3], &entry->checksum) &&
           field_delta(word[4], &entry->code_delta);
}

static bool read_index(int engine_dir, const char *key, enum readers readers, struct index_entry *entry)
{
    char text[NAME_LIMIT + 128];
    int64_t n = -1;
    int index = open_trusted(engine_dir, "index", S_IFDIR, readers);
    int fd = index < 0 ? -1 : open_trusted(index, key, S_IFREG, readers);
    if (fd >= 0) {
        n = KERNEL(read, fd, text, sizeof text - 1);
        KERNEL(close, fd);
    }
    if (index >= 0) {
        KERNEL(close, index);
    }
    if (n <= 0) {
        return false;
    }
    text[n] = '\0';
    return parse_entry(text, entry);
}

static int open_object(int engine_dir, const struct index_entry *entry, enum readers readers)
{
    uint64_t checksum, length;
    int objects = open_trusted(engine_dir, "objects", S_IFDIR, readers);
    int fd = objects < 0 ? -1 : open_trusted(objects, entry->object, S_IFREG, readers);
    if (objects >= 0) {
        KERNEL(close, objects);
    }
    if (fd < 0) {
        return -1;
    }
    if (wali_checksum_fd(fd, &checksum, &length) == 0 && checksum == entry->checksum &&
        length == entry->length) {
        return fd;
    }
    KERNEL(close, fd);
    return -1;
}

int wali_cache_lookup_key(const char *cache_dir, const char *key, int64_t *code_delta)
{
    struct index_entry entry;
    enum readers readers;
    int fd = -1;
    int cache = open_root(cache_dir, &readers);
    int engine_dir = cache < 0 ? -1 : open_trusted(cache, wali_engine_key(), S_IFDIR, readers);
    if (cache >= 0) {
        KERNEL(close, cache); /* at once: RLIMIT_NOFILE may be tight */
    }
    if (engine_dir >= 0 && read_index(engine_dir, key, readers, &entry)) {
        fd = open_object(engine_dir, &entry, readers);
        *code_delta = entry.code_delta;
    }
    if (engine_dir >= 0) {
        KERNEL(close, engine_dir);
    }
    return fd;
}

int wali_cache_lookup_variant(const char *cache_dir, const char *module_path, const char *variant,
                              int64_t *code_delta)
{
    char key[NAME_LIMIT + 64];
    if (wali_cache_key(module_path, key, NAME_LIMIT) < 0 || strlen(variant) >= 64) {
        return -1;
    }
    strcat(key, variant);
    const int fd = wali_cache_lookup_key(cache_dir, key, code_delta);
    return fd >= 0 ? fd : wali_cache_lookup_key(wali_cache_system(), key, code_delta);
}
