/* What the launcher does not do itself, Python does: first runs, other options, errors. */
#ifndef WALI_LAUNCHER_PYTHON_H
#define WALI_LAUNCHER_PYTHON_H

#include "wali/native/launcher/installation.h"

#include <stdbool.h>

/* What Python needs to know besides the arguments. */
struct python_start {
    bool isolated; /* Python takes nothing from the environment and the current folder */
    /* What the cache has for the module: "M" nothing that can be opened, "S" code that is not for this
     * engine, "" if it was not asked. */
    const char *cached;
};

/* Runs `wali launched <letters> <arguments>`; returns the exit status of a failure. */
int become_python(const struct installation *here, struct python_start how, int argc, char **argv);

#endif
