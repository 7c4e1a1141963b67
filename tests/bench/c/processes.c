// What processes cost: processes NAME [PROGRAM ARGUMENT...]. Prints nanoseconds, per round; of exec-in-place those of the
// round that a quarter are quicker than.
#define _GNU_SOURCE
#include "family.h"

#include <string.h>

extern char **environ;

static char **program;

static void fork_exit_wait(int64_t n) {
    while (n--) {
        pid_t child = fork();
        if (child == 0)
            _exit(0);
        family_wait(child);
    }
}

static void fork_exec_wait(int64_t n) {
    while (n--) {
        pid_t child = fork();
        if (child == 0) {
            execve(program[0], program, environ);
            _exit(127);
        }
        family_wait(child);
    }
}

static int there[2], back[2];

static void start_echo(void) {
    bench_need(pipe(there) == 0 && pipe(back) == 0, "pipe");
    pid_t child = fork();
    bench_need(child >= 0, "fork");
    if (child == 0) {
        char byte;
        close(there[1]);
        while (read(there[0], &byte, 1) == 1)
            bench_need(write(back[1], &byte, 1) == 1, "write");
        _exit(0);
    }
}

static void ping_pong(int64_t n) {
    char byte = 0;
    while (n--)
        bench_need(write(there[1], &byte, 1) == 1 && read(back[0], &byte, 1) == 1, "round trip");
}

// From execve to the first byte that the new program writes, in a child that stays the same process.
static int64_t one_exec(void) {
    int64_t asked;
    char byte;
    int output[2];
    bench_need(pipe(output) == 0, "pipe");
    pid_t child = fork();
    if (child == 0) {
        dup2(output[1], STDOUT_FILENO);
        close(output[0]);
        close(output[1]);
        asked = wall_ns();
        bench_need(write(STDOUT_FILENO, &asked, sizeof asked) == sizeof asked, "write");
        execve(program[0], program, environ);
        _exit(127);
    }
    close(output[1]);
    bench_need(read(output[0], &asked, sizeof asked) == sizeof asked && read(output[0], &byte, 1) == 1, "read");
    int64_t taken = wall_ns() - asked;
    while (read(output[0], &byte, 1) == 1)
        ;
    close(output[0]);
    family_wait(child);
    return taken;
}

static void exec_in_place(void) {
    enum { ROUNDS = 41 };
    int64_t taken[ROUNDS];
    for (int i = 0; i < ROUNDS; i++)
        taken[i] = one_exec();
    family_print(taken, ROUNDS, 25);
}

enum { CROWD = 1000 };

// So many at once; the time from the first fork to the last wait.
static void crowd(void) {
    static pid_t children[CROWD];
    int gate[2], ready[2];
    char byte = 0;
    int64_t start = wall_ns();
    bench_need(pipe(gate) == 0 && pipe(ready) == 0, "pipe");
    for (int i = 0; i < CROWD; i++) {
        bench_need((children[i] = fork()) >= 0, "fork");
        if (children[i] == 0) {
            close(gate[1]);
            _exit(write(ready[1], &byte, 1) != 1 || read(gate[0], &byte, 1) != 0);
        }
    }
    for (int i = 0; i < CROWD; i++)
        bench_need(read(ready[0], &byte, 1) == 1, "read");
    close(gate[1]);
    for (int i = 0; i < CROWD; i++)
        family_wait(children[i]);
    printf("%lld\n", (long long)(wall_ns() - start));
}

int main(int argc, char **argv) {
    const char *name = argc > 1 ? argv[1] : "";
    program = argv + 2;
    if (strcmp(name, "fork") == 0) {
        family_loop(fork_exit_wait, wall_ns);
    } else if (strcmp(name, "fork-cpu") == 0) {
        family_loop(fork_exit_wait, family_ns);
    } else if (strcmp(name, "exec") == 0) {
        family_loop(fork_exec_wait, wall_ns);
    } else if (strcmp(name, "exec-cpu") == 0) {
        family_loop(fork_exec_wait, family_ns);
    } else if (strcmp(name, "exec-in-place") == 0) {
        exec_in_place();
    } else if (strcmp(name, "ping-pong") == 0) {
        start_echo();
        family_loop(ping_pong, wall_ns);
    } else if (strcmp(name, "crowd") == 0) {
        crowd();
    } else {
        fprintf(stderr, "usage: %s fork|fork-cpu|exec|exec-cpu|exec-in-place|ping-pong|crowd [PROGRAM ...]\n", argv[0]);
        return 2;
    }
    return 0;
}
