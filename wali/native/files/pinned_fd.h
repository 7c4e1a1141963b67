/* Numbers of descriptors that a thread has pinned: until it unpins them nobody else closes or
 * replaces what they stand for, as for a number that the kernel is just giving out (dup2(2),
 * EBUSY).
 *
 * Whoever closes or replaces a descriptor announces it first, and then looks whether the number is
 * pinned.  Whoever pins a number publishes it first, and then looks whether a replacement is under
 * way.  So one of the two gives way.  The announcements of the guest's calls are those of its
 * threads (thread/fd_use.h). */
#ifndef WALI_FILES_PINNED_FD_H
#define WALI_FILES_PINNED_FD_H

#include <stdbool.h>
#include <stdint.h>

struct pin; /* a place for one pinned number */

/* Publishes a number, of the descriptor table with that id (thread/fd_use.h).  NULL if all places
 * are taken, or if fd_close() is about to close the number.  The number is pinned if besides no thread is
 * about to replace it. */
struct pin *pin_publish(int64_t fd, uint32_t table) __attribute__((visibility("hidden")));
void pin_remove(struct pin *pin) __attribute__((visibility("hidden")));

/* Whether a number from first to last is pinned in this table of this process; *number becomes the
 * lowest such number. */
bool pin_find(uint32_t first, uint32_t last, uint32_t table, uint32_t *number)
    __attribute__((visibility("hidden")));

/* Closes a descriptor of the runtime's own, which had no business with the guest.  If the guest has
 * closed it meanwhile, and the number is another thread's pinned one, it is left alone. */
void fd_close(int64_t fd) __attribute__((visibility("hidden")));

/* Called in a forked child, which has a copy of memory: closes the copies of what other threads had pinned.
 */
void pins_fork_child(void) __attribute__((visibility("hidden")));

#endif
