/* The command wali-run.  Every guest starts in it, whoever asks for the guest: a module whose code
 * is in the cache without Python, any other one after Python has compiled it and executed this
 * command again, with the code as an open file.  Python is also asked for whatever else is not done
 * here: other options, and errors.
 *
 * It is position-independent, so that nothing of the host lies where a guest's pointers reach
 * (files/low_addresses.h).  The guest gets the caller's signals and environment unchanged. */
#define _GNU_SOURCE
#include "wali/native/base/error.h"
#include "wali/native/engine/engine.h"
#include "wali/native/launcher/installation.h"
#include "wali/native/launcher/listeners.h"
#include "wali/native/launcher/message.h"
#include "wali/native/launcher/options.h"
#include "wali/native/launcher/python.h"
#include "wali/native/memory/limits.h"
#include "wali/native/process/settings.h"
#include "wali/native/start/cache.h"
#include "wali/native/start/cache_place.h"
#include "wali/native/start/compiled_file.h"
#include "wali/native/start/run.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#define OF_THE_RUNTIME (UINT64_C(64) << 20) /* data that it takes beside the guest's, under such a limit */
#define STAND_INS "wali/stand_ins"
/* What a start comes to that has not become the guest: the exit status of an error that has been
 * told, or one of these. */
enum { ASK_PYTHON = -1, ASK_PYTHON_MISSED = -2, ASK_PYTHON_STALE = -3 };

/* Loads the empty libraries of stand_in.lds; if that fails, the loader takes the system's. */
static void load_stand_ins(const struct installation *here)
{
    static const char *const names[] = {"libpthread.so.0", "libdl.so.2"};
    char path[PATH_MAX];
    for (size_t i = 0; i < 2 && here->packages[0] != '\0'; i++) {
        if (path_format(path, "%s/%s/%s", here->packages, STAND_INS, names[i])) {
            dlopen(path, RTLD_LAZY | RTLD_LOCAL);
        }
    }
}

/* The engine's library: what Python says, which knows more places, else by the environment or beside
 * this program.  "" without one. */
static const char *engine_library(const struct installation *here, const struct launch *launch)
{
    const char *library = launch->engine != NULL ? launch->engine : getenv("WALI_ENGINE");
    return library != NULL && library[0] != '\0' ? library : here->library;
}

/* Programs that the guest executes look in the same cache, wherever the guest itself came from. */
static void find_cache(struct launch *launch)
{
    if (launch->config.cache_dir == NULL && !launch->no_cache &&
        wali_cache_place(launch->cache, sizeof launch->cache) == 0) {
        launch->config.cache_dir = launch->cache;
    }
}

/* Sets code_fd and code_delta from the cache.  False if it has nothing. */
static bool take_from_cache(struct launch *launch)
{
    wali_config *config = &launch->config;
    if (config->cache_dir == NULL || config->debug) { /* Python knows where code for a debugger is */
        return false;
    }
    const char *variant = config->fix_calls ? wali_fix_calls_variant() : "";
    config->code_fd =
        wali_cache_lookup_variant(config->cache_dir, config->module_path, variant, &config->code_delta);
    return config->code_fd >= 0;
}

/* The file of compiled code that the command line names, or NULL.  What a guest executes was a module
 * when execve looked into it, whatever its name.  Whoever has put code there meanwhile would get it
 * run without the guest's filters (seccomp(2)), and without a right to execute it. */
static const char *compiled_file(const struct launch *launch)
{
    if (launch->code != NULL) {
        return launch->code;
    }
    return !launch->executed && wali_is_compiled(launch->config.module_path) ? launch->config.module_path
                                                                             : NULL;
}

/* Sets code_fd and code_delta from that file.  0, or the exit status of an error that has been told. */
static int take_from_file(struct launch *launch, const char *file)
{
    wali_error error;
    wali_config *config = &launch->config;
    const char *module = launch->code != NULL ? config->module_path : NULL;
    config->code_fd = wali_compiled_open(file, module, &config->code_delta, &error);
    if (config->code_fd >= 0) {
        return 0;
    }
    return message(error.errnum == ENOENT || error.errnum == ENOTDIR ? 127 : 126, "%s: %s", file, error.text);
}

/* Becomes the guest.  Returns an exit status, or what to ask Python for. */
static int start(const struct installation *here, struct launch *launch)
{
    wali_error error;
    wali_config *config = &launch->config;
    const bool is_handed_over = config->code_fd >= 0;
    const char *file = is_handed_over ? NULL : compiled_file(launch);
    const char *library = engine_library(here, launch);
    find_cache(launch);
    config->packages = here->packages;
    config->shared_cache = wali_cache_system();
    load_stand_ins(here);
    if (library[0] == '\0' || wali_engine_open(library, &error) != 0) {
        return is_handed_over && library[0] != '\0' ? message(126, "%s: %s", library, error.text)
                                                    : ASK_PYTHON;
    }
    if (file != NULL && (config->debug || (config->fix_calls && launch->code == NULL))) {
        return ASK_PYTHON; /* which says that this makes no sense */
    }
    const int told = file != NULL ? take_from_file(launch, file) : 0;
    if (told != 0) {
        return told;
    }
    if (config->code_fd < 0 && !take_from_cache(launch)) {
        return ASK_PYTHON_MISSED;
    }
    const char *trace_failure = launch_open_trace(launch);
    if (trace_failure != NULL) {
        return message(2, "--trace%s%s: %s", launch->trace[0] != '\0' ? " " : "", launch->trace,
                       trace_failure);
    }
    const int refused = listeners_begin(launch);
    if (refused != 0) {
        return refused;
    }
    wali_run(config, &error);
    if (error.code == WALI_ERROR_STALE && !is_handed_over && file == NULL) {
        return ASK_PYTHON_STALE;
    }
    if (error.code == WALI_ERROR_USAGE) {
        return message(2, "%s", error.text);
    }
    return message(126, "%s: %s", config->module_path, error.text);
}

/* Of the guest's own memory the core limits each byte (memory/limits.h), of native programs the kernel. */
static void limit_memory(struct launch *launch)
{
    struct rlimit limit;
    wali_config *config = &launch->config;
    if (launch->memory == 0) {
        return;
    }
    if (config->max_memory == 0 || launch->memory < config->max_memory) {
        config->max_memory = launch->memory;
    }
    const uint64_t data = launch->memory + OF_THE_RUNTIME;
    if (getrlimit(RLIMIT_DATA, &limit) == 0 && data < limit.rlim_max) {
        limit.rlim_max = data;
        limit.rlim_cur = limit.rlim_cur < limit.rlim_max ? limit.rlim_cur : limit.rlim_max;
        setrlimit(RLIMIT_DATA, &limit);
    }
}

int main(int argc, char **argv)
{
    struct installation here;
    struct launch launch;
    int status = ASK_PYTHON;
    const int lost = argc < 1 ? -EINVAL : installation_find(&here);
    if (lost == -EMFILE || lost == -ENFILE) {
        return message(126, "no descriptors left: %s", strerror(-lost));
    }
    if (lost < 0) {
        return message(126, "/proc is not mounted");
    }
    if (launch_parse(&launch, argc, argv)) {
        limit_memory(&launch);
        limits_begin(launch.config.limits);
        status = start(&here, &launch);
    }
    if (status >= 0) {
        return status;
    }
    limits_give_back();
    const struct python_start how = {
        .isolated = launch.config.seccomp_count > 0,
        .cached = status == ASK_PYTHON         ? ""
                  : status == ASK_PYTHON_STALE ? "S"
                                               : "M",
    };
    return become_python(&here, how, argc, argv);
}
