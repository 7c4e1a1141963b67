/* Runs a command and writes on stderr the name of each file that a thread of it opens which is not its first.
 * tests/core/test_descriptors.py runs it. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#define OPTIONS (PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACECLONE | PTRACE_O_EXITKILL)

/* The name that an open of the stopped thread has, or NULL: it is leaving a call, or calls something else. */
static const char *opened(pid_t thread, char *name, size_t size)
{
    struct user_regs_struct regs;
    if (ptrace(PTRACE_GETREGS, thread, NULL, &regs) != 0 ||
        (long)regs.rax != -ENOSYS /* as at each call's begin */) {
        return NULL;
    }
    if (regs.orig_rax != SYS_open && regs.orig_rax != SYS_openat && regs.orig_rax != SYS_openat2) {
        return NULL;
    }
    const unsigned long at = regs.orig_rax == SYS_open ? regs.rdi : regs.rsi;
    for (size_t i = 0; i + sizeof(long) < size; i += sizeof(long)) {
        *(long *)(void *)(name + i) = ptrace(PTRACE_PEEKDATA, thread, at + i, NULL);
    }
    name[size - 1] = '\0';
    return name;
}

int main(int argc, char **argv)
{
    int status = 0;
    int result = 1;
    const pid_t child = argc > 1 ? fork() : -1;
    if (child == 0) {
        ptrace(PTRACE_TRACEME, 0, NULL, NULL);
        execv(argv[1], argv + 1);
        _exit(127);
    }
    if (child > 0 && waitpid(child, &status, 0) == child && WIFSTOPPED(status)) {
        ptrace(PTRACE_SETOPTIONS, child, NULL, (long)OPTIONS);
        ptrace(PTRACE_SYSCALL, child, NULL, NULL);
    }
    for (pid_t thread; (thread = waitpid(-1, &status, __WALL)) > 0;) {
        if (!WIFSTOPPED(status)) {
            result = thread == child && WIFEXITED(status) ? WEXITSTATUS(status) : result;
            continue;
        }
        _Alignas(long) char name[256];
        const int signo = WSTOPSIG(status);
        if (signo == (SIGTRAP | 0x80) && thread != child && opened(thread, name, sizeof name) != NULL) {
            fprintf(stderr, "%s\n", name);
        }
        const int is_ours = signo == (SIGTRAP | 0x80) || signo == SIGTRAP || signo == SIGSTOP;
        ptrace(PTRACE_SYSCALL, thread, NULL, (long)(is_ours ? 0 : signo));
    }
    return result;
}
