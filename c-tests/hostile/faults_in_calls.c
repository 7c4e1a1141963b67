/* What compiled code has the engine or libc do to memory that is gone: fills, copies, waits. Each ends as
 * a store does: by a message, or in the program's handler. */
#include "check.h"

#include <setjmp.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>

#define SIZE 65536

static unsigned char *gone, *there;

static void fill(void)
{
    memset(gone, (int)(uintptr_t)there & 1, SIZE);
}

static void copy_to(void)
{
    memcpy(gone, there, SIZE);
}

static void copy_from(void)
{
    memmove(there, gone, SIZE);
}

static void wait32(void)
{
    __builtin_wasm_memory_atomic_wait32((int *)(void *)gone, 0, 1000);
}

static void wait64(void)
{
    __builtin_wasm_memory_atomic_wait64((long long *)(void *)gone, 0, 1000);
}

static void store(void)
{
    *(volatile int *)(void *)gone = 1;
}

static const struct {
    const char *name;
    void (*access)(void);
} ways[] = {
    {"store", store},         {"fill", fill},     {"copy to", copy_to},
    {"copy from", copy_from}, {"wait32", wait32}, {"wait64", wait64},
};

static sigjmp_buf out;
static volatile sig_atomic_t handled;

static void jump(int number)
{
    handled++;
    siglongjmp(out, number);
}

static void mend(int number, siginfo_t *info, void *context)
{
    (void)number, (void)context;
    handled++;
    if ((unsigned char *)info->si_addr < gone || (unsigned char *)info->si_addr >= gone + SIZE) {
        _exit(9);
    }
    mprotect(gone, SIZE, PROT_READ | PROT_WRITE);
}

static void set(void (*handler)(int), void (*with_info)(int, siginfo_t *, void *))
{
    struct sigaction action = {.sa_handler = handler};
    if (with_info != NULL) {
        action.sa_sigaction = with_info;
        action.sa_flags = SA_SIGINFO;
    }
    sigaction(SIGSEGV, &action, NULL);
}

/* In a child: how it ends, and the last line that it says itself. */
static void ends(const char *name, void (*access)(void), void (*handler)(int))
{
    char text[4096] = "";
    int pipes[2], status = 0;
    size_t size = 0;
    if (pipe(pipes) != 0) {
        return;
    }
    fflush(stdout);
    const pid_t child = fork();
    if (child == 0) {
        dup2(pipes[1], 2);
        close(pipes[1]);
        set(handler, NULL);
        if (sigsetjmp(out, 1) == 0) {
            access();
        }
        _exit(3);
    }
    close(pipes[1]);
    ssize_t got;
    while ((got = read(pipes[0], text + size, sizeof text - 1 - size)) > 0) {
        size += (size_t)got;
    }
    close(pipes[0]);
    waitpid(child, &status, 0);
    say("%s: %s %d, %s", name, WIFSIGNALED(status) ? "signal" : "status",
        WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status),
        strstr(text, "bad memory access") != NULL && strstr(text, "(SIGSEGV)\n") != NULL ? "with a message"
                                                                                         : "silently");
}

static void handle(const char *name, void (*access)(void))
{
    handled = 0;
    set(jump, NULL);
    for (int i = 0; i < 100; i++) {
        if (sigsetjmp(out, 1) == 0) {
            access();
            say("no fault");
        }
    }
    set(NULL, mend);
    access();
    say("%s: handled %d", name, (int)handled);
    mprotect(gone, SIZE, PROT_NONE);
}

int main(void)
{
    gone = mmap(NULL, SIZE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    there = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        ends(ways[i].name, ways[i].access, SIG_DFL);
    }
    for (size_t i = 0; i < 4; i++) {
        handle(ways[i].name, ways[i].access);
    }
    /* The engine holds a lock there, so that no handler runs. */
    ends("wait32 with a handler", wait32, jump);
    ends("wait64 with a handler", wait64, jump);
    return done();
}
