/* Handlers that nest, each on an alternate stack of its own, and the innermost goes as deep as it can:
 * the room that such handlers have on the native stack is there once, not once for each. */
#include "check.h"

#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>

#define SMALL 65536
#define LARGE ((size_t)64 << 20)
#ifndef SS_AUTODISARM
#define SS_AUTODISARM (1 << 31)
#endif

static int depth, wanted;
static char *stacks;

/* Keeps nothing in memory. */
__attribute__((noinline)) static long deeper(const char *text, long n)
{
    return text[n % 3] == 'x' ? n : deeper(text, n + 1) * 3 + 1;
}

static void arm(size_t size)
{
    stack_t stack = {.ss_sp = stacks + (size_t)depth * SMALL, .ss_size = size, .ss_flags = SS_AUTODISARM};
    if (sigaltstack(&stack, NULL) != 0) {
        _exit(9);
    }
}

static void nest(int number)
{
    if (++depth < wanted) {
        arm(depth == wanted - 1 ? LARGE : SMALL);
        raise(number);
    } else {
        _exit(deeper("abc", 0) == 1);
    }
}

static void ends(int levels)
{
    int pipes[2], status = 0;
    char text[8192] = "";
    size_t size = 0;
    ssize_t got;
    if (pipe(pipes) != 0) {
        return;
    }
    fflush(stdout);
    if (fork() == 0) {
        const struct sigaction action = {.sa_handler = nest, .sa_flags = SA_ONSTACK | SA_NODEFER};
        wanted = levels;
        dup2(pipes[1], 2);
        close(pipes[1]);
        sigaction(SIGUSR1, &action, NULL);
        arm(levels == 1 ? LARGE : SMALL);
        raise(SIGUSR1);
        _exit(8);
    }
    close(pipes[1]);
    while ((got = read(pipes[0], text + size, sizeof text - 1 - size)) > 0) {
        size += (size_t)got;
    }
    close(pipes[0]);
    wait(&status);
    say("%d: signal %d, %s", levels, WIFSIGNALED(status) ? WTERMSIG(status) : -1,
        strstr(text, "the native stack overflowed") != NULL ? "with a message" : "silently");
}

int main(void)
{
    stacks = mmap(NULL, 64 * SMALL + LARGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    for (int levels = 1; levels <= 40; levels += levels < 5 ? 1 : 7) {
        ends(levels);
    }
    return done();
}
