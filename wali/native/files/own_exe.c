#define _GNU_SOURCE
#include "wali/native/files/own_exe.h"

#include "wali/native/base/kernel.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>

struct wali_program wali_program;

/* The path that /proc/self/exe would show if the file were executed; "" if it cannot be opened. */
static void resolve(const char *path, char *resolved)
{
    char link[40];
    int64_t fd = KERNEL(open, path, O_PATH | O_CLOEXEC, 0);
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

/* The id of the process whose folder in /proc this is, /proc/<pid> or /proc/<pid>/task/<tid>; 0 for
 * another folder. */
static int64_t process_of(int64_t folder)
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
    if (sscanf(path, "/proc/%ld%n", &pid, &used) != 1 ||
        (path[used] != '\0' && strncmp(path + used, "/task/", 6) != 0)) {
        return 0;
    }
    return pid;
}

bool path_is_own_exe(int dirfd, const char *path)
{
    char folder[PATH_MAX];
    const char *slash = strrchr(path, '/');
    if (strcmp(slash == NULL ? path : slash + 1, "exe") != 0) {
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
        return (fd == -EMFILE || fd == -ENFILE) && strcmp(folder, "/proc/self") == 0;
    }
    bool own = process_of(fd) == KERNEL(getpid);
    KERNEL(close, fd);
    return own;
}
