/* Where this program is installed, and what lies there. */
#ifndef WALI_LAUNCHER_INSTALLATION_H
#define WALI_LAUNCHER_INSTALLATION_H

#include <limits.h>
#include <stdbool.h>

/* The program is <prefix>/bin/wali-run. */
struct installation {
    char bin[PATH_MAX];
    char packages[PATH_MAX]; /* Python's folder of packages; "" if not under the prefix */
    char library[PATH_MAX];  /* the engine's library; "" likewise */
};

/* Fills *here.  0, or -errno if /proc does not say where the program is. */
int installation_find(struct installation *here);

/* path[PATH_MAX] of a format and three parts; false if they do not fit. */
bool path_format(char *path, const char *format, const char *a, const char *b, const char *c);

#endif
