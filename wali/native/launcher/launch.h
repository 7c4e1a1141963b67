/* The command line of wali-run, as far as it is read without Python. */
#ifndef WALI_LAUNCH_H
#define WALI_LAUNCH_H

#include "core.h"

#include <limits.h>
#include <stdbool.h>

struct launch {
    wali_config config;
    const char *trace; /* --trace: NULL for none, "" for stderr */
    const char **seccomp;
    int environment; /* how many of the last words are the guest's environment; -1: it is the process's own */
    char cache[PATH_MAX]; /* where config.cache_dir points if no option named a folder */
};

/* False if the command line asks for what only Python can do, or is wrong. */
bool launch_parse(struct launch *launch, int argc, char **argv);

/* Opens what --trace names.  False if it cannot, for Python to say why. */
bool launch_open_trace(struct launch *launch);

#endif
