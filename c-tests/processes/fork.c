/* CALLS: fork, getppid */
#include "check.h"
#include "child.h"

#include <sys/mman.h>
#include <sys/time.h>

static int variable = 1;
static int *shared;
static pid_t parent;
static int file;

static int separate_memory(void)
{
    CHECK(getppid() == parent);
    CHECK(getpid() != parent);
    IS(variable, 1);
    variable = 2;
    *shared = 7;
    return 3;
}

static int shared_offset(void)
{
    char c;
    IS(read(file, &c, 1), 1);
    IS(c, 'a');
    return 0;
}

/* What a child does not inherit (fork(2)). */
static int forgotten(void)
{
    struct itimerval timer;
    IS(alarm(0), 0);
    OK(getitimer(ITIMER_VIRTUAL, &timer));
    IS(timer.it_value.tv_sec, 0);
    return 0;
}

static int grandchild(void)
{
    return 5;
}

static int nested(void)
{
    TEXT(end_of(start(grandchild)), "exit 5");
    return 6;
}

static int descriptors_are_copies(void)
{
    OK(close(file));
    return 0;
}

int main(void)
{
    parent = getpid();
    shared = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    CHECK(shared != MAP_FAILED);

    TEXT(end_of(start(separate_memory)), "exit 3");
    IS(variable, 1);
    IS(*shared, 7);

    file = make_file("file", "ab");
    TEXT(end_of(start(shared_offset)), "exit 0");
    char c;
    IS(read(file, &c, 1), 1);
    IS(c, 'b');
    TEXT(end_of(start(descriptors_are_copies)), "exit 0");
    IS(lseek(file, 0, SEEK_SET), 0);

    struct itimerval timer = {.it_value.tv_sec = 1000};
    OK(setitimer(ITIMER_VIRTUAL, &timer, NULL));
    alarm(1000);
    TEXT(end_of(start(forgotten)), "exit 0");
    CHECK(alarm(0) > 900);

    TEXT(end_of(start(nested)), "exit 6");
    return done();
}
