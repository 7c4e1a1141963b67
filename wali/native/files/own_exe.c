#define _GNU_SOURCE
#include "wali/native/files/own_exe.h"

#include "wali/native/base/kernel.h"
#include "wali/native/files/pinned_fd.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>

struct wali_program wali_program;

#define NANOSECONDS INT64_C(1000000000)

/* When a file was made; -1 if its file system does not know. */
static int64_t birth_of(int64_t fd)
{
    struct statx found;
    if (KERNEL(statx, fd, "", AT_EMPTY_PATH, STATX_BTIME, &found) < 0 ||
        (found.stx_mask & STATX_BTIME) == 0) {
        return -1;
    }
    return found.stx_btime.tv_sec * NANOSECONDS + found.stx_btime.tv_nsec;
}

static void note_file(int64_t fd)
{
    struct stat st;
    wali_program.birth = birth_of(fd);
    if (wali_program.birth >= 0 && KERNEL(fstat, fd, &st) == 0) {
        wali_program.device = st.st_dev;
        wali_program.inode = st.st_ino;
    }
}

bool is_guest_program(int64_t fd, const struct stat *st)
{
    return st->st_ino == wali_program.inode && st->st_dev == wali_program.device &&
           wali_program.device != 0 && birth_of(fd) == wali_program.birth;
}

static const char *last_part(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash == NULL ? path : slash + 1;
}

bool names_guest_program(int dirfd, const char *path)
{
    struct stat st;
    if (strcmp(last_part(path), last_part(wali_program.path)) != 0) {
        return false;
    }
    const int64_t fd = KERNEL(openat, dirfd, path, O_PATH | O_CLOEXEC, 0);
    const bool found = fd >= 0 && KERNEL(fstat, fd, &st) == 0 && is_guest_program(fd, &st);
    if (fd >= 0) {
        fd_close(fd);
    }
    return found;
}

/* The path that /proc/self/exe would show if the file were executed; "" if it cannot be opened. */
static void resolve(const char *path, char *resolved)
{
    char link[40];
    int64_t fd = KERNEL(open, path, O_PATH | O_CLOEXEC, 0);
    if (fd >= 0) {
        note_file(fd);
    }
    snprintf(link, sizeof link, "/proc/self/fd/%d", (int)fd);
    int64_t n = fd < 0 ? -1 : KERNEL(readlink, link, resolved, PATH_MAX - 1);
    resolved[n < 0 ? 0 : n] = '\0';
    if (fd >= 0) {
        KERNEL(close, fd);
    }
}

void own_exe_begin(const char *module_path)
{
    struct stat host;
    resolve(module_path, wali_program.path);
    int64_t n = KERNEL(readlink, "/proc/self/exe", wali_program.host_path, PATH_MAX - 1);
    wali_program.host_length = n < 0 ? 0 : (size_t)n;
    if (KERNEL(stat, "/proc/self/exe", &host) == 0) {
        wali_program.host_device = host.st_dev;
        wali_program.host_inode = host.st_ino;
    }
}

/* The id of the process whose folder in /proc this is, /proc/<pid> or /proc/<pid>/task/<tid>, and
 * `below` behind that; 0 for another folder. */
static int64_t process_of(int64_t folder, const char *below)
{
    char link[40], path[64];
    snprintf(link, sizeof link, "/proc/thread-self/fd/%d", (int)folder);
    int64_t n = KERNEL(readlink, link, path, sizeof path - 1);
    if (n <= 0) {
        return 0;
    }
    path[n] = '\0';
    long pid = 0;
    int used = 0;
    if (sscanf(path, "/proc/%ld%n", &pid, &used) != 1) {
        return 0;
    }
    const char *rest = path + used;
    if (strncmp(rest, "/task/", 6) == 0) {
        rest += 6 + strspn(rest + 6, "0123456789");
    }
    return strcmp(rest, below) == 0 ? pid : 0;
}

bool path_is_own(int dirfd, const char *path, const char *last, const char *below)
{
    char folder[PATH_MAX];
    const char *slash = strrchr(path, '/');
    if (strcmp(slash == NULL ? path : slash + 1, last) != 0) {
        return false;
    }
    size_t length = slash == NULL ? 0 : (size_t)(slash - path);
    if (length == 0) {
        strcpy(folder, slash == NULL ? "." : "/");
    } else {
        memcpy(folder, path, length);
        folder[length] = '\0';
    }
    int64_t fd = KERNEL(openat, dirfd, folder, O_PATH | O_DIRECTORY | O_CLOEXEC, 0);
    if (fd < 0) { /* without a free descriptor only the usual spelling is recognised */
        return (fd == -EMFILE || fd == -ENFILE) && strncmp(folder, "/proc/self", 10) == 0 &&
               strcmp(folder + 10, below) == 0;
    }
    bool own = process_of(fd, below) == KERNEL(getpid);
    fd_close(fd);
    return own;
}

bool path_is_own_exe(int dirfd, const char *path)
{
    return path_is_own(dirfd, path, "exe", "");
}
