/* The draft of 2023 for test programs: as a guest by its functions, natively by those of POSIX.
 *
 * What fails answers GONE: of streams without a reason, of files and sockets with one, which why() tells as
 * the draft calls it. */
#ifndef DRAFT_H
#define DRAFT_H

#include "check.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

enum { READS = 1, WRITES = 2 };                                    /* descriptor-flags */
enum { CREATES = 1, IS_FOLDER = 2, EXCLUSIVE = 4, TRUNCATES = 8 }; /* open-flags */
enum { READABLE = 1, WRITABLE = 2, EXECUTABLE = 4 };               /* modes */
enum { FOLLOWS = 1 };                                              /* path-flags */
enum { EXISTS = -1 };                                              /* to `may`, in the place of modes */

#define GONE INT64_C(-1)

typedef uint32_t handle;

/* descriptor-stat, as it lies in memory. */
struct times {
    uint64_t seconds;
    uint32_t nanoseconds;
};
struct draft_stat {
    uint64_t device, inode;
    uint8_t type;
    uint64_t links, size;
    struct times accessed, modified, changed;
};
enum { TYPE_FOLDER = 3, TYPE_LINK = 5, TYPE_FILE = 6 };

/* A directory-entry. */
struct draft_entry {
    uint64_t inode;
    uint8_t type;
    char name[256];
};

/* An address of IPv4, and its port. */
struct peer {
    uint8_t host[4];
    uint16_t port;
};

static const char *const files_codes[] = {
    "access",        "would-block",  "already",      "bad-descriptor", "busy",       "deadlock",
    "quota",         "exist",        "too-large",    "illegal",        "progress",   "interrupted",
    "invalid",       "io",           "is-directory", "loop",           "many-links", "message-size",
    "long",          "no-device",    "no-entry",     "no-lock",        "no-memory",  "no-space",
    "not-directory", "not-empty",    "lost",         "unsupported",    "no-tty",     "no-such-device",
    "overflow",      "not-permitted"};
static const char *const socket_codes[] = {"unknown",
                                           "access-denied",
                                           "not-supported",
                                           "no-memory",
                                           "timeout",
                                           "conflict",
                                           "not-in-progress",
                                           "would-block",
                                           "no-family",
                                           "other-family",
                                           "invalid-remote",
                                           "ipv4-only",
                                           "ipv6-only",
                                           "limit",
                                           "already-attached",
                                           "already-bound",
                                           "already-connected",
                                           "not-bound",
                                           "not-connected",
                                           "not-bindable",
                                           "in-use",
                                           "no-ports",
                                           "unreachable",
                                           "already-listening",
                                           "not-listening",
                                           "refused",
                                           "reset",
                                           "too-large"};

static const char *last_failure = "";

static inline const char *why(void)
{
    return last_failure;
}

#ifdef __wasm__
#include "draft_guest.h"
#else
#include "draft_native.h"
#endif

/* Checks that a call fails for this reason, and prints it. */
#define FAILS(call, reason)                                                                                  \
    do {                                                                                                     \
        last_failure = "nothing";                                                                            \
        IS((call) == GONE, true);                                                                            \
        TEXT(why(), reason);                                                                                 \
    } while (0)

/* A handle that must be there. */
static inline handle good(int64_t answer)
{
    if (answer == GONE) {
        say("no handle: %s", why());
        exit(1);
    }
    return (handle)answer;
}

#endif
