/* clock_gettime(2), gettimeofday(2), time(2) through the vDSO (vdso(7)), which reads the usual
 * clocks without entering the kernel.
 *
 * The vDSO stores through the pointer itself, so a bad guest pointer would be a fault of the host.
 * It gets structs of the host, which copy_out copies to the guest. */
#include "syscalls/_generated/handlers.h"
#include "wali/native/base/kernel.h"

#include <dlfcn.h>
#include <sys/time.h>
#include <time.h>

typedef int clock_reader(clockid_t clock, struct timespec *time);
typedef int day_reader(struct timeval *now, struct timezone *zone);

/* For a host without the vDSO's functions. */

static int enter_clock_gettime(clockid_t clock, struct timespec *time)
{
    return (int)KERNEL(clock_gettime, clock, time);
}

static int enter_gettimeofday(struct timeval *now, struct timezone *zone)
{
    return (int)KERNEL(gettimeofday, now, zone);
}

static clock_reader *read_clock = enter_clock_gettime;
static day_reader *read_day = enter_gettimeofday;

/* *slot becomes the vDSO's function, if there is one. */
static void adopt(void *vdso, const char *name, void *slot)
{
    void *found = dlsym(vdso, name);
    if (found != NULL) {
        *(void **)slot = found;
    }
}

/* Runs when the core is loaded, so that no thread and no fork meets the dynamic linker's lock
 * later. */
__attribute__((constructor)) static void find_vdso(void)
{
    void *vdso = dlopen("linux-vdso.so.1", RTLD_LAZY | RTLD_LOCAL | RTLD_NOLOAD);
    if (vdso != NULL) {
        adopt(vdso, "__vdso_clock_gettime", &read_clock);
        adopt(vdso, "__vdso_gettimeofday", &read_day);
    }
}

int64_t sys_clock_gettime(int32_t clock, gaddr_t to)
{
    struct timespec now;
    int64_t result = read_clock(clock, &now);
    if (result == 0 && !copy_out(to, &now, sizeof now)) {
        return -EFAULT;
    }
    return result;
}

int64_t sys_gettimeofday(gaddr_t to, gaddr_t zone_to)
{
    struct timeval now;
    struct timezone zone;
    int64_t result = read_day(to.v != 0 ? &now : NULL, zone_to.v != 0 ? &zone : NULL);
    if (result < 0) {
        return result;
    }
    if (to.v != 0 && !copy_out(to, &now, sizeof now)) {
        return -EFAULT;
    }
    return zone_to.v != 0 && !copy_out(zone_to, &zone, sizeof zone) ? -EFAULT : 0;
}

int64_t sys_time(gaddr_t to)
{
    struct timespec now;
    int64_t result = read_clock(CLOCK_REALTIME_COARSE, &now); /* the clock of the kernel's time() */
    if (result < 0) {
        return result;
    }
    return to.v != 0 && !copy_out(to, &now.tv_sec, sizeof now.tv_sec) ? -EFAULT : now.tv_sec;
}
