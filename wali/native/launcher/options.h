/* The part of wali-run's command line that is read without Python. */
#ifndef WALI_LAUNCHER_OPTIONS_H
#define WALI_LAUNCHER_OPTIONS_H

#include "wali/native/start/core.h"

#include <limits.h>
#include <stdbool.h>

struct launch {
    wali_config config;
    const char *argv0; /* NULL: the module's path */
    const char *trace; /* --trace: NULL for none, "" for stderr */
    /* The number of last words that are the guest's environment; -1: the process's environment is
     * the guest's. */
    int environment;
    char cache[PATH_MAX]; /* what config.cache_dir points to if no option sets it */
};

/* Fills *launch, which keeps pointers into argv.  False if the command line is wrong, or asks for
 * what only Python does. */
bool launch_parse(struct launch *launch, int argc, char **argv);

/* Opens the file that --trace names as config.trace_fd.  False if that fails: Python says why. */
bool launch_open_trace(struct launch *launch);

#endif
