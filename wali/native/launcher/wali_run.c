/* The command wali-run.  A module whose code is in the cache starts in this process, without
 * Python.  For everything else (other options, first runs, errors) the process becomes Python and
 * runs the `wali` command beside this one.
 *
 * The guest gets the caller's signals and environment unchanged.  Python ignores SIGPIPE and
 * SIGXFSZ and sets LC_CTYPE when it starts, so the command line for Python says which of the two
 * signals were ignored before.
 */
#define _GNU_SOURCE
#include "wali/native/base/error.h"
#include "wali/native/engine/engine.h"
#include "wali/native/launcher/options.h"
#include "wali/native/process/settings.h"
#include "wali/native/start/cache.h"
#include "wali/native/start/run.h"

#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LIBRARY "wasmtime/linux-x86_64/_libwasmtime.so"
#define STAND_INS "wali/stand_ins"

/* Where this program is installed: <prefix>/bin/wali-run. */
struct installation {
    char bin[PATH_MAX];
    char packages[PATH_MAX]; /* Python's folder of packages; "" if not under the prefix */
    char library[PATH_MAX];  /* the engine's library; "" likewise */
};

static bool format_path(char *path, const char *format, const char *a, const char *b, const char *c)
{
    int n = snprintf(path, PATH_MAX, format, a, b, c);
    return n > 0 && n < PATH_MAX;
}

/* Whether a folder of packages has the engine and the package wali; sets here->library. */
static bool has_library(struct installation *here, const char *packages)
{
    char ours[PATH_MAX];
    return format_path(ours, "%s/%s%s", packages, "wali/_core.abi3.so", "") && access(ours, F_OK) == 0 &&
           format_path(here->library, "%s/%s%s", packages, LIBRARY, "") && access(here->library, R_OK) == 0;
}

/* Searches <prefix>/lib/python3.<any>/{site,dist}-packages. */
static void find_library(struct installation *here, const char *prefix)
{
    static const char *const kinds[] = {"site-packages", "dist-packages"};
    char lib[PATH_MAX];
    struct dirent *entry;
    bool found = false;
    DIR *folder = format_path(lib, "%s/lib%s%s", prefix, "", "") ? opendir(lib) : NULL;
    while (folder != NULL && !found && (entry = readdir(folder)) != NULL) {
        for (size_t i = 0; i < 2 && !found && strncmp(entry->d_name, "python3", 7) == 0; i++) {
            found = format_path(here->packages, "%s/%s/%s", lib, entry->d_name, kinds[i]) &&
                    has_library(here, here->packages);
        }
    }
    if (!found) {
        here->packages[0] = here->library[0] = '\0';
    }
    if (folder != NULL) {
        closedir(folder);
    }
}

static bool find_installation(struct installation *here)
{
    char prefix[PATH_MAX];
    ssize_t n = readlink("/proc/self/exe", here->bin, sizeof here->bin - 1);
    here->packages[0] = here->library[0] = '\0';
    if (n <= 0) {
        return false;
    }
    here->bin[n] = '\0';
    *strrchr(here->bin, '/') = '\0';
    strcpy(prefix, here->bin);
    char *last = strrchr(prefix, '/');
    if (last != NULL) {
        *last = '\0';
        find_library(here, prefix);
    }
    return true;
}

/* The cache's folder, as wali/start/config.py finds it.  False if the environment does not say
 * it. */
static bool find_cache(char *path)
{
    const char *base = getenv("XDG_CACHE_HOME");
    if (base != NULL && base[0] == '/') {
        return format_path(path, "%s/wali%s%s", base, "", "");
    }
    base = getenv("HOME");
    return base != NULL && base[0] == '/' && format_path(path, "%s/.cache/wali%s%s", base, "", "");
}

/* Loads the empty libraries of stand_in.lds; if that fails, the loader takes the system's. */
static void load_stand_ins(const struct installation *here)
{
    static const char *const names[] = {"libpthread.so.0", "libdl.so.2"};
    char path[PATH_MAX];
    for (size_t i = 0; i < 2 && here->packages[0] != '\0'; i++) {
        if (format_path(path, "%s/%s/%s", here->packages, STAND_INS, names[i])) {
            dlopen(path, RTLD_LAZY | RTLD_LOCAL);
        }
    }
}

/* Becomes the guest if its code is in the cache.  Returns if it is not, or the guest cannot
 * start. */
static void start_from_cache(const struct installation *here, struct launch *launch)
{
    wali_error error;
    wali_config *config = &launch->config;
    const char *library = getenv("WALI_ENGINE");
    if (library == NULL || library[0] == '\0') {
        library = here->library;
    }
    if (config->cache_dir == NULL && find_cache(launch->cache)) {
        config->cache_dir = launch->cache;
    }
    if (library[0] == '\0' || config->cache_dir == NULL) {
        return;
    }
    load_stand_ins(here);
    if (wali_engine_open(library, &error) != 0) {
        return;
    }
    const char *variant = config->fix_calls ? wali_fix_calls_variant() : "";
    config->code_fd =
        wali_cache_lookup_variant(config->cache_dir, config->module_path, variant, &config->code_delta);
    if (config->code_fd < 0 || !launch_open_trace(launch)) {
        return;
    }
    if (config->env == NULL) {
        while (environ[config->envc] != NULL) {
            config->envc++;
        }
        config->env = (const char *const *)environ;
    }
    wali_run(config, &error);
}

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

/* Runs `wali launched <ignored signals> <arguments>`; returns the exit status of a failure.  -E,
 * because PYTHONHOME and PYTHONPATH may be meant for a guest that is a Python itself.  -I for a
 * guest with filters of seccomp(2), because Python must not load from a folder that the guest
 * chooses. */
static int become_python(const struct installation *here, bool isolated, int argc, char **argv)
{
    char script[PATH_MAX], interpreter[PATH_MAX], ignored[16];
    char **words = calloc((size_t)argc + 5, sizeof *words);
    if (words == NULL || !format_path(script, "%s/wali%s%s", here->bin, "", "")) {
        fprintf(stderr, "wali-run: out of memory\n");
        return 126;
    }
    if (!has_descriptors()) {
        perror("wali-run: no descriptors left");
        return 126;
    }
    snprintf(ignored, sizeof ignored, "%s%s", is_ignored(SIGPIPE) ? "P" : "-",
             is_ignored(SIGXFSZ) ? "X" : "-");
    char *ours[] = {interpreter, isolated ? "-I" : "-E", script, "launched", ignored};
    memcpy(words, ours, sizeof ours);
    memcpy(words + 5, argv + 1, sizeof *argv * (size_t)(argc - 1));
    if (here->library[0] != '\0' && read_interpreter(script, interpreter)) {
        execv(interpreter, words);
    }
    if (!isolated) {
        execv(script, words + 2);
    }
    fprintf(stderr, "wali-run: %s: cannot be started; install wali-runtime again\n", script);
    return 126;
}

int main(int argc, char **argv)
{
    struct installation here;
    struct launch launch;
    if (argc < 1 || !find_installation(&here)) {
        fprintf(stderr, "wali-run: /proc is not mounted\n");
        return 126;
    }
    if (launch_parse(&launch, argc, argv)) {
        start_from_cache(&here, &launch);
    }
    return become_python(&here, launch.config.seccomp_count > 0, argc, argv);
}
