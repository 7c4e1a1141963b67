/* CALLS: set_robust_list, exit_group */
/* Lists of locks that are none: the process ends as it wants to, and soon. */
#include "check.h"

#include <pthread.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>

#define LISTS 12
#define MANY 100000

struct head {
    uint64_t list;
    int64_t offset;
    uint64_t pending;
};

static struct head heads[LISTS];
static uint64_t nodes[MANY];
static uint32_t *words;
static atomic_int ready;

static void make(int which, int tid)
{
    struct head *head = &heads[which];
    words[which] = (uint32_t)tid;
    switch (which) {
    case 0: /* leads nowhere */
        head->list = 0xfffffff0;
        break;
    case 1: /* to itself */
        nodes[0] = (uint32_t)(uintptr_t)&nodes[0];
        head->list = nodes[0];
        break;
    case 2: /* endless, words overlap */
        for (uint32_t i = 1; i + 1 < MANY / 2; i++) {
            nodes[i] = (uint32_t)(uintptr_t)&nodes[i] + 4;
        }
        head->list = (uint32_t)(uintptr_t)&nodes[1];
        break;
    case 3: /* the words lie all over */
        for (uint32_t i = MANY / 2; i + 1 < MANY; i++) {
            nodes[i] = (uint32_t)(uintptr_t)&nodes[i] + 8 * (i * 7919 % 100);
        }
        head->list = (uint32_t)(uintptr_t)&nodes[MANY / 2];
        head->offset = INT64_MIN + 3;
        break;
    case 4: /* from one end of memory to the other */
        head->list = 4;
        head->pending = 0xfffffffc;
        break;
    case 5: /* not a word */
        head->list = (uint32_t)(uintptr_t)head;
        head->pending = (uint32_t)(uintptr_t)words + 1;
        head->offset = 2;
        break;
    case 6: /* the top, beyond which there is nothing */
        head->list = 0xffffffff;
        head->pending = 0xffffffff;
        head->offset = 0x7fffffffffffffff;
        break;
    default: /* one lock, that is held */
        head->list = (uint32_t)(uintptr_t)head;
        head->pending = (uint32_t)(uintptr_t)&words[which];
    }
}

static void *hold(void *which)
{
    int number = (int)(intptr_t)which;
    make(number, (int)RAW(SYS_gettid));
    if (number < LISTS - 1) {
        RAW(SYS_set_robust_list, &heads[number], sizeof heads[number]);
    } else {
        RAW(SYS_set_robust_list, 0xfffffff8, sizeof heads[number]);
    }
    ready++;
    for (;;) {
        sched_yield();
    }
}

static void child(void)
{
    pthread_t thread;
    for (int i = 0; i < LISTS; i++) {
        pthread_create(&thread, NULL, hold, (void *)(intptr_t)i);
    }
    while (ready < LISTS) {
        sched_yield();
    }
    RAW(SYS_exit_group, 5);
}

int main(void)
{
    words = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    for (int turn = 0; turn < 5; turn++) {
        int status = 0, died = 0;
        pid_t pid = fork();
        if (pid == 0) {
            child();
        }
        OK(waitpid(pid, &status, 0));
        IS(WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status), 5);
        for (int i = 7; i < LISTS - 1; i++) {
            died += words[i] == 0x40000000;
        }
        IS(died, LISTS - 8);
    }
    return done();
}
