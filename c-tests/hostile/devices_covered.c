/* CALLS: open, mount, unshare */
/* REQUIRES: cap-sys-admin */
/* Whose a number is that the kernel gives out as drivers come stands in /proc.  A guest that covers what stands there
 * is believed nothing. */
#include "check.h"

#include <pthread.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/sysmacros.h>

/* Makes "device" one of those.  False if there is none that opens. */
static bool find_device(void)
{
    unsigned minor;
    char name[100];
    FILE *const list = fopen("/proc/misc", "r");
    while (list != NULL && fscanf(list, "%u %99s", &minor, name) == 2) {
        unlink("device");
        if ((minor < 128 || minor > 255) && mknod("device", S_IFCHR | 0600, makedev(10, minor)) == 0) {
            const int fd = open("device", O_RDONLY);
            close(fd);
            if (fd >= 0) {
                FILE *const fake = fopen("fake", "w");
                fprintf(fake, "%3u %s\n", minor, name);
                fclose(fake);
                fclose(list);
                return true;
            }
        }
    }
    return false;
}

static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;

static void *second(void *unused)
{
    pthread_mutex_lock(&gate);
    pthread_mutex_unlock(&gate);
    return unused;
}

static void try(void)
{
    close((int)OK(open("device", O_RDONLY)));
    IS(mount("fake", "/proc/misc", NULL, MS_BIND, NULL), 0);
    ERR(open("device", O_RDONLY), EACCES);
    IS(umount("/proc/misc"), 0);
    mkdir("fakes", 0700);
    rename("fake", "fakes/misc");
    IS(mount("fakes", "/proc", NULL, MS_BIND, NULL), 0);
    ERR(open("device", O_RDONLY), EACCES);
    IS(umount("/proc"), 0);
    rename("fakes/misc", "fake");
    close((int)OK(open("device", O_RDONLY)));
}

int main(void)
{
    pthread_t thread;
    if (unshare(CLONE_NEWNS) != 0 || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0) {
        skip("no mount namespaces here");
    }
    if (!find_device()) {
        skip("no such device here");
    }
    try();
    pthread_mutex_lock(&gate);
    CHECK(pthread_create(&thread, NULL, second, NULL) == 0);
    try();
    pthread_mutex_unlock(&gate);
    pthread_join(thread, NULL);
    return done();
}
