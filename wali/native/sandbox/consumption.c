#include "wali/native/sandbox/consumption.h"

#include "wali/native/base/kernel.h"

#include <string.h>
#include <sys/resource.h>

/* Lowers a limit for good; one that is lower already stays.  The kernel warns by SIGXCPU at the soft one. */
static int64_t lower(int resource, uint64_t soft, uint64_t hard)
{
    struct rlimit limit;
    const int64_t failure = KERNEL(prlimit64, 0, resource, NULL, &limit);
    if (failure < 0) {
        return failure;
    }
    limit.rlim_max = limit.rlim_max < hard ? limit.rlim_max : hard;
    limit.rlim_cur = limit.rlim_cur < soft ? limit.rlim_cur : soft;
    return KERNEL(prlimit64, 0, resource, &limit, NULL);
}

int consumption_limit(const wali_config *config, wali_error *error)
{
    const struct {
        const char *option;
        uint64_t most;
        int resource, slack;
    } limits[] = {{"--processes", config->processes, RLIMIT_NPROC, 0},
                  {"--files", config->files, RLIMIT_NOFILE, 0},
                  {"--cpu", config->cpu, RLIMIT_CPU, 1}};
    for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++) {
        const uint64_t most = limits[i].most;
        const int64_t failure =
            most == 0 ? 0 : lower(limits[i].resource, most, most + (uint64_t)limits[i].slack);
        if (failure < 0) {
            return error_set(error, WALI_ERROR_IO, (int)-failure, "%s: %s", limits[i].option,
                             strerror((int)-failure));
        }
    }
    /* The kernel counts the processes of root, and does not limit them (fork(2), EAGAIN). */
    return config->processes > 0 && KERNEL(getuid) == 0
               ? error_set(error, WALI_ERROR_USAGE, 0, "--processes does not bind root: give --user, too")
               : 0;
}
