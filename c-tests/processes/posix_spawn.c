/* CALLS: clone, execve */
#include "check.h"
#include "child.h"

#include <spawn.h>

extern char **environ;

static int child(char **argv)
{
    say("%s %s", argv[1], argv[2] ? argv[2] : "");
    char line[40] = "";
    (void)!read(0, line, sizeof line - 1);
    fprintf(stderr, "on stderr: %s", line);
    struct sigaction action;
    sigset_t mask;
    sigprocmask(SIG_BLOCK, NULL, &mask);
    sigaction(SIGINT, NULL, &action);
    say("group leader %d, USR1 blocked %d, INT %s", getpgrp() == getpid(), sigismember(&mask, SIGUSR1),
        action.sa_handler == SIG_IGN ? "ignored" : "default");
    ERR(fcntl(5, F_GETFD), EBADF);
    return 12;
}

int main(int argc, char **argv)
{
    if (argc > 1) {
        return child(argv);
    }
    pid_t pid;
    char self[4096];
    strcpy(self, own_path());
    make_file("input", "a line\n");
    OK(dup2(0, 5));
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    IS(posix_spawn_file_actions_init(&actions), 0);
    IS(posix_spawn_file_actions_addopen(&actions, 0, "input", O_RDONLY, 0), 0);
    IS(posix_spawn_file_actions_addopen(&actions, 1, "output", O_WRONLY | O_CREAT, 0644), 0);
    IS(posix_spawn_file_actions_adddup2(&actions, 1, 2), 0);
    IS(posix_spawn_file_actions_addclose(&actions, 5), 0);
    IS(posix_spawnattr_init(&attributes), 0);
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    IS(posix_spawnattr_setsigmask(&attributes, &set), 0);
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    IS(posix_spawnattr_setsigdefault(&attributes, &set), 0);
    IS(posix_spawnattr_setpgroup(&attributes, 0), 0);
    IS(posix_spawnattr_setflags(&attributes,
                                POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP),
       0);
    signal(SIGINT, SIG_IGN);

    char *words[] = {"spawned", "first", "second", NULL};
    IS(posix_spawn(&pid, self, &actions, &attributes, words, environ), 0);
    TEXT(end_of(pid), "exit 12");
    TEXT(content_of("output"), "first second\non stderr: a line\n"
                               "group leader 1, USR1 blocked 1, INT default\nfcntl(5, F_GETFD): EBADF\n");

    char *shell[] = {"sh", "-c", "exit 4", NULL};
    IS(posix_spawnp(&pid, "sh", NULL, NULL, shell, environ), 0);
    TEXT(end_of(pid), "exit 4");
    IS(posix_spawn(&pid, "/missing", NULL, NULL, shell, environ), ENOENT);
    IS(posix_spawn(&pid, ".", NULL, NULL, shell, environ), EACCES);
    ERR(waitpid(-1, NULL, 0), ECHILD);
    return done();
}
