/* The command line of wali-run, as far as it is read without Python. */
#ifndef WALI_LAUNCHER_OPTIONS_H
#define WALI_LAUNCHER_OPTIONS_H

#include "wali/native/start/core.h"

#include <limits.h>
#include <stdbool.h>

struct launch {
    wali_config config;
    const char *argv0; /* NULL: the module's path */
    const char *trace; /* --trace: NULL for none, "" for stderr */
    int environment; /* how many of the last words are the guest's environment; -1: it is the process's own */
    char cache[PATH_MAX]; /* where config.cache_dir points if no option named a folder */
};

/* False if the command line asks for what only Python can do, or is wrong. */
bool launch_parse(struct launch *launch, int argc, char **argv);

/* Opens what --trace names.  False if it cannot, for Python to say why. */
bool launch_open_trace(struct launch *launch);

#endif
