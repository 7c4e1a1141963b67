#define _GNU_SOURCE
#include "wali/native/files/path_origin.h"

#include "wali/native/base/fork_section.h"
#include "wali/native/base/kernel.h"

#include <linux/magic.h>
#include <stdatomic.h>
#include <sys/vfs.h>
#include <time.h>

static atomic_bool known, shared;
static atomic_int holders FORK_DATA;

bool path_origin_pin(void)
{
    atomic_fetch_add(&holders, 1); /* before looking: path_origin_invalidate does it the other way round */
    if (atomic_load(&known)) {
        return true;
    }
    path_origin_unpin();
    return false;
}

void path_origin_unpin(void)
{
    atomic_fetch_sub(&holders, 1);
}

int64_t path_origin_invalidate(void)
{
    static const struct timespec moment = {.tv_nsec = 1000000};
    atomic_store(&known, false);
    if (atomic_load(&holders) == 0) {
        return 0;
    }
    KERNEL_WAIT(clock_nanosleep, CLOCK_MONOTONIC, 0, &moment, NULL);
    return -RESTART;
}

int64_t path_origin_share(void)
{
    atomic_store(&shared, true);
    return path_origin_invalidate();
}

static bool is_elsewhere(const char *place)
{
    struct statfs fs;
    return KERNEL(statfs, place, &fs) == 0 && fs.f_type != PROC_SUPER_MAGIC;
}

void path_origin_probe(void)
{
    if (!atomic_load(&known) && !atomic_load(&shared)) {
        atomic_store(&known, is_elsewhere("/") && is_elsewhere("."));
    }
}

FORK_TEXT void path_origin_fork_child(void)
{
    atomic_store(&holders, 0);
}
