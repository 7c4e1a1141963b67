/* The guest's environment, as the command line has it. */
#ifndef WALI_LAUNCHER_ENVIRONMENT_H
#define WALI_LAUNCHER_ENVIRONMENT_H

#include "wali/native/launcher/options.h"

#include <stdbool.h>

/* Sets config.env, which is the caller's unless the command line holds another, and given_env, with
 * the changes that --env makes.  False if one of those is no variable, which Python tells. */
bool environment_make(struct launch *launch);

#endif
