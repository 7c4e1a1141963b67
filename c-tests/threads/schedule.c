/* Scheduling is a thread's own. */
/* CALLS: sched_setaffinity, sched_getaffinity, sched_getparam, sched_setscheduler, sched_getscheduler,
 * setpriority, getpriority */
#include "together.h"

#include <sys/resource.h>

static int first_processor(const cpu_set_t *set)
{
    for (int i = 0; i < CPU_SETSIZE; i++) {
        if (CPU_ISSET(i, set)) {
            return i;
        }
    }
    return -1;
}

static void *own(void *unused)
{
    cpu_set_t set, now;
    struct sched_param none = {0};
    int tid = (int)RAW(SYS_gettid);
    OK(sched_getaffinity(0, sizeof set, &set));
    int one = first_processor(&set);
    CPU_ZERO(&set);
    CPU_SET(one, &set);
    OK(sched_setaffinity(0, sizeof set, &set));
    OK(sched_getaffinity(tid, sizeof now, &now));
    CHECK(CPU_EQUAL(&set, &now));
    CHECK(sched_getcpu() == one);
    IS(RAW(SYS_setpriority, PRIO_PROCESS, tid, 19), 0);
    IS(RAW(SYS_getpriority, PRIO_PROCESS, 0), 20 - 19);
    IS(RAW(SYS_sched_setscheduler, 0, SCHED_BATCH, &none), 0);
    IS(RAW(SYS_sched_getscheduler, tid), SCHED_BATCH);
    IS(RAW(SYS_sched_getparam, tid, &none), 0);
    return unused;
}

static void *processors(void *set)
{
    sched_getaffinity(0, sizeof(cpu_set_t), set);
    return NULL;
}

int main(void)
{
    cpu_set_t before, after, inherited;
    OK(sched_getaffinity(0, sizeof before, &before));
    long nice = RAW(SYS_getpriority, PRIO_PROCESS, 0);
    joined(start(own, NULL));
    OK(sched_getaffinity(0, sizeof after, &after));
    CHECK(CPU_EQUAL(&before, &after));
    CHECK(RAW(SYS_getpriority, PRIO_PROCESS, 0) == nice);
    IS(RAW(SYS_sched_getscheduler, 0), SCHED_OTHER);
    joined(start(processors, &inherited));
    CHECK(CPU_EQUAL(&before, &inherited));
    return done();
}
