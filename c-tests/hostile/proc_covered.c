/* CALLS: execve, mount, unshare */
/* REQUIRES: cap-sys-admin */
/* A guest that puts a folder of its own over that of a process on procfs, and then becomes another guest: the link to
 * the launcher, there, leads to an installation of its own, whose code would run natively. */
#include "check.h"

#include <sched.h>
#include <sys/mount.h>
#include <sys/wait.h>

static void make_installation(void)
{
    char here[4096], link[4200];
    OK(mkdir("evil", 0755));
    OK(mkdir("evil/bin", 0755));
    OK(mkdir("folder", 0755));
    close(make_file("evil/bin/wali", "#!/bin/sh\necho TAKEN\n"));
    OK(chmod("evil/bin/wali", 0755));
    close(make_file("evil/bin/wali-run", ""));
    OK(chmod("evil/bin/wali-run", 0755));
    CHECK(getcwd(here, sizeof here) != NULL);
    snprintf(link, sizeof link, "%s/evil/bin/wali-run", here);
    CHECK(symlink(link, "folder/exe") == 0);
}

/* Becomes this program once more, in a process whose folder is covered. */
static void run_covered(void)
{
    char program[4096], folder[100];
    char *const words[] = {program, "again", NULL};
    char *const none[] = {NULL};
    int status;
    program[readlink("/proc/self/exe", program, sizeof program - 1)] = '\0';
    fflush(stdout);
    const pid_t child = fork();
    if (child == 0) {
        close(2); /* what the launcher says of it */
        snprintf(folder, sizeof folder, "/proc/%d", getpid());
        if (mount("folder", folder, NULL, MS_BIND, NULL) == 0) {
            execve(program, words, none);
        }
        _exit(99);
    }
    waitpid(child, &status, 0);
    say("ends with %d", WEXITSTATUS(status));
}

int main(int argc, char **argv)
{
    (void)argv;
    if (argc > 1) {
        say("runs, from elsewhere");
        return done();
    }
    if (unshare(CLONE_NEWNS) != 0 || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0) {
        skip("no mount namespaces here");
    }
    make_installation();
    run_covered();
    return done();
}
