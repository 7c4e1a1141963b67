/* The warm path of the cache: from a module's path to its compiled code without reading the module.
 * wali/compiled/cache.py writes these files:
 *
 *   <cache>/<engine key>/index/<file key>           "v2 <object> <length> <checksum> <delta>\n"
 *   <cache>/<engine key>/index/<file key><variant>  the same for another form of the module
 *   <cache>/<engine key>/objects/<object>           compiled code
 *
 * Compiled code is native code.  So no file or directory is used that anybody but the user could
 * have written, and no object that differs from the recorded length or checksum. */
#define _GNU_SOURCE
#include "wali/native/start/cache.h"

#include "wali/native/base/checksum.h"
#include "wali/native/base/kernel.h"
#include "wali/native/engine/engine.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
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
    snprintf(key, size, "%" PRIx64 "-%" PRIx64 "-%" PRIx64 "-%" PRIx64 ".%09ld-%" PRIx64 ".%09ld",
             (uint64_t)s.st_dev, (uint64_t)s.st_ino, (uint64_t)s.st_size, (uint64_t)s.st_mtim.tv_sec,
             s.st_mtim.tv_nsec, (uint64_t)s.st_ctim.tv_sec, s.st_ctim.tv_nsec);
    return 0;
}

/* Opens a file or directory that only the user could have written; -1 if there is none. */
static int open_trusted(int dir, const char *name, mode_t kind)
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
    if (KERNEL(fstat, fd, &s) == 0 && (s.st_mode & S_IFMT) == kind && s.st_uid == geteuid() &&
        (s.st_mode & 077) == 0) {
        return (int)fd;
    }
    KERNEL(close, fd);
    return -1;
}

struct index_entry {
    char object[NAME_LIMIT];
    uint64_t length, checksum;
    int64_t code_delta;
};

static bool read_index(int engine_dir, const char *key, struct index_entry *entry)
{
    char text[NAME_LIMIT + 128];
    int64_t n = -1;
    int index = open_trusted(engine_dir, "index", S_IFDIR);
    int fd = index < 0 ? -1 : open_trusted(index, key, S_IFREG);
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
    return sscanf(text, "v2 %127[0-9a-zA-Z.] %" SCNu64 " %" SCNx64 " %" SCNd64, entry->object, &entry->length,
                  &entry->checksum, &entry->code_delta) == 4 &&
           entry->object[0] != '.';
}

static int open_object(int engine_dir, const struct index_entry *entry)
{
    uint64_t checksum, length;
    int objects = open_trusted(engine_dir, "objects", S_IFDIR);
    int fd = objects < 0 ? -1 : open_trusted(objects, entry->object, S_IFREG);
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

int wali_cache_lookup_variant(const char *cache_dir, const char *module_path, const char *variant,
                              int64_t *code_delta)
{
    char key[NAME_LIMIT + 64];
    struct index_entry entry;
    int fd = -1;
    if (wali_cache_key(module_path, key, NAME_LIMIT) < 0 || strlen(variant) >= 64) {
        return -1;
    }
    strcat(key, variant);
    int cache = open_trusted(AT_FDCWD, cache_dir, S_IFDIR);
    int engine_dir = cache < 0 ? -1 : open_trusted(cache, wali_engine_key(), S_IFDIR);
    if (cache >= 0) {
        KERNEL(close, cache); /* at once: RLIMIT_NOFILE may be tight */
    }
    if (engine_dir >= 0 && read_index(engine_dir, key, &entry)) {
        fd = open_object(engine_dir, &entry);
        *code_delta = entry.code_delta;
    }
    if (engine_dir >= 0) {
        KERNEL(close, engine_dir);
    }
    return fd;
}

/* The number is raised when wali/fixcalls/ makes another form. */
const char *wali_fix_calls_variant(void)
{
    return ".fixcalls2";
}
