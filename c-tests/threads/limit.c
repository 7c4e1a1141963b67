/* RLIMIT_NPROC stops ordinary users: pthread_create says EAGAIN, and works again later. */
/* CALLS: prlimit64 */
#include "together.h"

#include <sys/resource.h>

static atomic_int go;

static void *wait_there(void *unused)
{
    wait_until(&go, 1);
    return unused;
}

/* Other programs of this user count too. */
static void be_somebody(void)
{
    if (geteuid() == 0) {
        uid_t user = 1000000000 + (uid_t)getpid();
        if (RAW(SYS_setresuid, user, user, user) != 0) {
            skip("no users to become");
        }
    }
}

int main(void)
{
    static pthread_t threads[3000];
    be_somebody();
    struct rlimit limit = {20, 20};
    int made = 0, failed = 0;
    OK(setrlimit(RLIMIT_NPROC, &limit));
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, 65536);
    while (made < 3000 && (failed = pthread_create(&threads[made], &attributes, wait_there, NULL)) == 0) {
        made++;
    }
    IS(failed, EAGAIN);
    CHECK(made < 20);
    go = 1;
    for (int i = 0; i < made; i++) {
        joined(threads[i]);
    }
    if (made > 0) {
        wait_alone();
        IS(pthread_create(&threads[0], &attributes, wait_there, NULL), 0);
        IS(joined(threads[0]), 0);
    }
    return done();
}
