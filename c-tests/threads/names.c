/* Thread names, seen by the thread and in /proc. */
/* CALLS: prctl */
#include "together.h"

#include <sys/prctl.h>

static atomic_int ready, stop;
static int tid;

static void *named(void *unused)
{
    char name[16] = "";
    prctl(PR_SET_NAME, "by itself");
    prctl(PR_GET_NAME, name);
    TEXT(name, "by itself");
    tid = (int)RAW(SYS_gettid);
    ready = 1;
    wait_until(&stop, 1);
    prctl(PR_GET_NAME, name);
    TEXT(name, "from outside");
    return unused;
}

static void in_proc(const char *expected)
{
    char path[64], line[64] = "";
    snprintf(path, sizeof path, "/proc/self/task/%d/comm", tid);
    strcpy(line, content_of(path));
    line[strcspn(line, "\n")] = 0;
    TEXT(line, expected);
}

int main(void)
{
    char name[16] = "";
    prctl(PR_SET_NAME, "the main one");
    pthread_t thread = start(named, NULL);
    wait_until(&ready, 1);
    in_proc("by itself");
    IS(pthread_getname_np(thread, name, sizeof name), 0);
    TEXT(name, "by itself");
    IS(pthread_setname_np(thread, "from outside"), 0);
    IS(pthread_setname_np(thread, "sixteen letters!"), ERANGE);
    in_proc("from outside");
    stop = 1;
    joined(thread);
    IS(pthread_getname_np(pthread_self(), name, sizeof name), 0);
    TEXT(name, "the main one");
    return done();
}
