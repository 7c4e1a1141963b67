/* Runs a command and says on stderr how often its first process got SIGILL.  tests/core/test_stack_depth.py
 * runs it. */
#include <signal.h>
#include <stdio.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    int status = 0;
    long traps = 0;
    const pid_t child = argc > 1 ? fork() : -1;
    if (child == 0) {
        ptrace(PTRACE_TRACEME, 0, NULL, NULL);
        execv(argv[1], argv + 1);
        _exit(127);
    }
    while (child > 0 && waitpid(child, &status, 0) == child && WIFSTOPPED(status)) {
        const int signo = WSTOPSIG(status);
        traps += signo == SIGILL;
        ptrace(PTRACE_CONT, child, NULL, (long)(signo == SIGTRAP ? 0 : signo)); /* SIGTRAP: execve */
    }
    fprintf(stderr, "%ld traps\n", traps);
    return child > 0 && WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
