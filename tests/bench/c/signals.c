// What signals cost: signals self | busy | blocked. Prints nanoseconds: of a raise with its handler, or the median from
// kill, by the parent, to the first statement of the handler in a child that computes, or that waits in read.
#include "family.h"

#include <signal.h>
#include <stdatomic.h>
#include <string.h>

enum { ROUNDS = 301, PAUSE_US = 1000, PATIENCE = 20000 };

struct shared { // by parent and child
    atomic_int ready, handled;
    _Atomic int64_t at;
};

static struct shared *shared;
static volatile int64_t sink;

static void note_time(int number) {
    atomic_store(&shared->at, bench_now(CLOCK_MONOTONIC));
    atomic_fetch_add(&shared->handled, 1);
    sink += number;
}

static void count_only(int number) {
    sink += number;
}

static void listen_to(void (*handler)(int)) {
    struct sigaction action = {.sa_handler = handler, .sa_flags = SA_RESTART};
    bench_need(sigaction(SIGUSR1, &action, NULL) == 0, "sigaction");
}

static void compute(void) {
    atomic_store(&shared->ready, 1);
    for (;;)
        sink++;
}

static void wait_in_read(void) {
    char byte;
    int fds[2];
    bench_need(pipe(fds) == 0, "pipe");
    atomic_store(&shared->ready, 1);
    bench_need(read(fds[0], &byte, 1) == 1, "read");
}

static void wait_for(atomic_int *count, int value) {
    for (int i = 0; atomic_load(count) < value; i++) {
        bench_need(i < PATIENCE, "no handler ran");
        family_nap(PAUSE_US / 4);
    }
}

static void latency(void (*receive)(void)) {
    int64_t taken[ROUNDS];
    shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    bench_need(shared != MAP_FAILED, "mmap");
    pid_t child = fork();
    bench_need(child >= 0, "fork");
    if (child == 0) {
        listen_to(note_time);
        receive();
        _exit(1);
    }
    wait_for(&shared->ready, 1);
    for (int i = 0; i < ROUNDS; i++) {
        family_nap(PAUSE_US);
        int64_t asked = wall_ns();
        bench_need(kill(child, SIGUSR1) == 0, "kill");
        wait_for(&shared->handled, i + 1);
        taken[i] = atomic_load(&shared->at) - asked;
    }
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    family_print(taken, ROUNDS, 50);
}

static void raise_self(int64_t n) {
    while (n--)
        raise(SIGUSR1);
}

int main(int argc, char **argv) {
    const char *name = argc > 1 ? argv[1] : "";
    if (strcmp(name, "self") == 0) {
        listen_to(count_only);
        bench_loop(raise_self, CLOCK_PROCESS_CPUTIME_ID);
    } else if (strcmp(name, "busy") == 0) {
        latency(compute);
    } else if (strcmp(name, "blocked") == 0) {
        latency(wait_in_read);
    } else {
        fprintf(stderr, "usage: %s self|busy|blocked\n", argv[0]);
        return 2;
    }
    return 0;
}
