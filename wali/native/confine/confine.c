#define _GNU_SOURCE
#include "wali/native/confine/confine.h"

#include "wali/native/base/kernel.h"
#include "wali/native/confine/call_filter.h"
#include "wali/native/confine/file_rules.h"

#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/resource.h>

static void close_between(unsigned first, unsigned last)
{
    struct rlimit limit;
    if (first > last || KERNEL(close_range, first, last, 0) == 0) {
        return;
    }
    /* Linux before 5.9 */
    KERNEL(prlimit64, 0, RLIMIT_NOFILE, NULL, &limit);
    for (unsigned fd = first; fd <= last && fd < limit.rlim_max; fd++) {
        KERNEL(close, fd);
    }
}

static void close_others(const int *keep, int count)
{
    unsigned first = 0;
    for (int i = 0; i < count; i++) {
        if (keep[i] > 0) {
            close_between(first, (unsigned)keep[i] - 1);
        }
        first = (unsigned)keep[i] + 1;
    }
    close_between(first, INT_MAX);
}

/* Lowers a limit, and the most that it may be raised to; one that is lower already stays. */
static void limit_both(int resource, uint64_t most, uint64_t highest)
{
    struct rlimit limit;
    if (KERNEL(prlimit64, 0, resource, NULL, &limit) == 0) {
        limit.rlim_max = limit.rlim_max < highest ? limit.rlim_max : highest;
        limit.rlim_cur = limit.rlim_cur < most ? limit.rlim_cur : most;
        KERNEL(prlimit64, 0, resource, &limit, NULL);
    }
}

static void limit_to(int resource, uint64_t most)
{
    limit_both(resource, most, most);
}

static void limit_all(const struct wali_bounds *bounds)
{
    limit_to(RLIMIT_AS, bounds->address_space);
    limit_to(RLIMIT_FSIZE, bounds->file_size);
    limit_both(RLIMIT_CPU, bounds->processor, bounds->processor + 1); /* SIGXCPU, before SIGKILL */
    limit_to(RLIMIT_CORE, 0);
    limit_to(RLIMIT_NOFILE, 0); /* what is open stays so, and nothing can be opened */
    limit_to(RLIMIT_MEMLOCK, 0);
    limit_to(RLIMIT_MSGQUEUE, 0);
}

int wali_confine(const struct wali_bounds *bounds, const int *keep, int count)
{
    int held = 0;
    close_others(keep, count);
    KERNEL(prctl, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    held |= file_rules_apply() ? WALI_CONFINED_FILES : 0;
    limit_all(bounds);
    if (call_filter_apply()) {
        return held | WALI_CONFINED_CALLS;
    }
    limit_to(RLIMIT_NPROC, 0); /* threads count as processes: the caller then makes none */
    return held;
}

void wali_die_with_parent(int parent)
{
    KERNEL(prctl, PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    if (KERNEL(getppid) != parent) {
        KERNEL(exit_group, 128 + SIGKILL);
    }
}
