/* libc's allocator, whose threads keep freed memory: what is handed out is nobody else's, and stays as it
 * was written; across threads, their ends, forks, want of memory. Prints "right", or what was not. */
#define _GNU_SOURCE
#include <errno.h>
#include <malloc.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#define NEED(condition) do { \
    if (!(condition)) { \
        printf("line %d: %s\n", __LINE__, #condition); \
        fflush(stdout); \
        _exit(1); \
    } \
} while (0)

enum { SLOTS = 256 };

struct owner {
    uint64_t chance;
    struct { unsigned char *at; size_t size; } slots[SLOTS];
};

static size_t pick(struct owner *o, size_t below)
{
    o->chance ^= o->chance << 13;
    o->chance ^= o->chance >> 7;
    o->chance ^= o->chance << 17;
    return (size_t)(o->chance >> 11) % below;
}

static size_t some_size(struct owner *o)
{
    switch (pick(o, 16)) {
    case 0: return pick(o, 300000);
    case 1: return pick(o, 20000);
    case 2: return 0;
    default: return pick(o, 700);
    }
}

/* What a slot of this address and size is filled with. */
static unsigned char canary(const unsigned char *at, size_t size)
{
    return (unsigned char)((uintptr_t)at >> 4 ^ size * 31);
}

static void check(struct owner *o, size_t i)
{
    unsigned char *at = o->slots[i].at;
    size_t size = o->slots[i].size;
    for (size_t k = 0; k < size; k += size > 5000 && k > 100 && k + 600 < size ? 509 : 1)
        NEED(at[k] == canary(at, size));
}

static void own(struct owner *o, size_t i, void *p, size_t size)
{
    NEED(p);
    NEED((uintptr_t)p % 16 == 0);
    NEED(malloc_usable_size(p) == size);
    memset(p, canary(p, size), size);
    o->slots[i].at = p;
    o->slots[i].size = size;
}

static void drop(struct owner *o, size_t i)
{
    if (!o->slots[i].at) return;
    check(o, i);
    free(o->slots[i].at);
    o->slots[i].at = NULL;
}

static void change(struct owner *o, size_t i)
{
    unsigned char *old = o->slots[i].at;
    size_t size = o->slots[i].size, now = pick(o, 3) ? some_size(o) : size + pick(o, 40);
    check(o, i);
    unsigned char mark = canary(old, size), *p = realloc(old, now);
    NEED(p);
    for (size_t k = 0; k < (now < size ? now : size); k++) NEED(p[k] == mark);
    own(o, i, p, now);
}

static void work(struct owner *o, int rounds)
{
    for (int r = 0; r < rounds; r++) {
        size_t i = pick(o, SLOTS), size = some_size(o);
        if (o->slots[i].at && pick(o, 3) == 0) {
            change(o, i);
            continue;
        }
        drop(o, i);
        unsigned char *p;
        switch (pick(o, 6)) {
        case 0:
            p = calloc(size ? size : 1, 1);
            NEED(p);
            for (size_t k = 0; k < size; k++) NEED(!p[k]);
            own(o, i, p, size ? size : 1);
            break;
        case 1: {
            size_t align = (size_t)16 << pick(o, 9);
            p = aligned_alloc(align, size);
            NEED(((uintptr_t)p & (align - 1)) == 0);
            own(o, i, p, size);
            break;
        }
        default: own(o, i, malloc(size), size);
        }
    }
}

static void drop_all(struct owner *o)
{
    for (size_t i = 0; i < SLOTS; i++) drop(o, i);
}

/* Threads that hand slots to each other, so that what one allocates another frees. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct { unsigned char *at; size_t size; } passed[64];

static void pass(struct owner *o)
{
    size_t i = pick(o, SLOTS), k = pick(o, 64);
    pthread_mutex_lock(&lock);
    unsigned char *at = o->slots[i].at;
    size_t size = o->slots[i].size;
    o->slots[i].at = passed[k].at, o->slots[i].size = passed[k].size;
    passed[k].at = at, passed[k].size = size;
    pthread_mutex_unlock(&lock);
}

static int rounds = 20000;

static void *thread(void *argument)
{
    struct owner *o = calloc(1, sizeof *o);
    o->chance = (uintptr_t)argument * 0x9e3779b97f4a7c15 + 1;
    for (int i = 0; i < rounds / 20; i++) {
        work(o, 20);
        pass(o);
    }
    drop_all(o);
    free(o);
    return NULL;
}

static void run_threads(int generations)
{
    for (int g = 0; g < generations; g++) {
        pthread_t threads[4];
        for (uintptr_t i = 0; i < 4; i++) NEED(!pthread_create(threads + i, NULL, thread, (void *)(i + 1 + 10 * (uintptr_t)g)));
        for (int i = 0; i < 4; i++) pthread_join(threads[i], NULL);
    }
}

/* Children of a process whose threads allocate: everything of the forking thread's is whole. */
static void *forking(void *argument)
{
    struct owner *o = calloc(1, sizeof *o);
    o->chance = 77;
    for (int i = 0; i < 30; i++) {
        work(o, 50);
        pid_t child = fork();
        NEED(child >= 0);
        if (!child) {
            work(o, 300);
            drop_all(o);
            _exit(0);
        }
        int status;
        NEED(waitpid(child, &status, 0) == child && status == 0);
    }
    drop_all(o);
    free(o);
    return argument;
}

/* A handler that interrupts malloc, and forks: the child goes on where its parent was. */
static volatile sig_atomic_t forks;

static void on_timer(int signal)
{
    (void)signal;
    int e = errno;
    if (forks < 40) {
        pid_t child = _Fork();
        if (!child) {
            forks = 1000; /* no further ones from there */
            return;
        }
        int status;
        if (child > 0) NEED(waitpid(child, &status, 0) == child && status == 0);
        forks++;
    }
    errno = e;
}

static void interrupted(void)
{
    static struct owner o = {.chance = 5};
    signal(SIGALRM, on_timer);
    struct itimerval often = {{0, 2000}, {0, 2000}}, never = {{0, 0}, {0, 0}};
    setitimer(ITIMER_REAL, &often, NULL);
    while (forks < 40) work(&o, 100);
    setitimer(ITIMER_REAL, &never, NULL);
    drop_all(&o);
    if (forks == 1000) _exit(0);
}

/* All memory is taken; what was kept is handed out, and later all can be had again. */
static void ends(void)
{
    enum { MANY = 100000 };
    static void *all[MANY];
    for (int again = 0; again < 2; again++) {
        int n = 0;
        size_t size = 64 << 20;
        while (size >= 16) {
            void *p = n < MANY ? malloc(size) : NULL;
            if (p) {
                all[n++] = p;
                continue;
            }
            NEED(n == MANY || errno == ENOMEM);
            size /= 2;
        }
        NEED(realloc(all[0], (size_t)1 << 30) == NULL);
        while (n) free(all[--n]);
        void *p = malloc(32 << 20);
        NEED(p);
        free(p);
    }
    NEED(!malloc(SIZE_MAX) && errno == ENOMEM);
    NEED(!calloc(SIZE_MAX / 2, 3) && errno == ENOMEM);
}

/* What a thread keeps does not grow with what it has freed. */
static size_t resident(void)
{
    FILE *f = fopen("/proc/self/statm", "r");
    unsigned long all = 0, pages = 0;
    NEED(f && fscanf(f, "%lu %lu", &all, &pages) == 2);
    fclose(f);
    return pages * 4096;
}

static void *spend(void *argument)
{
    static __thread void *mine[4000];
    for (int size = 16; size < 40000; size += size / 4) {
        int many = (4 << 20) / size < 4000 ? (4 << 20) / size : 4000;
        for (int i = 0; i < many; i++) memset(mine[i] = malloc((size_t)size), 1, (size_t)size);
        for (int i = 0; i < many; i++) free(mine[i]);
    }
    return argument;
}

static void bounded(void)
{
    size_t before = 0;
    for (int i = 0; i < 30; i++) {
        pthread_t one;
        NEED(!pthread_create(&one, NULL, spend, NULL));
        pthread_join(one, NULL);
        if (i == 4) before = resident();
    }
    NEED(resident() < before + (3 << 20));
}

/* How a child ends that misuses memory. */
static int death(void (*misuse)(void))
{
    pid_t child = fork();
    if (!child) {
        misuse();
        _exit(0);
    }
    int status;
    waitpid(child, &status, 0);
    return WIFSIGNALED(status);
}

static void *volatile victim;
static void free_twice(void) { victim = malloc(50), free(victim), free(victim); }
static void free_twice_later(void)
{
    victim = malloc(50);
    void *other = malloc(50);
    free(victim), free(other), free(victim);
}
static void resize_freed(void) { victim = malloc(50), free(victim), victim = realloc(victim, 60); }
static void measure_freed(void) { victim = malloc(50), free(victim), printf("%zu", malloc_usable_size(victim)); }
static void free_within(void) { victim = (char *)malloc(500) + 16, free(victim); }
static void free_overrun(void) { victim = malloc(50), ((char *)victim)[50] = 1, free(victim); }
static void free_aligned_twice(void) { victim = aligned_alloc(256, 100), free(victim), free(victim); }

int main(int argc, char **argv)
{
    if (argc > 1) rounds = atoi(argv[1]);
    static struct owner o = {.chance = 3};
    work(&o, rounds);
    drop_all(&o);
    NEED(death(free_twice) && death(free_twice_later) && death(resize_freed) && death(measure_freed));
    NEED(death(free_within) && death(free_overrun) && death(free_aligned_twice));
    interrupted();
    run_threads(2);
    bounded();
    pthread_t fork_thread, other;
    NEED(!pthread_create(&fork_thread, NULL, forking, NULL) && !pthread_create(&other, NULL, thread, (void *)99));
    pthread_join(fork_thread, NULL);
    pthread_join(other, NULL);
    ends();
    puts("right");
    return 0;
}
