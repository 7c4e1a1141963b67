/* CALLS: execve */
/* Programs of the machine: they get descriptors, environment and directory. */
#include "check.h"
#include "child.h"

int main(void)
{
    char *envp[] = {"PATH=/usr/bin:/bin", "GREETING=hello there", NULL};
    char *words[] = {"sh", "-c", "echo \"$GREETING, $0 $# $1\"; exit 9", "name", "one", "two", NULL};
    TEXT(end_of_exec("/bin/sh", words, envp), "exit 9");
    char *dies[] = {"sh", "-c", "kill -9 $$", NULL};
    TEXT(end_of_exec("/bin/sh", dies, envp), "signal 9");
    char *lists[] = {"sh", "-c", "read line <&7; echo \"$line\"", NULL};
    int fd = make_file("file", "from the file\n");
    OK(dup2(fd, 7));
    TEXT(end_of_exec("/bin/sh", lists, envp), "exit 0");

    /* A script for a program of the machine. */
    close(make_file("script", "#!/bin/sh -e\necho script $1 $#\nfalse\necho not reached\n"));
    OK(chmod("script", 0755));
    char *script[] = {"anything", "x y", NULL};
    TEXT(end_of_exec("./script", script, envp), "exit 1");
    return done();
}
