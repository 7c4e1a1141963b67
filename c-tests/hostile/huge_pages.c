/* CALLS: mmap, memfd_create, shmget, shmat */
/* A file of huge pages is mapped in whole ones, however little is asked for: at the end of the guest's memory
 * the rest would come to lie on the host's. */
#include "check.h"

#include <sys/mman.h>
#include <sys/shm.h>

#define HUGE_FILE 4u         /* MFD_HUGETLB */
#define HUGE_1GB (30u << 26) /* MFD_HUGE_1GB, SHM_HUGE_1GB */
#define HUGE_SEGMENT 04000

/* Host mappings that lie behind the guest's memory and may not be another's. */
static unsigned mappings(void)
{
    char line[512];
    unsigned n = 0;
    FILE *maps = fopen("/proc/self/maps", "r");
    while (maps != NULL && fgets(line, sizeof line, maps) != NULL) {
        n += strstr(line, ".so") != NULL;
    }
    fclose(maps);
    return n;
}

/* At every page of the last 2 MiB, then of the last GiB in steps that meet each possible alignment. */
static void at_the_end(int fd)
{
    for (unsigned page = 0; page < 512; page++) {
        void *at = (void *)(uintptr_t)(0xfffff000u - page * 4096u);
        mmap(at, 4096, PROT_READ, MAP_SHARED | MAP_FIXED | MAP_NORESERVE, fd, 0);
    }
}

static void anywhere(int fd)
{
    for (unsigned page = 1; page < 262144; page++) {
        void *at = (void *)(uintptr_t)(0xfffff000u - page * 4096u);
        void *mapped = mmap(at, 4096, PROT_READ, MAP_SHARED | MAP_FIXED | MAP_NORESERVE, fd, 0);
        if (mapped != MAP_FAILED) {
            return;
        }
    }
}

int main(void)
{
    const unsigned before = mappings();
    CHECK(before > 0);
    const int small = (int)RAW(SYS_memfd_create, "huge", HUGE_FILE);
    const int large = (int)RAW(SYS_memfd_create, "huge", HUGE_FILE | HUGE_1GB);
    if (small >= 0) {
        at_the_end(small);
    }
    CHECK(mappings() == before);
    if (large >= 0) {
        anywhere(large);
    }
    CHECK(mappings() == before);
    return done();
}
