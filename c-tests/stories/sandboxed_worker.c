/* CALLS: seccomp, prctl, pipe, fork, wait4 */
/* A program that lets a worker handle what it does not trust: the worker may read jobs, write results and
 * allocate, and nothing else.  A job that makes it try more ends it, and the next one gets a new worker. */
#include "../seccomp/filter.h"

#include <signal.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <time.h>

#define LONGEST 256

struct worker {
    int pid;
    int to, from;
};

/* Ours, and in this list; else the process is killed. */
static void confine(void)
{
    const struct rlimit no_core = {0, 0};
    setrlimit(RLIMIT_CORE, &no_core);
    static const int allowed[] = {SYS_read,   SYS_write,  SYS_exit,           SYS_exit_group, SYS_brk,  SYS_mmap,
                                  SYS_munmap, SYS_mremap, SYS_rt_sigprocmask, SYS_rt_sigreturn, SYS_futex, SYS_madvise,
                                  SYS_mprotect};
    struct sock_filter code[COUNT(allowed) + 9];
    size_t length = 0;
    code[length++] = (struct sock_filter)LOAD(arch);
    code[length++] = (struct sock_filter)IF_EQUAL(AUDIT_ARCH_X86_64, 1, 0);
    code[length++] = (struct sock_filter)RETURN(SECCOMP_RET_KILL_PROCESS);
    code[length++] = (struct sock_filter)LOAD(nr);
    for (size_t i = 0; i < COUNT(allowed); i++) {
        code[length++] = (struct sock_filter)IF_EQUAL((unsigned)allowed[i], (uint8_t)(COUNT(allowed) - i + 2), 0);
    }
    code[length++] = (struct sock_filter)IF_EQUAL(SYS_socket, 0, 1); /* not for this: it finds out and goes on */
    code[length++] = (struct sock_filter)RETURN(SECCOMP_RET_ERRNO | EACCES);
    code[length++] = (struct sock_filter)RETURN(SECCOMP_RET_KILL_PROCESS);
    code[length++] = (struct sock_filter)RETURN(SECCOMP_RET_ALLOW);
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || install_with(0, code, length) != 0) {
        _exit(2);
    }
}

/* "sum 1 2 3", "sort banana", "twist N": a plain little language, with holes. */
static int answer(const char *job, char *result)
{
    if (strncmp(job, "sum ", 4) == 0) {
        long long sum = 0;
        for (char *at = (char *)job + 3, *end; *at != '\0'; at = end) {
            sum += strtoll(at, &end, 10);
            if (end == at) {
                break;
            }
        }
        return sprintf(result, "%lld", sum);
    }
    if (strncmp(job, "sort ", 5) == 0) {
        strcpy(result, job + 5);
        for (char *a = result; *a != '\0'; a++) {
            for (char *b = a + 1; *b != '\0'; b++) {
                if (*b < *a) {
                    const char c = *a;
                    *a = *b;
                    *b = c;
                }
            }
        }
        return (int)strlen(result);
    }
    if (strncmp(job, "fill ", 5) == 0) {
        const size_t size = (size_t)atol(job + 5);
        char *memory = malloc(size);
        unsigned sum = 0;
        for (size_t i = 0; i < size; i++) {
            memory[i] = (char)(i * 7);
        }
        for (size_t i = 0; i < size; i++) {
            sum = sum * 31 + (unsigned char)memory[i];
        }
        free(memory);
        return sprintf(result, "%u", sum);
    }
    if (strcmp(job, "call home") == 0) {
        return sprintf(result, "socket: %s", socket(AF_INET, SOCK_STREAM, 0) < 0 ? errno_name(errno) : "open");
    }
    if (strcmp(job, "read secrets") == 0) {
        return sprintf(result, "opened %d", open("secret", O_RDONLY));
    }
    if (strcmp(job, "kill") == 0) {
        return sprintf(result, "killed %d", kill(getppid(), SIGTERM));
    }
    if (strcmp(job, "run") == 0) {
        char *const argv[] = {"sh", NULL};
        return sprintf(result, "ran %d", execv("/bin/sh", argv));
    }
    if (strcmp(job, "multiply") == 0) {
        return sprintf(result, "child %d", fork());
    }
    return sprintf(result, "what is \"%.40s\"?", job);
}

static _Noreturn void work(int from, int to)
{
    char job[LONGEST], result[LONGEST * 2];
    confine();
    for (;;) {
        unsigned char length;
        if (read(from, &length, 1) != 1 || read(from, job, length) != length) {
            _exit(0);
        }
        job[length] = '\0';
        const int size = answer(job, result);
        const unsigned char told = (unsigned char)size;
        if (write(to, &told, 1) != 1 || write(to, result, told) != told) {
            _exit(1);
        }
    }
}

static struct worker start(void)
{
    int there[2], back[2];
    CHECK(pipe(there) == 0 && pipe(back) == 0);
    fflush(stdout);
    struct worker worker = {fork(), there[1], back[0]};
    if (worker.pid == 0) {
        close(there[1]);
        close(back[0]);
        work(there[0], back[1]);
    }
    close(there[0]);
    close(back[1]);
    return worker;
}

static void end(struct worker *worker)
{
    close(worker->to);
    close(worker->from);
    say_end("  worker", worker->pid);
}

static void ask(struct worker *worker, const char *job)
{
    char result[LONGEST];
    unsigned char length = (unsigned char)strlen(job);
    CHECK(write(worker->to, &length, 1) == 1 && write(worker->to, job, length) == length);
    if (read(worker->from, &length, 1) == 1 && read(worker->from, result, length) == length) {
        say("%s: %.*s", job, length, result);
        return;
    }
    say("%s: no answer", job);
    end(worker);
    *worker = start();
}

int main(void)
{
    static const char *const jobs[] = {"sum 1 2 3",  "sort banana", "read secrets", "sum 40 2",    "fill 3000000",
                                       "call home",  "kill",        "run",          "sort zebra",  "multiply",
                                       "fill 70000", "dance",       "sum 9 -9",     "read secrets"};
    signal(SIGPIPE, SIG_IGN);
    close(make_file("secret", "42"));
    struct worker worker = start();
    for (size_t i = 0; i < COUNT(jobs); i++) {
        ask(&worker, jobs[i]);
    }
    end(&worker);
    OK(open("secret", O_RDONLY)); /* this process may do as before */
    return done();
}
