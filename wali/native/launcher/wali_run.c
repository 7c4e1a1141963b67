/* The command wali-run.  A module whose code is in the cache starts right here, without Python; all else
 * (other options, first runs, errors) is Python's: the `wali` command beside this one takes over.
 *
 * This is also why the guest gets the caller's signals and environment untouched: Python would have changed
 * both before any code of ours ran (SIGPIPE and SIGXFSZ ignored, LC_CTYPE set), so the command line that
 * hands over to Python says which of them were ignored.
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
    char packages[PATH_MAX]; /* Python's, ours among them; "" if they are not under the prefix */
    char library[PATH_MAX];  /* the engine; "" likewise */
};

static bool format_path(char *path, const char *format, const char *a, const char *b, const char *c)
{
    int n = snprintf(path, PATH_MAX, format, a, b, c);
    return n > 0 && n < PATH_MAX;
}

/* Whether the engine and our own package are in that folder of packages. */
static bool has_library(struct installation *here, const char *packages)
{
    char ours[PATH_MAX];
    return format_path(ours, "%s/%s%s", packages, "wali/_core.abi3.so", "") && access(ours, F_OK) == 0 &&
           format_path(here->library, "%s/%s%s", packages, LIBRARY, "") && access(here->library, R_OK) == 0;
}

/* In <prefix>/lib/python3.<any>/{site,dist}-packages. */
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

/* As wali/start/config.py finds it.  False if that takes more than the environment. */
static bool find_cache(char *path)
{
    const char *base = getenv("XDG_CACHE_HOME");
    if (base != NULL && base[0] == '/') {
        return format_path(path, "%s/wali%s%s", base, "", "");
    }
    base = getenv("HOME");
    return base != NULL && base[0] == '/' && format_path(path, "%s/.cache/wali%s%s", base, "", "");
}

/* Libraries that are but names (stand_in.lds); without them the loader takes the system's. */
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

/* Becomes the guest if its code is at hand; returns if not, or if it cannot be started. */
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

/* The part of a line between two texts; false if it is not such a line. */
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

/* The interpreter of a script that pip has made; false if it is another's.  A path that has spaces or is too
 * long for a first line stands in the second, which a shell and Python both understand. */
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

/* Whether Python has the descriptors that it needs to import its modules: without, it would end in a
 * traceback. */
static bool has_descriptors(void)
{
    for (int i = 0; i < 4; i++) { /* closed by exec */
        if (open("/", O_PATH | O_CLOEXEC) < 0) {
            return false;
        }
    }
    return true;
}

/* Runs `wali launched <ignored signals> <our arguments>`.  -E, because the guest may be a Python too: the
 * environment's PYTHONHOME and PYTHONPATH are then meant for it.  For a guest with filters of seccomp(2) no
 * folder of its own choosing may hold what Python loads either. */
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
