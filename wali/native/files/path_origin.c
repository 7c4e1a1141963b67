#define _GNU_SOURCE
#include "wali/native/files/path_origin.h"

#include "wali/native/base/fork_section.h"
#include "wali/native/base/kernel.h"

#include <linux/magic.h>
#include <sched.h>
#include <stdatomic.h>
#include <sys/prctl.h>
#include <sys/vfs.h>
#include <time.h>

static atomic_bool shared;
static atomic_int known; /* ORIGIN_ */
static atomic_int pins FORK_DATA;

bool path_origin_pin(int place)
{
    atomic_fetch_add(&pins, 1); /* before `known`; path_origin_invalidate uses the opposite order */
    if ((atomic_load(&known) & place) != 0) {
        return true;
    }
    path_origin_unpin();
    return false;
}

void path_origin_unpin(void)
{
    atomic_fetch_sub(&pins, 1);
}

int64_t path_origin_invalidate(void)
{
    static const struct timespec moment = {.tv_nsec = 1000000};
    atomic_store(&known, 0);
    if (atomic_load(&pins) == 0) {
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

bool path_origin_suits(const struct statfs *fs)
{
    switch (fs->f_type) {
    case EXT4_SUPER_MAGIC:
    case XFS_SUPER_MAGIC:
    case BTRFS_SUPER_MAGIC:
    case F2FS_SUPER_MAGIC:
    case OVERLAYFS_SUPER_MAGIC:
    case TMPFS_MAGIC:
        return true;
    default:
        return false;
    }
}

static int if_suits(int place, const char *path)
{
    struct statfs fs;
    return KERNEL(statfs, path, &fs) == 0 && path_origin_suits(&fs) ? place : 0;
}

/* A process in a container or a service may be under a filter that kills who calls unshare(2), so
 * nobody calls it under a filter.  PR_GET_SECCOMP is 2 there (prctl(2)). */
static bool unshare_places(void)
{
    return KERNEL(prctl, PR_GET_SECCOMP, 0, 0, 0, 0) == 0 && KERNEL(unshare, CLONE_FS) == 0;
}

/* The process may still share root and current directory with another one (CLONE_FS): an execve(2)
 * ends the sharing of memory, descriptors and signal handlers, but not that of CLONE_FS,
 * CLONE_SYSVSEM and CLONE_IO.  A kernel or container that refuses unshare(2) does not say whether
 * anything is shared.  In that case no guest has passed a sharing on: path_origin_unshare fails in
 * such a guest, which then executes no other guest. */
void path_origin_begin(void)
{
    unshare_places();
}

bool path_origin_unshare(void)
{
    return !atomic_load(&shared) || unshare_places();
}

void path_origin_probe(void)
{
    if (atomic_load(&known) == 0 && !atomic_load(&shared)) {
        atomic_store(&known, if_suits(ORIGIN_ROOT, "/") | if_suits(ORIGIN_DIRECTORY, "."));
    }
}

FORK_TEXT void path_origin_fork_child(void)
{
    atomic_store(&pins, 0);
}
