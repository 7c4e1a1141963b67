#define _GNU_SOURCE
#include "path_start.h"

#include "kernel.h"
#include "together.h"

#include <linux/magic.h>
#include <sched.h>
#include <stdatomic.h>
#include <sys/vfs.h>
#include <time.h>

static atomic_bool shared;
static atomic_int known; /* START_ */
static atomic_int holders WRITTEN_BY_FORKS;

bool start_hold(int place)
{
    atomic_fetch_add(&holders, 1); /* before looking: start_forget does it the other way round */
    if ((atomic_load(&known) & place) != 0) {
        return true;
    }
    start_release();
    return false;
}

void start_release(void)
{
    atomic_fetch_sub(&holders, 1);
}

int64_t start_forget(void)
{
    static const struct timespec moment = {.tv_nsec = 1000000};
    atomic_store(&known, 0);
    if (atomic_load(&holders) == 0) {
        return 0;
    }
    KERNEL_WAIT(clock_nanosleep, CLOCK_MONOTONIC, 0, &moment, NULL);
    return -RESTART;
}

int64_t start_share(void)
{
    atomic_store(&shared, true);
    return start_forget();
}

bool start_suits(const struct statfs *fs)
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
    return KERNEL(statfs, path, &fs) == 0 && start_suits(&fs) ? place : 0;
}

/* Of what a process can share with another, an execve keeps the root and the current
 * directory (CLONE_FS), the adjustments of semaphores (CLONE_SYSVSEM) and the priority
 * of its input and output (CLONE_IO); memory, descriptors and signal handlers it does
 * not keep.  Only the first matter here.  False if the kernel, or a filter of system
 * calls, refuses to end the sharing: it does not tell whether there is any. */
static bool is_private(void)
{
    static bool done;
    done = done || KERNEL(unshare, CLONE_FS) == 0;
    return done;
}

void start_learn(void)
{
    if (atomic_load(&known) != 0 || atomic_load(&shared)) {
        return;
    }
    if (!is_private()) {
        atomic_store(&shared, true);
        return;
    }
    atomic_store(&known, if_suits(START_ROOT, "/") | if_suits(START_DIRECTORY, "."));
}

RUN_BY_FORKS void start_fork_child(void)
{
    atomic_store(&holders, 0);
}
