/* CALLS: fork, pipe2, dup2, execve */
/* Five processes in a row, this program in the middle three. */
#include "check.h"
#include "child.h"

static int filter(char key)
{
    int c;
    while ((c = getchar()) != EOF) {
        putchar(c == '\n' ? c : (c ^ key) & 0x7f);
    }
    return 0;
}

static void spawn(int in, int out, int rest, char *const argv[])
{
    pid_t pid = fork();
    if (pid == 0) {
        dup2(in, 0);
        dup2(out, 1);
        close(in);
        close(out);
        if (rest >= 0) {
            close(rest);
        }
        execvp(argv[0], argv);
        _exit(98);
    }
}

int main(int argc, char **argv)
{
    if (argc > 1) {
        return filter(argv[1][0]);
    }
    char self[4096];
    strcpy(self, own_path());
    char *words[5][4] = {
        {"sh", "-c", "i=0; while [ $i -lt 2000 ]; do echo line $i; i=$((i + 1)); done", NULL},
        {self, "\1", NULL},
        {self, "\2", NULL},
        {self, "\3", NULL},
        {"sort", "-r", NULL}};
    int ends[2], in = dup(0);
    setenv("LC_ALL", "C", 1);
    for (int i = 0; i < 5; i++) {
        if (i < 4) {
            OK(pipe(ends));
        } else {
            ends[0] = -1;
            ends[1] = open("sorted", O_WRONLY | O_CREAT | O_TRUNC, 0644);
        }
        spawn(in, ends[1], ends[0], words[i]);
        close(in);
        close(ends[1]);
        in = ends[0];
    }
    int status, well = 0;
    while (wait(&status) > 0) {
        well += status == 0;
    }
    IS(well, 5);
    struct stat st;
    OK(stat("sorted", &st));
    IS(st.st_size, 10 * 7 + 90 * 8 + 900 * 9 + 1000 * 10);
    CHECK(strncmp(content_of("sorted"), "line 999\nline 998\nline 997\n", 27) == 0);
    return done();
}
