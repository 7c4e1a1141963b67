/* CALLS: sysinfo */
#include "check.h"

#include <sys/sysinfo.h>

int main(void)
{
    struct sysinfo info;
    memset(&info, 0, sizeof info);
    IS(RAW(SYS_sysinfo, &info), 0);
    CHECK(info.uptime > 0 && info.totalram > info.freeram && info.procs > 0 && info.mem_unit > 0);
    CHECK(sysconf(_SC_NPROCESSORS_ONLN) >= 1);
    CHECK(sysconf(_SC_PHYS_PAGES) > 1000);
    IS(sysconf(_SC_PAGESIZE), 4096);
    ERR(RAW(SYS_sysinfo, bad_pointer()), EFAULT);
    return done();
}
