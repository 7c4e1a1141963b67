#define _GNU_SOURCE
#include "wali/native/launcher/python.h"

#include "wali/native/launcher/message.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool is_ignored(int number)
{
    struct sigaction action;
    return sigaction(number, NULL, &action) == 0 && action.sa_handler == SIG_IGN;
}

/* The part of a line between its beginning `before` and the text `after`; false if the line has not
 * both. */
static bool take_between(char *path, const char *line, const char *before, const char *after)
{
    const size_t length = strlen(before);
    const char *end = strncmp(line, before, length) == 0 ? strstr(line + length, after) : NULL;
    if (end == NULL || end - line - (ptrdiff_t)length >= PATH_MAX) {
        return false;
    }
    snprintf(path, PATH_MAX, "%.*s", (int)(end - line - (ptrdiff_t)length), line + length);
    return true;
}

/* The interpreter of a script that pip has written; false for another script.  A path that has
 * spaces, or is too long for a first line, is in the second line, which a shell and Python both
 * accept. */
static bool read_interpreter(const char *script, char *path)
{
    char line[PATH_MAX + 32];
    FILE *file = fopen(script, "re");
    bool found = file != NULL && fgets(line, sizeof line, file) != NULL;
    if (found && strcmp(line, "#!/bin/sh\n") == 0) {
        found =
            fgets(line, sizeof line, file) != NULL && (take_between(path, line, "'''exec' \"", "\" \"$0\"") ||
                                                       take_between(path, line, "'''exec' ", " \"$0\""));
    } else {
        found = found && strpbrk(line, " \t") == NULL && strstr(line, "/sh\n") == NULL &&
                take_between(path, line, "#!", "\n");
    }
    if (file != NULL) {
        fclose(file);
    }
    return found && path[0] == '/';
}

/* Whether there are free descriptors for Python to import its modules.  Without them it would end
 * in a traceback. */
static bool has_descriptors(void)
{
    for (int i = 0; i < 4; i++) { /* closed by exec */
        if (open("/", O_PATH | O_CLOEXEC) < 0) {
            return false;
        }
    }
    return true;
}

/* What a symbolic link stands for, link by link, as far as it can be read.  Who has no right to the
 * folder behind it sees where it leads, at least. */
static void follow(const char *path, char *end)
{
    char target[PATH_MAX];
    snprintf(end, PATH_MAX, "%s", path);
    for (int links = 0; links < 40; links++) {
        const ssize_t n = readlink(end, target, sizeof target - 1);
        if (n <= 0) {
            return;
        }
        target[n] = '\0';
        char *const slash = strrchr(end, '/');
        const size_t folder = target[0] == '/' || slash == NULL ? 0 : (size_t)(slash - end) + 1;
        if (folder + (size_t)n >= PATH_MAX) {
            return;
        }
        memcpy(end + folder, target, (size_t)n + 1);
    }
}

/* Says why Python cannot be started, and what to do; returns the exit status. */
static int no_python(const char *path, int reason)
{
    char end[PATH_MAX];
    follow(path, end);
    const bool is_link = strcmp(path, end) != 0;
    return message(
        126, "%s%s%s: %s: Python, which first runs and some options need, cannot be started; %s", path,
        is_link ? " -> " : "", is_link ? end : "", strerror(reason),
        reason == EACCES
            ? "it must be readable for you, or root compiles modules for all: wali compile --system"
            : "install wali-runtime again");
}

/* -E, because PYTHONHOME and PYTHONPATH may be meant for a guest that is a Python itself.  -I for a
 * guest with filters of seccomp(2), because Python must not load from a folder that the guest
 * chooses.
 *
 * Python ignores SIGPIPE and SIGXFSZ when it starts, so the letters say which of the two were
 * ignored before. */
int become_python(const struct installation *here, struct python_start how, int argc, char **argv)
{
    char script[PATH_MAX], interpreter[PATH_MAX], letters[4];
    char **words = calloc((size_t)argc + 5, sizeof *words);
    if (words == NULL || !path_format(script, "%s/wali%s%s", here->bin, "", "")) {
        return message(126, "out of memory");
    }
    if (!has_descriptors()) {
        return message(126, "no descriptors left: %s", strerror(errno));
    }
    snprintf(letters, sizeof letters, "%s%s%s", is_ignored(SIGPIPE) ? "P" : "-",
             is_ignored(SIGXFSZ) ? "X" : "-", how.cached);
    char *ours[] = {interpreter, how.isolated ? "-I" : "-E", script, "launched", letters};
    memcpy(words, ours, sizeof ours);
    memcpy(words + 5, argv + 1, sizeof *argv * (size_t)(argc - 1));
    if (access(script, R_OK) != 0) {
        return no_python(script, errno);
    }
    if (here->library[0] != '\0' && read_interpreter(script, interpreter)) {
        execv(interpreter, words);
        return no_python(interpreter, errno);
    }
    if (!how.isolated) { /* installed in another way: the script finds Python and packages */
        execv(script, words + 2);
    }
    return no_python(script, errno);
}
