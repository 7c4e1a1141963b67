/* CALLS: open, openat, openat2, dup, pread64 */
/* Threads share descriptors: while one opens the host's memory, others try whatever number it may have got.
 */
#include "check.h"

#include <pthread.h>
#include <stdatomic.h>
#include <time.h>

#define FIRST 3
#define LAST 12
/* On a machine that is busy an open waits for three others that spin. */
#define MOST_SECONDS 5

static atomic_int stop, got;
static uint64_t host_address;

/* A page of the host's own, from /proc/self/maps: that of the kernel's code in it is always there. */
static void find_address(void)
{
    char line[512];
    FILE *maps = fopen("/proc/self/maps", "r");
    while (maps != NULL && fgets(line, sizeof line, maps) != NULL) {
        if (strstr(line, "[vdso]") != NULL) {
            host_address = strtoull(line, NULL, 16);
        }
    }
    CHECK(host_address != 0);
    fclose(maps);
}

static void *guess(void *unused)
{
    char bytes[4];
    while (!atomic_load(&stop)) {
        for (int fd = FIRST; fd <= LAST; fd++) {
            if (RAW(SYS_pread64, fd, bytes, sizeof bytes, host_address) == sizeof bytes &&
                memcmp(bytes, "\177ELF", 4) == 0) {
                atomic_fetch_add(&got, 1);
            }
        }
    }
    return unused;
}

static void *turn(void *unused)
{
    while (!atomic_load(&stop)) {
        symlink("/proc/self/mem", "turning");
        unlink("turning");
        symlink("/dev/null", "turning");
        unlink("turning");
    }
    return unused;
}

int main(void)
{
    pthread_t threads[2];
    find_address();
    const int proc = (int)OK(open("/proc/self", O_PATH | O_DIRECTORY));
    const int fd = (int)OK(open("/proc/self/mem", O_PATH));
    char place[40];
    snprintf(place, sizeof place, "/proc/self/fd/%d", fd);
    uint64_t how[3] = {O_RDWR, 0, 0};
    pthread_create(&threads[0], NULL, guess, NULL);
    pthread_create(&threads[1], NULL, turn, NULL);
    int opened = 0;
    const time_t until = time(NULL) + MOST_SECONDS;
    for (int i = 0; i < 3000 && (i < 100 || time(NULL) < until); i++) {
        opened += open("/proc/self/mem", O_RDWR) >= 0;
        opened += openat(proc, "mem", O_RDWR) >= 0;
        opened += open(place, O_RDONLY) >= 0;
        opened += RAW(SYS_openat2, proc, "mem", how, sizeof how) >= 0;
        const int turned = open("turning", O_RDWR);
        if (turned >= 0) {
            close(turned);
        }
    }
    atomic_store(&stop, 1);
    pthread_join(threads[0], NULL);
    pthread_join(threads[1], NULL);
    CHECK(opened == 0);
    CHECK(got == 0);
    return done();
}
