/* CALLS: open */
/* /proc/self/exe is the guest's program, by its name: which the guest can make lead to the host's memory. */
#include "check.h"

int main(void)
{
    char name[4096];
    const ssize_t length = readlink("/proc/self/exe", name, sizeof name - 1);
    CHECK(length > 0);
    name[length > 0 ? length : 0] = '\0';
    char away[sizeof name + 8];
    snprintf(away, sizeof away, "%s.away", name);
    OK(rename(name, away));
    OK(symlink("/proc/self/mem", name));
    /* The host's answers first: EACCES if its program, perhaps Python, is another user's. */
    ERR2(open("/proc/self/exe", O_RDWR), ETXTBSY, EACCES);
    ERR(open("/proc/self/exe", O_RDONLY), EACCES);
    OK(unlink(name));
    OK(rename(away, name));
    close((int)OK(open("/proc/self/exe", O_RDONLY)));
    return done();
}
