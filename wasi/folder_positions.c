#include "wasi/folder_positions.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* Of all folders together; then a folder that has more than FEW forgets its older half as it is read
 * on.  What is forgotten is found by counting, from the folder's beginning. */
#define MOST_POSITIONS (UINT32_C(1) << 21)
#define FEW_POSITIONS 128

static atomic_uint kept;

void folder_positions_restart(struct folder_positions *positions)
{
    positions->before = 0;
    positions->count = 0;
}

uint64_t folder_positions_find(const struct folder_positions *positions, uint64_t cookie, int64_t *offset)
{
    *offset = 0;
    if (cookie <= positions->before || positions->count == 0) {
        return 0;
    }
    const uint64_t newest = positions->before + positions->count;
    const uint64_t found = cookie < newest ? cookie : newest;
    *offset = positions->offsets[found - positions->before - 1];
    return found;
}

static bool grow(struct folder_positions *positions)
{
    const uint32_t more = positions->room == 0 ? FEW_POSITIONS : positions->room;
    /* Counted first, for others may grow meanwhile. */
    const bool is_too_much = atomic_fetch_add(&kept, more) + more > MOST_POSITIONS && positions->room > 0;
    int64_t *const offsets =
        is_too_much ? NULL : realloc(positions->offsets, (positions->room + more) * sizeof *offsets);
    if (offsets == NULL) {
        atomic_fetch_sub(&kept, more);
        return false;
    }
    positions->offsets = offsets;
    positions->room += more;
    return true;
}

static void forget_older_half(struct folder_positions *positions)
{
    const uint32_t half = positions->count / 2;
    memmove(positions->offsets, positions->offsets + half,
            (positions->count - half) * sizeof positions->offsets[0]);
    positions->before += half;
    positions->count -= half;
}

int64_t folder_positions_keep(struct folder_positions *positions, uint64_t cookie, int64_t offset)
{
    if (cookie <= positions->before) {
        return 0;
    }
    const uint64_t at = cookie - positions->before - 1;
    if (at < positions->count) {
        positions->offsets[at] = offset;
        return 0;
    }
    if (positions->count == positions->room && !grow(positions)) {
        if (positions->count == 0) {
            return -ENOMEM;
        }
        forget_older_half(positions);
    }
    positions->offsets[positions->count++] = offset;
    return 0;
}

void folder_positions_drop(struct folder_positions *positions)
{
    atomic_fetch_sub(&kept, positions->room);
    free(positions->offsets);
    *positions = (struct folder_positions){0};
}
