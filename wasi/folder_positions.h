/* Where in a folder the kernel goes on for a cookie of the guest's.
 *
 * A cookie is a small number, for libcs keep it in a long of 32 bits (telldir(3)), while the kernel's
 * position of an entry may be a hash of 63.  So the positions of the entries that were read are kept,
 * and the n-th cookie is that of the n-th.  They stay good while entries come and go, as POSIX wants
 * it of telldir(3). */
#ifndef WALI_WASI_FOLDER_POSITIONS_H
#define WALI_WASI_FOLDER_POSITIONS_H

#include "wali/native/base/fork_lock.h"

#include <stdint.h>

/* Each user holds the lock. */
struct folder_positions {
    struct fork_lock lock;
    uint64_t before; /* cookies up to this one are not known */
    uint32_t count;
    uint32_t room;
    int64_t *offsets; /* of the cookies from before + 1 on */
};

/* Forgets all, for the folder is read from its beginning. */
void folder_positions_restart(struct folder_positions *positions) __attribute__((visibility("hidden")));

/* Finds the newest known cookie that is at most the one given; *offset becomes its position.  Cookie 0
 * is the folder's beginning. */
uint64_t folder_positions_find(const struct folder_positions *positions, uint64_t cookie, int64_t *offset)
    __attribute__((visibility("hidden")));

/* Keeps the position of a cookie: one that is known, or the next one, or one that has been
 * forgotten, which stays so.  0, or -ENOMEM. */
int64_t folder_positions_keep(struct folder_positions *positions, uint64_t cookie, int64_t offset)
    __attribute__((visibility("hidden")));

/* Gives the memory back. */
void folder_positions_drop(struct folder_positions *positions) __attribute__((visibility("hidden")));

#endif
