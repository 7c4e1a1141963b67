/* CALLS: open, openat, mknod */
/* The machine's memory, and drivers that follow addresses in what is written to them: refused to root as
 * well, and with a second thread around, while which files are opened in another way. */
#include "check.h"

#include <pthread.h>
#include <stdatomic.h>
#include <sys/sysmacros.h>

/* Whether the driver is there or not: who may not make the device may not open it either. */
static void refused(const char *name, unsigned major, unsigned minor)
{
    unlink("device");
    const bool made = mknod("device", S_IFCHR | 0600, makedev(major, minor)) == 0;
    say("%s: %s", name, made && open("device", O_RDWR) >= 0 ? "OPEN" : "closed");
}

static atomic_int stop;

static void *second(void *unused)
{
    while (!atomic_load(&stop)) {
        usleep(1000);
    }
    return unused;
}

static void all_refused(void)
{
    refused("mem", 1, 1);
    refused("kmem", 1, 2);
    refused("port", 1, 4);
    refused("oldmem", 1, 12);
    refused("cuse", 10, 203);
    refused("snapshot", 10, 231);
    refused("vhost-net", 10, 238);
    refused("uhid", 10, 239);
    refused("vhost-vsock", 10, 241);
    refused("cpu/0/msr", 202, 0);
    refused("sg0", 21, 0);
    refused("uverbs0", 231, 192);
    refused("snd/seq", 116, 1);
    ERR2(open("/dev/mem", O_RDONLY), EACCES, ENOENT);
    ERR2(open("/proc/kcore", O_RDONLY), EACCES, ENOENT);
    close((int)OK(open("/dev/null", O_RDWR)));
    close((int)OK(open("/dev/urandom", O_RDONLY)));
}

int main(void)
{
    pthread_t thread;
    all_refused();
    CHECK(pthread_create(&thread, NULL, second, NULL) == 0);
    all_refused();
    atomic_store(&stop, 1);
    pthread_join(thread, NULL);
    return done();
}
