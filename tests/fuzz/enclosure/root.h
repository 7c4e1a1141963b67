/* The root folder of the enclosed program. */
#ifndef FUZZ_ROOT_H
#define FUZZ_ROOT_H

#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#define MOST_SEEN 16
#define SCRATCH "/scratch"

/* What can be read there beside the system's own folders. */
struct seen {
    const char *paths[MOST_SEEN];
    size_t count;
};

/* Makes a tmpfs the root of this mount namespace. Everything in it is read-only but /scratch, which is the
 * owner's, and /dev/shm. */
void make_root(const struct seen *seen, uid_t owner);

/* Ends with 77 and what errno says. */
__attribute__((noreturn)) void cannot(const char *what);

#endif
