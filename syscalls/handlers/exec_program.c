#define _GNU_SOURCE
#include "syscalls/handlers/exec_program.h"

#include "syscalls/handlers/open.h"
#include "wali/native/base/kernel.h"
#include "wali/native/files/own_exe.h"
#include "wali/native/files/pinned_fd.h"
#include "wali/native/files/private_fd.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char magic[4] = {'\0', 'a', 's', 'm'};

/* Whether the kernel would execute this file, whatever its contents: access rights, mount options,
 * not open for writing.  0 or -errno.  Kernels before 6.14 can only be asked for the access
 * rights. */
static int64_t may_execute(int dirfd, const char *path, int flags)
{
    static const char *const name[] = {"", NULL};
    int64_t result = KERNEL(execveat, dirfd, path, name, name + 1, flags | AT_EXECVE_CHECK);
    if (result != -EINVAL) {
        return result;
    }
    struct stat st;
    result = KERNEL(newfstatat, dirfd, path, &st, flags);
    if (result < 0) {
        return result;
    }
    if (S_ISLNK(st.st_mode)) {
        return -ELOOP;
    }
    if (!S_ISREG(st.st_mode)) {
        return -EACCES;
    }
    result = KERNEL(faccessat2, dirfd, path, X_OK, AT_EACCESS | flags);
    return result == -ENOSYS ? KERNEL(faccessat, dirfd, path, X_OK) : result;
}

/* Opens the file to look into it; or -errno.  A file may be executable and not readable. */
static int64_t open_program(int dirfd, const char *path, int flags)
{
    char link[40];
    const int how = O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK;
    if (path[0] != '\0') {
        return open_for_reading(dirfd, path, how | (flags & AT_SYMLINK_NOFOLLOW ? O_NOFOLLOW : 0));
    }
    snprintf(link, sizeof link, "/proc/self/fd/%d", dirfd);
    return open_for_reading(AT_FDCWD, link, how);
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* The answer of find_wasm_program for a file that cannot be opened.  A file that is executable and
 * not readable is left to the kernel. */
static int64_t unopened(int64_t error)
{
    return error == -EMFILE || error == -ENFILE ? error : 0;
}

/* Splits the first line of a script, as the kernel's binfmt_script does.  False if the line names
 * no interpreter, or if the name may be longer than what was read. */
static bool parse_interpreter(char *line, const char **name, const char **argument)
{
    char *end = memchr(line, '\n', PROGRAM_HEAD);
    char *at = line + 2;
    while (is_blank(*at)) {
        at++;
    }
    if (end == NULL) {
        end = line + PROGRAM_HEAD;
        if (strcspn(at, " \t") >= (size_t)(end - at)) {
            return false;
        }
    }
    while (end > at && is_blank(end[-1])) {
        end--;
    }
    *end = '\0';
    *name = at;
    at += strcspn(at, " \t");
    if (*at != '\0') {
        *at++ = '\0';
        at += strspn(at, " \t");
    }
    *argument = *at != '\0' ? at : NULL;
    return **name != '\0';
}

enum kind { NATIVE, MODULE, SCRIPT };

static enum kind kind_of(const char *head, int64_t length)
{
    if (length >= 4 && memcmp(head, magic, sizeof magic) == 0) {
        return MODULE;
    }
    if (length < 2 || memcmp(head, "#!", 2) != 0) {
        return NATIVE;
    }
    const char *newline = memchr(head, '\n', (size_t)length);
    return newline != NULL && head + length - newline > 4 && memcmp(newline + 1, magic, sizeof magic) == 0
               ? MODULE
               : SCRIPT;
}

/* What kind of file this is, by its head.  *line becomes the first line of a script. */
static enum kind look_into(int64_t fd, char line[PROGRAM_HEAD + 1])
{
    char head[PROGRAM_HEAD + sizeof magic];
    const int64_t n = KERNEL(pread64, fd, head, sizeof head, 0);
    memset(line, 0, PROGRAM_HEAD + 1);
    if (n > 0) {
        memcpy(line, head, n < PROGRAM_HEAD ? (size_t)n : PROGRAM_HEAD);
    }
    return kind_of(head, n);
}

/* The name of a script that is given by a descriptor (execveat(2)), under which its interpreter can
 * open it.  -ENOENT if the descriptor is closed on exec. */
static int64_t name_by_fd(int dirfd, const char *path, char *name)
{
    const int64_t flags = KERNEL(fcntl, dirfd, F_GETFD, 0);
    if (flags & FD_CLOEXEC) {
        return -ENOENT;
    }
    const int n = snprintf(name, PATH_MAX, path[0] == '\0' ? "/dev/fd/%d" : "/dev/fd/%d/%s", dirfd, path);
    return n < PATH_MAX ? 0 : -ENAMETOOLONG;
}

/* Follows a script's interpreters to the last one.  Answers as find_wasm_program. */
static int64_t follow(struct wasm_program *program)
{
    for (;;) {
        const int at = program->interpreters;
        char *line = program->interpreter[at].line;
        if (!parse_interpreter(line, &program->interpreter[at].name, &program->interpreter[at].argument)) {
            return 0;
        }
        program->interpreters++;
        const char *name = program->interpreter[at].name;
        const int64_t refused = may_execute(AT_FDCWD, name, 0);
        const int64_t fd = refused < 0 ? refused : open_program(AT_FDCWD, name, 0);
        if (fd < 0) {
            return unopened(fd); /* left to the kernel */
        }
        char next[PROGRAM_HEAD + 1];
        const enum kind kind = look_into(fd, next);
        fd_close(fd);
        if (kind != SCRIPT || program->interpreters == MOST_INTERPRETERS) {
            strcpy(program->path, name);
            return kind == MODULE;
        }
        memcpy(program->interpreter[at + 1].line, next, sizeof next);
    }
}

/* Fills *program for a module; 1 or -errno.  A module that is named relative to a descriptor, or
 * has no name, is handed over as an open file, because the launcher may not have that
 * descriptor. */
static int64_t take_module(int64_t fd, int dirfd, const char *path, struct wasm_program *program)
{
    if (path[0] == '/' || (dirfd == AT_FDCWD && path[0] != '\0')) {
        strcpy(program->path, path);
        fd_close(fd);
        return 1;
    }
    const int64_t high = wali_private_fd((int)fd);
    fd_close(fd);
    if (high < 0) {
        return high;
    }
    program->fd = (int)high;
    snprintf(program->path, sizeof program->path, "/proc/self/fd/%d", program->fd);
    return 1;
}

int64_t find_wasm_program(int dirfd, const char *path, int flags, struct wasm_program *program)
{
    program->fd = -1;
    program->interpreters = 0;
    program->script[0] = '\0';
    if (path_is_own_exe(dirfd, path)) {
        dirfd = AT_FDCWD;
        path = wali_program.path;
    }
    const int64_t refused = may_execute(dirfd, path, flags);
    if (refused < 0) {
        return refused;
    }
    const int64_t fd = open_program(dirfd, path, flags);
    if (fd < 0) {
        return unopened(fd);
    }
    const enum kind kind = look_into(fd, program->interpreter[0].line);
    if (kind == MODULE) {
        return take_module(fd, dirfd, path, program);
    }
    fd_close(fd);
    if (kind == NATIVE) {
        return 0;
    }
    if (path[0] == '/' || dirfd == AT_FDCWD) {
        strcpy(program->script, path);
    } else {
        const int64_t unnamed = name_by_fd(dirfd, path, program->script);
        if (unnamed < 0) {
            return unnamed;
        }
    }
    return follow(program);
}
