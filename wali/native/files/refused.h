/* Which descriptors a guest may not have: those on the host's memory, its own process's or another
 * one's, which may be another guest; and the devices in device_refused.h.
 *
 * Every way to a descriptor that can be one of these ends here: open(2) and its kin, SCM_RIGHTS,
 * and what the process began with.  The table says of every other call that gives out descriptors
 * why those are harmless (docs/DESCRIPTORS.md). */
#ifndef WALI_FILES_REFUSED_H
#define WALI_FILES_REFUSED_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

/* Whether the guest may not have an open descriptor.  *st is what fstat(2) says of it.  Opens
 * files: no other thread of the guest may be able to replace descriptors meanwhile. */
bool is_refused(int64_t fd, const struct stat *st) __attribute__((visibility("hidden")));

/* The same for a descriptor that somebody else has opened, and that may be of a file that the guest
 * could not open. */
bool is_refused_foreign(int64_t fd) __attribute__((visibility("hidden")));

/* The same for a file that is not open yet, but for an O_PATH descriptor, which no driver knows of.
 * UNDECIDED if only an open descriptor would tell.  Opens nothing. */
enum verdict { GRANTED, REFUSED, UNDECIDED };
enum verdict verdict_of_path(int64_t path_fd, const struct stat *st) __attribute__((visibility("hidden")));

/* The descriptor if the guest may have it; else closes it: -EACCES.  An -errno stays. */
int64_t check_fd(int64_t fd) __attribute__((visibility("hidden")));

/* Called before guest code runs: closes what the guest may not have of the descriptors that the
 * process has inherited, and says so. */
void close_refused(void) __attribute__((visibility("hidden")));

#endif
