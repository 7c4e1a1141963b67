/* CALLS: vfork */
/* The child of a vfork does to its parent's frames what no program may: it returns from the function that
 * called vfork, leaves through main, a thread's function, a handler or longjmp, and makes threads. Natively
 * the parent's stack is then gone; here each parent goes on with its own. */
#include "check.h"

#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>

static jmp_buf outside, inside;
static volatile int depth_seen, in_handler;

static __attribute__((noinline)) int deep(int depth)
{
    volatile char room[256];
    memset((char *)room, depth, sizeof room);
    return depth == 0 ? room[7] : deep(depth - 1) + room[9];
}

/* Frames with nothing in memory, which the child would overwrite for its parent too. */
static __attribute__((noinline)) pid_t vfork_in(int depth)
{
    pid_t pid = depth == 0 ? (pid_t)RAW(SYS_vfork) : vfork_in(depth - 1);
    return pid + (depth == 1000);
}

static int end_of(pid_t pid)
{
    int status = -1;
    if (pid <= 0 || waitpid(pid, &status, 0) != pid) {
        return -1000;
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

/* Returns from ten functions, and writes over their frames. */
static void returns(void)
{
    pid_t pid = vfork_in(10);
    if (pid == 0) {
        depth_seen = deep(50);
        _exit(3);
    }
    IS(end_of(pid), 3);
    IS(depth_seen, 1275);
}

static void jumps(void)
{
    volatile int came = 0;
    if (setjmp(outside) == 0) {
        pid_t pid = vfork_in(5);
        if (pid == 0) {
            longjmp(outside, 7);
        }
        came = end_of(pid);
        longjmp(outside, 8);
    } else if (came == 0) {
        deep(30);
        if (setjmp(inside) == 0) {
            longjmp(inside, 1);
        }
        _exit(4);
    }
    IS(came, 4);
}

/* A child that overwrites the jmp_buf of a frame that lives on in its parent. */
static void overwrites(void)
{
    pid_t parent = getpid();
    pid_t outer = fork();
    if (outer == 0) {
        if (setjmp(outside) != 0) {
            _exit(getpid() == parent ? 1 : 5);
        }
        pid_t pid = vfork_in(0);
        if (pid == 0) {
            if (setjmp(inside) == 0) {
                longjmp(inside, 1);
            }
            _exit(0);
        }
        end_of(pid);
        longjmp(outside, 1);
    }
    IS(end_of(outer), 5);
}

static void handler(int signo)
{
    pid_t pid = vfork_in(3);
    if (pid != 0) {
        in_handler = end_of(pid) == signo ? 1 : 2;
        return;
    }
    deep(20);
    in_handler = 3; /* and returns, in the child */
}

static void handlers(void)
{
    pid_t me = getpid();
    signal(SIGUSR1, handler);
    for (int i = 0; i < 20; i++) {
        in_handler = 0;
        raise(SIGUSR1);
        if (getpid() != me) {
            _exit(SIGUSR1);
        }
        if (in_handler != 1) {
            break;
        }
    }
    IS(in_handler, 1);
}

static void *nothing(void *unused)
{
    return unused;
}

static void threads(void)
{
    pid_t pid = vfork_in(1);
    if (pid == 0) {
        pthread_t thread;
        _exit(pthread_create(&thread, NULL, nothing, NULL));
    }
    IS(end_of(pid), EAGAIN);
    pthread_t thread;
    IS(pthread_create(&thread, NULL, nothing, NULL), 0);
    IS(pthread_join(thread, NULL), 0);
}

static void *forks(void *unused)
{
    (void)unused;
    pid_t pid = vfork_in(2);
    if (pid == 0) {
        RAW(SYS_exit, 9); /* ends a thread, but the child's is its only one */
    }
    return (void *)(intptr_t)end_of(pid);
}

/* A thread without a libc: its child returns from the thread's function. */
int spawn_bare(void (*)(int, void *), void *)
    __attribute__((import_module("wali"), import_name("__wasm_thread_spawn")));
static volatile int bare_child, bare_over;

static void bare(int tid, void *unused)
{
    (void)tid, (void)unused;
    int pid = vfork_in(2);
    if (pid != 0) {
        bare_child = pid;
        bare_over = 1;
    }
}

static void ends_of_threads(void)
{
    for (int i = 0; i < 20; i++) {
        pthread_t thread;
        void *end = NULL;
        if (pthread_create(&thread, NULL, forks, NULL) != 0 || pthread_join(thread, &end) != 0 ||
            (intptr_t)end != 9) {
            IS((intptr_t)end, 9);
        }
    }
    CHECK(spawn_bare(bare, NULL) > 0);
    while (!bare_over) {
        usleep(1000);
    }
    IS(end_of(bare_child), 0);
    IS(deep(40), 820);
}

/* The child takes memory from under its parent. */
static void unmaps(void)
{
    char *at = mmap(NULL, 65536, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    pid_t pid = vfork_in(1);
    if (pid == 0) {
        munmap(at, 65536);
        _exit(0);
    }
    IS(end_of(pid), 0);
    ERR(RAW(SYS_write, 1, at, 1), EFAULT);
}

/* What the parent holds, and what its child has used up, is as before after many. */
static void many(void)
{
    int wrong = 0;
    for (int i = 0; i < 500; i++) {
        pid_t pid = vfork_in(i % 5);
        if (pid == 0) {
            stack_t stack = {.ss_sp = malloc(65536), .ss_size = 65536};
            sigaltstack(&stack, NULL);
            struct sigaction action = {.sa_handler = SIG_IGN, .sa_flags = SA_ONSTACK};
            sigaction(SIGUSR2, &action, NULL);
            if (setjmp(inside) == 0) {
                longjmp(inside, 1);
            }
            free(stack.ss_sp);
            _exit(i % 100);
        }
        wrong += end_of(pid) != i % 100;
    }
    stack_t stack;
    IS(wrong, 0);
    IS(sigaltstack(NULL, &stack), 0);
    IS(stack.ss_flags, SS_DISABLE);
}

int main(void)
{
    returns();
    jumps();
    overwrites();
    handlers();
    many();
    threads();
    ends_of_threads();
    unmaps();
    returns();
    many();
    fflush(stdout);
    pid_t pid = vfork_in(1);
    if (pid == 0) {
        return 0; /* through exit, whose handlers run in the memory of both */
    }
    IS(end_of(pid), 0);
    return done();
}
