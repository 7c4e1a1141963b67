/* The system calls of Landlock (landlock(7)), and what each version of it knows. */
#ifndef WALI_CONFINE_LANDLOCK_H
#define WALI_CONFINE_LANDLOCK_H

#include <stdbool.h>
#include <stdint.h>

/* Rights to files, by the kernel's bits; the headers of older systems lack them. */
enum {
    LANDLOCK_EXECUTE = 1 << 0,
    LANDLOCK_WRITE_FILE = 1 << 1,
    LANDLOCK_READ_FILE = 1 << 2,
    LANDLOCK_READ_DIR = 1 << 3,
    LANDLOCK_MAKE_CHAR = 1 << 6,
    LANDLOCK_MAKE_BLOCK = 1 << 11,
    LANDLOCK_TRUNCATE = 1 << 14,
    LANDLOCK_IOCTL_DEV = 1 << 15,
    LANDLOCK_ALL_RIGHTS = (1 << 16) - 1,
    /* The rights that a rule may give to a file that is no folder. */
    LANDLOCK_OF_FILES = LANDLOCK_EXECUTE | LANDLOCK_WRITE_FILE | LANDLOCK_READ_FILE | LANDLOCK_TRUNCATE |
        LANDLOCK_IOCTL_DEV,
};
enum { LANDLOCK_BIND_TCP = 1, LANDLOCK_CONNECT_TCP = 2 };
enum { LANDLOCK_OUTER_SOCKETS = 1, LANDLOCK_OUTER_SIGNALS = 2 }; /* scopes */

/* What rules forbid unless one of them gives it; struct landlock_ruleset_attr. */
struct landlock_handled {
    uint64_t files, net, scopes;
};

/* The version that the kernel knows: 1 and more; below 1 without Landlock. */
int64_t landlock_version(void) __attribute__((visibility("hidden")));
/* All that a version forbids. */
struct landlock_handled landlock_all(int64_t version) __attribute__((visibility("hidden")));

/* A descriptor of rules that forbid this, as far as the version knows it; or -errno. */
int64_t landlock_rules(int64_t version, const struct landlock_handled *handled)
    __attribute__((visibility("hidden")));
/* Gives rights to the file or folder that is open as `fd`, and to what lies below it.  0 or -errno. */
int64_t landlock_give_path(int64_t rules, int fd, uint64_t rights) __attribute__((visibility("hidden")));
/* Gives rights to a port of TCP.  0 or -errno. */
int64_t landlock_give_port(int64_t rules, uint16_t port, uint64_t rights)
    __attribute__((visibility("hidden")));
/* Binds the calling thread by the rules for good, and closes them.  Needs no_new_privs.  0 or -errno. */
int64_t landlock_apply(int64_t rules) __attribute__((visibility("hidden")));

#endif
